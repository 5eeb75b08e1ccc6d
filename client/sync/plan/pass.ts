import type { Entry, LocalState, Place } from "../entry.ts";
import { slotKey } from "../entry.ts";
import type { PlanContext } from "../plan.ts";
import { realmOf } from "../realms.ts";
import type { AcrossStep, BookkeepingStep, LocalStep, Plan, UpwardStep, WaitReason, Waiting } from "../steps.ts";
import type { TreeView } from "../trees.ts";
import type { LostFiles } from "./lost-files.ts";
import { mergedPlace } from "./merged.ts";
import type { Reach } from "./reach.ts";
import type { RemoteDraft } from "./remote-draft.ts";
import type { RemovalAnswers } from "./removed-here.ts";

type Outcome =
  | { readonly kind: "step" }
  | { readonly kind: "settled" }
  | { readonly kind: "waiting"; readonly waiting: Waiting; readonly blockers: readonly string[] };

/** Whatever is decided in one go: nested further, it is left to the next plan. */
const MAX_NESTING = 400;

export interface PassParts {
  readonly view: TreeView;
  readonly context: PlanContext;
  readonly reach: Reach;
  readonly remote: RemoteDraft;
  readonly lost: LostFiles;
  readonly removable: RemovalAnswers;
  readonly decide: (pass: Pass, entry: Entry) => void;
}

/**
 * One plan in the making. Every entry is decided at most once, and what an entry hangs on is decided before it, however
 * deep: so upward steps come in an order in which each finds what it needs.
 */
export class Pass {
  readonly view: TreeView;
  readonly context: PlanContext;
  readonly reach: Reach;
  readonly remote: RemoteDraft;
  readonly lost: LostFiles;
  readonly removable: RemovalAnswers;
  readonly #decide: PassParts["decide"];
  readonly #outcomes = new Map<string, Outcome>();
  readonly #active = new Set<string>();
  /** Local slots that steps of this plan, or steps that are being carried out, are about to take. */
  readonly #claims = new Map<string, string>();
  /** Folders that moves of this plan go to, and those that get another id by it. */
  readonly #targets = new Set<string>();
  readonly #renamed = new Set<string>();
  readonly #refuges = new Map<string, Place>();
  readonly #bookkeeping: BookkeepingStep[] = [];
  readonly #local: LocalStep[] = [];
  readonly #upward: UpwardStep[] = [];
  readonly #across: AcrossStep[] = [];

  constructor(parts: PassParts) {
    ({
      view: this.view,
      context: this.context,
      reach: this.reach,
      remote: this.remote,
      lost: this.lost,
      removable: this.removable,
      decide: this.#decide,
    } = parts);
    for (const id of this.context.inFlight) this.#claimForFlight(this.view.get(id));
  }

  get isFull(): boolean {
    return this.#bookkeeping.length + this.#local.length + this.#upward.length >= this.context.limit;
  }

  /** Where an entry that is on both sides belongs: see `mergedPlace`, unless that was found impossible. */
  placeOf(entry: Entry): Place | null {
    return this.#refuges.get(entry.id) ?? mergedPlace(entry);
  }

  /** The entry cannot be where this disk put it, and belongs there instead. */
  takeBack(id: string, refuge: Place): void {
    this.#refuges.set(id, refuge);
  }

