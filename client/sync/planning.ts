import type { Clock } from "../ports/clock.ts";
import type { TreeStore } from "../ports/tree-store.ts";
import type { Brake } from "./brake.ts";
import { keepBooks } from "./execute/bookkeeping.ts";
import { plan, type PlanContext } from "./plan.ts";
import type { Rests } from "./rests.ts";
import type { SyncSettings } from "./settings.ts";
import type { Plan } from "./steps.ts";
import type { Trees } from "./trees.ts";
import { undoDeletions } from "./undo-deletions.ts";

export interface PlanningOptions {
  readonly trees: Trees;
  readonly store: TreeStore;
  readonly brake: Brake;
  readonly rests: Rests;
  readonly clock: Clock;
  readonly settings: SyncSettings;
  readonly newId: () => string;
  /** What plans go by, as it is now. */
  readonly context: () => PlanContext;
}

/** Decides when to plan: whenever anything changed, but not all the time. Plans come with the brake applied. */
export class Planning {
  readonly #options: PlanningOptions;
  #isWanted = true;
  #isUndoing = false;
  #revision = -1;
  #madeAt = -Infinity;
  #cost = 0;
  #restEnd: number | null = null;

  constructor(options: PlanningOptions) {
    this.#options = options;
  }

  /** Something that plans go by changed, beside the trees. */
  again(): void {
    this.#isWanted = true;
  }

  /** Takes the deletions that are held back for unwanted. */
  undoDeletions(): void {
    this.#isUndoing = this.#options.brake.isOn;
    this.again();
  }

  /** When the next plan is to be made; null where nothing changed since the last. */
  due(): number | null {
    const { trees, settings, clock } = this.#options;
    const isRestOver = this.#restEnd !== null && this.#restEnd <= clock.now();
    if (!this.#isWanted && !isRestOver && trees.revision === this.#revision) return null;
    // Planning takes a sixth of the time at most, however much there is to plan by.
    return this.#madeAt + Math.max(settings.planEvery, 5 * this.#cost);
  }

  /** When a rest will end, and so a plan be due; null where none is running. */
  nextRestEnd(): number | null {
    return this.#restEnd;
  }

  next(): Plan {
    const { trees, brake, rests, clock } = this.#options;
    const began = clock.now();
    this.#isWanted = false;
    this.#revision = trees.revision;
    const wanted = plan(trees, this.#options.context());
    for (const id of wanted.settled) trees.markClean(id);
    const next = (this.#isUndoing ? this.#undo(wanted) : null) ?? brake.check(wanted);
    this.#restEnd = rests.nextEnd();
    this.#madeAt = clock.now();
    this.#cost = this.#madeAt - began;
    return next;
  }

  /** What would be planned if there were no limit. Changes nothing. */
  preview(): Plan {
    return plan(this.#options.trees, { ...this.#options.context(), limit: Infinity });
  }

  /** The plan without its deletions, which are taken back; null where it has none, and undoing is over. */
  #undo(wanted: Plan): Plan | null {
    const { trees, store, newId } = this.#options;
    const { rest, steps } = undoDeletions(trees, wanted, newId);
    this.#isUndoing = steps.length > 0;
    if (!this.#isUndoing) return null;
    keepBooks(trees, store, steps);
    return rest;
  }
}
