import type { Clock } from "../ports/clock.ts";
import type { ReplicaPath } from "../ports/replica-files.ts";
import type { Withheld } from "./brake.ts";
import type { SyncEvent, SyncState, Transfer } from "./events.ts";
import { stepPath } from "./step-path.ts";
import type { Waiting, WaitReason } from "./steps.ts";
import type { Transfers } from "./transfers.ts";
import type { Trees } from "./trees.ts";

/** What `ledge status` shows: kept in the store's meta under `status`, as JSON. */
export interface SyncStatus {
  readonly state: SyncState;
  /** When this was so, in milliseconds since 1970-01-01 UTC; so are all times below. */
  readonly at: number;
  /** Nodes that are known, and those of which something is still to do. */
  readonly nodes: number;
  readonly pending: number;
  /** The seq up to which the server's changes are known here. */
  readonly seq: number;
  /** Why the server is not reached; null where it is. */
  readonly offline: string | null;
  /** What waits, the longest waiting first; a thousand at most. */
  readonly waiting: readonly WaitingNode[];
  readonly waitingCount: number;
  readonly transfers: readonly Transfer[];
  /** Nodes that a mass deletion would delete on the server, or here (Y14); null where none is held back. */
  readonly brake: { readonly remote: number; readonly local: number } | null;
  /** What on this disk is left alone, and why; a thousand at most. */
  readonly problems: readonly (readonly [path: ReplicaPath, why: string])[];
}

export interface WaitingNode {
  readonly id: string;
  readonly path: string;
  readonly reason: WaitReason;
  readonly detail?: string;
  readonly since: number;
}

const META_KEY = "status";
/** Entries of a list in a status. */
const MOST_LISTED = 1_000;
/** Milliseconds between two writes of the status, where only numbers changed. */
const KEEP_EVERY = 1_000;

export interface StatusKeeperOptions {
  readonly trees: Trees;
  readonly clock: Clock;
  readonly transfers: Transfers;
  readonly onEvent: (event: SyncEvent) => void;
}

/** What the parts of an engine know. */
export interface EngineFacts {
  readonly sawAll: boolean;
  readonly isBusy: boolean;
  readonly isPlanEmpty: boolean;
  readonly seq: number;
  readonly offline: string | null;
  readonly withheld: Withheld;
  readonly problems: ReadonlyMap<ReplicaPath, string>;
}

/** Puts together what an engine is at, tells it, and keeps it where another process finds it. */
export class StatusKeeper {
  readonly #options: StatusKeeperOptions;
  #waiting = new Map<string, Waiting & { since: number }>();
  #state: SyncState | null = null;
  #brake = "";
  #keptAt = -Infinity;
  #keptRevision = "";

  constructor(options: StatusKeeperOptions) {
    this.#options = options;
  }

  /** Takes what a plan lets wait; how long it has waited is counted from the first plan that did. */
  planned(waiting: readonly Waiting[]): void {
    const now = this.#options.clock.now();
    const before = this.#waiting;
    this.#waiting = new Map(
      waiting.map((each) => {
        const known = before.get(each.id);
        return [each.id, { ...each, since: known?.reason === each.reason ? known.since : now }];
      }),
    );
  }

  read(facts: EngineFacts): SyncStatus {
    const { trees, clock, transfers } = this.#options;
    const listed = [...this.#waiting.values()].sort((a, b) => a.since - b.since).slice(0, MOST_LISTED);
    const { remote, local } = facts.withheld;
    const brake = { remote: remote.reduce((sum, { nodes }) => sum + nodes, 0), local: local.length };
    return {
      state: stateOf(facts),
      at: clock.now(),
      nodes: trees.size,
      pending: trees.dirtyCount,
      seq: facts.seq,
      offline: facts.offline,
      waiting: listed.map((each) => ({ ...each, path: stepPath(trees, each.id) })),
      waitingCount: this.#waiting.size,
      transfers: transfers.list(),
      brake: brake.remote + brake.local > 0 ? brake : null,
      problems: [...facts.problems].slice(0, MOST_LISTED),
    };
  }

  /** When what changed since is to be written; null where nothing did. */
  nextDue(): number | null {
    return this.#revision() === this.#keptRevision ? null : this.#keptAt + KEEP_EVERY;
  }

  /** Writes and tells the status where it is due: at changes of state at once, else once a second. */
  keep(facts: EngineFacts, { isStopped }: { readonly isStopped: boolean }): void {
    const { clock, onEvent, trees } = this.#options;
    const state = isStopped ? "stopped" : stateOf(facts);
    const due = this.nextDue();
    if (state === this.#state && (due === null || due > clock.now())) return;
    const status = { ...this.read(facts), state };
    this.#keptAt = clock.now();
    this.#keptRevision = this.#revision();
    if (state !== this.#state) onEvent({ type: "state", state });
    this.#state = state;
    if (status.transfers.length > 0) onEvent({ type: "transfers", transfers: status.transfers });
    const brake = JSON.stringify(status.brake);
    if (status.brake && brake !== this.#brake) onEvent({ type: "braked", ...status.brake });
    this.#brake = brake;
    trees.setMeta(META_KEY, JSON.stringify(status));
  }

  #revision(): string {
    const { trees, transfers } = this.#options;
    return [trees.revision, transfers.revision, trees.dirtyCount, this.#waiting.size].join(" ");
  }
}

function stateOf({ sawAll, isBusy, isPlanEmpty, offline, withheld }: EngineFacts): SyncState {
  if (offline !== null) return "offline";
  if (!sawAll) return "scanning";
  if (isBusy || !isPlanEmpty) return "syncing";
  return withheld.remote.length + withheld.local.length > 0 ? "braked" : "idle";
}
