import type { Clock } from "../ports/clock.ts";
import type { SyncSettings } from "./settings.ts";
import type { LocalStep, Plan, UpwardStep } from "./steps.ts";
import type { Trees } from "./trees.ts";

export type RemoteDeletion = Extract<UpwardStep, { type: "trashRemote" }>;
export type LocalDeletion = Extract<LocalStep, { type: "trashLocal" }>;

/** Deletions that wait to be confirmed. */
export interface Withheld {
  readonly remote: readonly RemoteDeletion[];
  readonly local: readonly LocalDeletion[];
}

type Direction = "remote" | "local";

/**
 * Holds back mass deletions (Y14): in each direction those of the last ten minutes are counted with those that a plan
 * wants; over the limit all that are not done yet wait until they are confirmed.
 */
export class Brake {
  readonly #clock: Clock;
  readonly #settings: SyncSettings;
  readonly #trees: Trees;
  readonly #done: Record<Direction, { readonly at: number; readonly nodes: number }[]> = { remote: [], local: [] };
  /** When what was confirmed is over. */
  #confirmedUntil = -Infinity;
  #withheld: Withheld = { remote: [], local: [] };

  constructor(clock: Clock, settings: SyncSettings, trees: Trees) {
    this.#clock = clock;
    this.#settings = settings;
    this.#trees = trees;
  }

  get withheld(): Withheld {
    return this.#withheld;
  }

  get isOn(): boolean {
    return this.#withheld.remote.length > 0 || this.#withheld.local.length > 0;
  }

  /**
   * Lets through what is held back now, and all deletions until a plan wants none, but for ten minutes at most: one that
   * fails for good must not keep the brake off.
   */
  confirm(): void {
    this.#confirmedUntil = this.isOn ? this.#clock.now() + this.#settings.brakeWindow : -Infinity;
  }

  get #isConfirmed(): boolean {
    return this.#clock.now() < this.#confirmedUntil;
  }

  /** Takes the deletions out of a plan that are to wait. */
  check(plan: Plan): Plan {
    const remote = plan.upward.filter((step) => step.type === "trashRemote");
    const local = plan.local.filter((step) => step.type === "trashLocal");
    if (remote.length === 0 && local.length === 0) this.#confirmedUntil = -Infinity;
    const remoteNodes = remote.reduce((sum, step) => sum + step.nodes, 0);
    const isRemoteOver = !this.#isConfirmed && this.#isOver("remote", remoteNodes);
    const isLocalOver = !this.#isConfirmed && this.#isOver("local", local.length);
    this.#withheld = { remote: isRemoteOver ? remote : [], local: isLocalOver ? local : [] };
    if (!this.isOn) return plan;
    const held = [...this.#withheld.remote, ...this.#withheld.local];
    return {
      ...plan,
      upward: isRemoteOver ? plan.upward.filter((step) => step.type !== "trashRemote") : plan.upward,
      local: isLocalOver ? plan.local.filter((step) => step.type !== "trashLocal") : plan.local,
      waiting: [...plan.waiting, ...held.map(({ id }) => ({ id, reason: "brake" as const }))],
    };
  }

  /** Notes deletions that were carried out. Confirmed ones do not count against those that come later. */
  passed(direction: Direction, nodes: number): void {
    if (!this.#isConfirmed) this.#done[direction].push({ at: this.#clock.now(), nodes });
  }

  #isOver(direction: Direction, wanted: number): boolean {
    if (wanted === 0) return false;
    const since = this.#clock.now() - this.#settings.brakeWindow;
    const recent = this.#done[direction].filter(({ at }) => at > since);
    this.#done[direction] = recent;
    const done = recent.reduce((sum, { nodes }) => sum + nodes, 0);
    const deletions = done + wanted;
    if (deletions > this.#settings.brakeNodes) return true;
    if (deletions <= this.#settings.brakeLeast / 2) return false;
    const nodes = this.#syncedNodes() + done;
    return nodes >= this.#settings.brakeLeast && deletions > nodes / 2;
  }

  #syncedNodes(): number {
    let nodes = 0;
    for (const entry of this.#trees.all()) if (entry.synced !== null && entry.id !== this.#trees.rootId) nodes++;
    return nodes;
  }
}
