import type { Clock, Random } from "../ports/clock.ts";
import type { ReplicaFiles } from "../ports/replica-files.ts";
import type { PushChannel, SyncRemote } from "../ports/sync-remote.ts";
import type { TreeStore } from "../ports/tree-store.ts";
import type { Watcher } from "../ports/watcher.ts";
import { Brake } from "./brake.ts";
import { conflictName } from "./conflict-name.ts";
import { addConflict } from "./conflicts.ts";
import { Connection } from "./connection.ts";
import { DiskGate } from "./disk-gate.ts";
import { SyncEnded } from "./ended.ts";
import type { Conflict, SyncEvent } from "./events.ts";
import { keepBooks } from "./execute/bookkeeping.ts";
import type { ExecuteContext } from "./execute/context.ts";
import { Executor } from "./execute/executor.ts";
import { Looks } from "./looks.ts";
import { Observer } from "./observe/observer.ts";
import { plan, type PlanContext } from "./plan.ts";
import { Pull } from "./pull.ts";
import { Rests } from "./rests.ts";
import { Scope } from "./scope.ts";
import { DEFAULT_SETTINGS, type SyncSettings } from "./settings.ts";
import { StatusKeeper, type EngineFacts, type SyncStatus } from "./status.ts";
import { stepPath } from "./step-path.ts";
import type { Plan } from "./steps.ts";
import { Transfers } from "./transfers.ts";
import { Trees } from "./trees.ts";
import { undoDeletions } from "./undo-deletions.ts";
import { Wake } from "./wake.ts";
import { Watchdog } from "./watchdog.ts";

export interface SyncEngineOptions {
  readonly store: TreeStore;
  readonly files: ReplicaFiles;
  readonly remote: SyncRemote;
  readonly push: PushChannel;
  /** Null where the disk cannot be watched: then it is looked at more often. */
  readonly watcher: Watcher | null;
  readonly clock: Clock;
  readonly random: Random;
  readonly newId: () => string;
  readonly device: { readonly id: string; readonly name: string };
  /** The remote folder that the replica's root stands for. */
  readonly rootId: string;
  readonly onEvent: (event: SyncEvent) => void;
  readonly settings?: Partial<SyncSettings>;
}

export interface SyncOutcome {
  /** `done`: nothing is left to do but what waits for other reasons; `offline`: the server was not reached. */
  readonly ended: "aborted" | "done" | "offline";
  readonly status: SyncStatus;
}

/** With `once`: failures in a row of one node, or of pulls, that are waited out. */
const FAILURES_WAITED_OUT = 3;
/** With `once`: a look that is due later than this, in milliseconds, is not waited for. */
const LOOK_WAITED_FOR = 10_000;

/**
 * Keeps a folder and its remote one in sync: looks at the disk, takes the server's changes, plans by both what is to do,
 * and has it done; again whenever any of it changed. It knows the world by its ports alone.
 */
export class SyncEngine {
  readonly #options: SyncEngineOptions;
  readonly #settings: SyncSettings;
  readonly #trees: Trees;
  readonly #gate = new DiskGate();
  readonly #scope: Scope;
  readonly #observer: Observer;
  readonly #pull: Pull;
  readonly #brake: Brake;
  readonly #rests: Rests;
  readonly #transfers = new Transfers();
  readonly #watchdog: Watchdog;
  readonly #status: StatusKeeper;
  readonly #wake: Wake;
  #connection: Connection | null = null;
  #looks: Looks | null = null;
  #executor: Executor | null = null;
  #failure: Error | null = null;
  #isUndoing = false;
  #mustPlan = true;
  #plannedRevision = -1;
  #plannedAt = -Infinity;
  #planCost = 0;
  #isPlanEmpty = false;
  #restEnd: number | null = null;

  constructor(options: SyncEngineOptions) {
    const { store, files, remote, push, clock, random, newId } = options;
    this.#options = options;
    this.#settings = { ...DEFAULT_SETTINGS, ...options.settings };
    this.#trees = new Trees(store);
    const trees = this.#trees;
    this.#scope = new Scope(trees);
    this.#observer = new Observer({ trees, files, clock, scope: this.#scope, gate: this.#gate, newId });
    this.#watchdog = new Watchdog(clock, this.#settings.stalledAfter);
    this.#brake = new Brake(clock, this.#settings, trees);
    this.#rests = new Rests(clock, random, (id) => trees.get(id));
    this.#wake = new Wake(clock);
    const onCursor = (cursor: string): void => push.acknowledge(cursor);
    this.#pull = new Pull({ trees, store, remote, watchdog: this.#watchdog, onCursor });
    this.#status = new StatusKeeper({ trees, clock, transfers: this.#transfers, onEvent: options.onEvent });
  }