  /** Decides the entry, unless that was done, is being done, or cannot be done now. */
  decide(id: string): void {
    if (id === this.view.rootId) return this.settled(id);
    const entry = this.view.get(id);
    if (!entry || this.context.inFlight.has(id) || this.#outcomes.has(id) || this.#active.has(id)) return;
    const resting = this.context.resting.get(id);
    if (resting !== undefined) return this.#wait({ id, reason: "error", detail: resting }, []);
    if (this.context.isUnreadable(id)) return this.#wait({ id, reason: "unreadable" }, []);
    if (this.isFull || this.#active.size >= MAX_NESTING) return;
    this.#active.add(id);
    this.#decide(this, entry);
    this.#active.delete(id);
  }

  /** Lets the entry, if it waits, be decided once more in this plan: there is an answer that it waited for. */
  reconsider(id: string): void {
    if (this.#outcomes.get(id)?.kind === "waiting") this.#outcomes.delete(id);
  }

  /** Whether a step of another entry's may be given to this one. */
  isFree(id: string): boolean {
    if (this.context.inFlight.has(id) || this.context.resting.has(id) || this.context.isUnreadable(id)) return false;
    return !this.isStepped(id);
  }

  isStepped(id: string): boolean {
    return this.#outcomes.get(id)?.kind === "step";
  }

  /** Waits until the blockers have gone on. */
  waitFor(id: string, blockers: readonly string[]): void {
    this.#wait({ id, reason: "order" }, blockers);
  }

  wait(id: string, reason: WaitReason, detail?: string): void {
    this.#wait(detail === undefined ? { id, reason } : { id, reason, detail }, []);
  }

  settled(id: string): void {
    if (!this.#outcomes.has(id)) this.#outcomes.set(id, { kind: "settled" });
  }

  /** The steps below do nothing where the entry has one already: another entry's decision was first. */
  bookkeep(step: BookkeepingStep): void {
    const isRenaming = step.type === "rebirth" || step.type === "emigrate";
    if (isRenaming && !this.#rename(step.id)) this.waitFor(step.id, []);
    else if (this.#take(step.id)) this.#bookkeeping.push(step);
  }

  adopt(id: string, from: string): void {
    if (!this.isFree(id) || !this.isFree(from) || !this.#rename(from)) return;
    this.#take(id);
    this.#take(from);
    this.#bookkeeping.push({ type: "adopt", id, from });
  }

  locally(step: LocalStep): void {
    if (step.type === "moveLocal") {
      if (this.#renamed.has(step.parent)) return this.waitFor(step.id, []);
      this.#targets.add(step.parent);
    }
    if (this.#take(step.id)) this.#local.push(step);
  }

  upward(...steps: readonly [UpwardStep, ...UpwardStep[]]): void {
    const ids = new Set(steps.map(({ id }) => id));
    if ([...ids].some((id) => this.isStepped(id))) return;
    const forbidden = [...ids].filter((id) => this.context.isReadOnly(realmOf(this.view, id)));
    if (forbidden.length > 0) {
      for (const id of ids) this.wait(id, "read-only");
      return;
    }
    for (const id of ids) this.#take(id);
    for (const step of steps) {
      this.#upward.push(step);
      this.#follow(step);
    }
  }

  /** Where it is on the server is not drafted: that it is over, another plan tells. */
  across(step: AcrossStep): void {
    if (this.#take(step.id)) this.#across.push(step);
  }

  claim(place: Place, id: string): void {
    this.#claims.set(slotKey(place), id);
  }

  /** Who is about to take the slot here. */
  claimant(place: Place, besides: string): string | null {
    const id = this.#claims.get(slotKey(place));
    return id === undefined || id === besides ? null : id;
  }

  /** What waits for its turn only, and for whom. */
  *blocked(): Iterable<{ readonly id: string; readonly blockers: readonly string[] }> {
    for (const [id, outcome] of this.#outcomes) {
      if (outcome.kind === "waiting" && outcome.blockers.length > 0) yield { id, blockers: outcome.blockers };
    }
  }

  finish(): Plan {
    const waiting: Waiting[] = [];
    const settled: string[] = [];
    for (const [id, outcome] of this.#outcomes) {
      if (outcome.kind === "waiting") waiting.push(outcome.waiting);
      else if (outcome.kind === "settled") settled.push(id);
    }
    const steps = { bookkeeping: this.#bookkeeping, local: this.#local, upward: this.#upward, across: this.#across };
    return { ...steps, waiting, settled };
  }

  #wait(waiting: Waiting, blockers: readonly string[]): void {
    if (!this.isStepped(waiting.id)) this.#outcomes.set(waiting.id, { kind: "waiting", waiting, blockers });
  }

  /** The folder gets another id, unless a step of this plan names it by the one it has. */
  #rename(id: string): boolean {
    if (!this.#targets.has(id)) this.#renamed.add(id);
    return !this.#targets.has(id);
  }

  #take(id: string): boolean {
    if (this.isStepped(id)) return false;
    this.#outcomes.set(id, { kind: "step" });
    return true;
  }

  #follow(step: UpwardStep): void {
    if (step.type === "createFolder" || step.type === "createFile") this.remote.put(step.id, step);
    else if (step.type === "trashRemote") this.remote.trash(step.id);
    else if (step.type === "moveRemote") {
      const from = this.remote.placeOf(step.id);
      if (from) this.remote.put(step.id, { parent: step.parent ?? from.parent, name: step.name ?? from.name });
    }
  }

  #claimForFlight(entry: Entry | undefined): void {
    if (!entry) return;
    const places: (Place | LocalState | null)[] = [entry.local, entry.remote?.state === "live" ? entry.remote : null];
    for (const place of places) if (place) this.claim(place, entry.id);
  }
}