  /** What of the tree is in sync on this device; may be changed while the engine runs. */
  get scope(): Scope {
    return this.#scope;
  }

  /**
   * Runs until the signal aborts; with `once` until nothing is left to do, or only what waits for other reasons. Rejects
   * with what ends a sync for good: `SyncEnded`, or a defect.
   */
  async run({ once, signal }: { readonly once: boolean; readonly signal: AbortSignal }): Promise<SyncOutcome> {
    this.#requireRoot();
    const stop = new AbortController();
    const onAbort = (): void => {
      stop.abort(signal.reason);
      this.#wake.up();
    };
    signal.addEventListener("abort", onAbort, { once: true });
    if (signal.aborted) onAbort();
    const background = this.#start(once, stop.signal);
    try {
      const ended = await this.#loop(once, stop.signal);
      return { ended, status: this.status() };
    } finally {
      signal.removeEventListener("abort", onAbort);
      stop.abort(new DOMException("the sync was stopped", "AbortError"));
      await Promise.all([
        this.#executor?.drained(),
        this.#looks?.drained(),
        this.#connection?.drained(),
        ...background,
      ]);
      this.#status.keep(this.#facts(), { isStopped: true });
    }
  }

  /** What would be done now, with the paths of what it is about. Looks and pulls, but does none of it. */
  async preview(signal: AbortSignal): Promise<{ plan: Plan; pathOf: (id: string) => string }> {
    this.#requireRoot();
    await this.#pull.run(signal);
    await this.#observer.observe("all", signal);
    const { clock } = this.#options;
    const until = clock.now() + LOOK_WAITED_FOR;
    for (let next = this.#observer.nextLook; next !== null && next < until; next = this.#observer.nextLook) {
      await clock.sleep(Math.max(0, next - clock.now()), signal);
      await this.#observer.lookAgain(signal);
    }
    const wanted = plan(this.#trees, { ...this.#planContext(), limit: Infinity });
    return { plan: this.#brake.check(wanted), pathOf: (id) => stepPath(this.#trees, id) };
  }

  /** Lets a mass deletion through that is held back (Y14). */
  confirmDeletions(): void {
    this.#brake.confirm();
    this.#planAgain();
  }

  /** Takes a mass deletion back that is held back: what is gone here comes back, what is gone there goes up again. */
  undoDeletions(): void {
    this.#isUndoing = this.#brake.isOn;
    this.#planAgain();
  }

  status(): SyncStatus {
    return this.#status.read(this.#facts());
  }

  #facts(): EngineFacts {
    return {
      sawAll: this.#looks?.sawAll ?? false,
      isBusy: this.#executor?.isBusy ?? false,
      isPlanEmpty: this.#isPlanEmpty,
      seq: this.#pull.seq,
      offline: this.#connection?.offline ?? null,
      withheld: this.#brake.withheld,
      problems: this.#observer.problems,
    };
  }

  #start(once: boolean, signal: AbortSignal): Promise<void>[] {
    const { clock, random, push, watcher, onEvent } = this.#options;
    const settings = this.#settings;
    const onEnded = (error: Error): void => {
      this.#failure ??= error;
      this.#wake.up();
    };
    const onChange = (): void => this.#wake.up();
    const rests = new Rests(clock, random);
    this.#connection = new Connection({
      pull: this.#pull,
      push,
      clock,
      random,
      rests,
      settings,
      signal,
      onChange,
      onEnded,
    });
    const onLook = (): void => this.#planAgain();
    this.#looks = new Looks({
      observer: this.#observer,
      watcher,
      clock,
      rests,
      settings,
      signal,
      onChange: onLook,
      onEnded,
    });
    const connection = this.#connection;
    const looks = this.#looks;
    this.#executor = new Executor({
      context: this.#executeContext(connection, looks),
      rests: this.#rests,
      brake: this.#brake,
      signal,
      onEvent,
      onProgress: () => this.#planAgain(),
      onOffline: (reason) => connection.lost(reason),
      onEnded,
    });
    return once ? [] : [connection.listen(), looks.watch()];
  }

  async #loop(once: boolean, signal: AbortSignal): Promise<SyncOutcome["ended"]> {
    const connection = this.#connection;
    const looks = this.#looks;
    const executor = this.#executor;
    if (!connection || !looks || !executor) throw new Error("the engine was not started");
    for (;;) {
      if (this.#failure) throw this.#failure;
      if (signal.aborted) return "aborted";
      looks.begin();
      connection.begin();
      executor.setOnline(connection.offline === null);
      const planAt = this.#planDue(looks);
      if (planAt !== null && planAt <= this.#options.clock.now()) {
        this.#planNow(executor);
        continue;
      }
      executor.begin();
      if (this.#isPlanEmpty && planAt === null) executor.tidy();
      this.#status.keep(this.#facts(), { isStopped: false });
      if (once) {
        if (connection.offline !== null && connection.failures >= FAILURES_WAITED_OUT) return "offline";
        if (planAt === null && this.#isDone(connection, looks, executor)) return "done";
      }
      // What is over already is in `planAt`, or waits for what there is to plan by.
      const restEnd = planAt === null && this.#isPlannable(looks) ? this.#restEnd : null;
      await this.#wake.wait([planAt, looks.nextDue(), connection.nextDue(), restEnd, this.#status.nextDue()]);
    }
  }

  /** Whether both sides are known well enough to plan by. */
  #isPlannable(looks: Looks): boolean {
    return looks.sawAll && this.#pull.isWhole;
  }

  /** When the next plan is to be made; null where nothing changed since the last. */
  #planDue(looks: Looks): number | null {
    if (!this.#isPlannable(looks)) return null;
    const isRestOver = this.#restEnd !== null && this.#restEnd <= this.#options.clock.now();
    const isWanted = this.#mustPlan || isRestOver || this.#trees.revision !== this.#plannedRevision;
    // Planning takes a third of the time at most, however much there is to plan by.
    return isWanted ? this.#plannedAt + Math.max(this.#settings.planEvery, 2 * this.#planCost) : null;
  }

  #planNow(executor: Executor): void {
    const { clock } = this.#options;
    const began = clock.now();
    this.#mustPlan = false;
    this.#plannedRevision = this.#trees.revision;
    const wanted = plan(this.#trees, this.#planContext());
    for (const id of wanted.settled) this.#trees.markClean(id);
    const undone = this.#isUndoing ? this.#undo(wanted) : null;
    const next = undone ?? this.#brake.check(wanted);
    this.#isPlanEmpty = !executor.take(next);
    this.#status.planned(next.waiting);
    this.#restEnd = this.#rests.nextEnd();
    this.#plannedAt = clock.now();
    this.#planCost = this.#plannedAt - began;
  }

  /** The plan without its deletions, which are taken back; null where it has none, and undoing is over. */
  #undo(wanted: Plan): Plan | null {
    const { rest, steps } = undoDeletions(this.#trees, wanted, this.#options.newId);
    this.#isUndoing = steps.length > 0;
    if (!this.#isUndoing) return null;
    keepBooks(this.#trees, this.#options.store, steps);
    return rest;
  }

  #planContext(): PlanContext {
    const { clock, device, newId, files } = this.#options;
    const now = clock.now();
    return {
      seq: this.#pull.seq,
      inFlight: this.#executor?.inFlight ?? new Set(),
      resting: this.#rests.reasons(),
      exclusion: (path, type, id) => this.#scope.whyExcluded(path, type, id),
      nameProblem: (name) => files.nameProblem(name),
      isUnreadable: (id) => this.#observer.isUnreadable(id),
      conflictName: (name, type, why) => conflictName(name, type, why, device.name, now),
      newId,
      limit: this.#settings.planLimit,
    };
  }

  #executeContext(connection: Connection, looks: Looks): ExecuteContext {
    const { store, files, remote, newId } = this.#options;
    return {
      trees: this.#trees,
      store,
      files,
      remote,
      gate: this.#gate,
      watchdog: this.#watchdog,
      pull: this.#pull,
      transfers: this.#transfers,
      settings: this.#settings,
      newId,
      isIgnored: (path, type) => this.#scope.isIgnored(path, type),
      onConflict: (conflict) => this.#noteConflict(conflict),
      observe: (paths) => looks.observed(paths),
      pulled: () => connection.pulled(),
    };
  }

  #noteConflict(paths: Pick<Conflict, "path" | "conflictPath">): void {
    const { clock, device, onEvent } = this.#options;
    const conflict = { ...paths, at: clock.now(), device: device.name };
    addConflict(this.#trees, conflict);
    onEvent({ type: "conflict", conflict });
  }

  #isDone(connection: Connection, looks: Looks, executor: Executor): boolean {
    if (!looks.sawAll || looks.isBusy || connection.isBusy || executor.isBusy || !this.#isPlanEmpty) return false;
    const nextLook = this.#observer.nextLook;
    if (nextLook !== null && nextLook < this.#options.clock.now() + LOOK_WAITED_FOR) return false;
    return !this.#rests.anyBelow(FAILURES_WAITED_OUT);
  }

  #planAgain(): void {
    this.#mustPlan = true;
    this.#wake.up();
  }

  #requireRoot(): void {
    const { rootId } = this.#options;
    const linked = this.#trees.rootId;
    if (linked === "") this.#trees.setMeta("root", rootId);
    else if (linked !== rootId) {
      throw new SyncEnded("wrong-root", "this folder is in sync with another folder on the server");
    }
  }
}
