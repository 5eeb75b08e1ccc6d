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
import type { ExecuteContext } from "./execute/context.ts";
import { Executor } from "./execute/executor.ts";
import { recallSent, wasBrought } from "./execute/own-versions.ts";
import { Looks } from "./looks.ts";
import { LostBytes } from "./lost-bytes.ts";
import { MovingNodes } from "./moving.ts";
import { Observer } from "./observe/observer.ts";
import type { PlanContext } from "./plan.ts";
import { Planning } from "./planning.ts";
import { Pull } from "./pull.ts";
import { readOnlyRealms } from "./realms.ts";
import { Rests } from "./rests.ts";
import { Scope } from "./scope.ts";
import { DEFAULT_SETTINGS, type SyncSettings } from "./settings.ts";
import { StatusKeeper, type EngineFacts, type SyncStatus } from "./status.ts";
import { stepPath } from "./step-path.ts";
import type { Plan } from "./steps.ts";
import { LOOK_WAITED_FOR, SyncLoop } from "./sync-loop.ts";
import { Transfers } from "./transfers.ts";
import { Trees } from "./trees.ts";
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

/** What one run consists of. */
interface Running {
  readonly loop: SyncLoop;
  readonly connection: Connection;
  readonly looks: Looks;
  readonly executor: Executor;
  readonly lostBytes: LostBytes;
}

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
  readonly #moving: MovingNodes;
  /** Nodes that the server does not move to another realm. */
  readonly #madeAnew = new Set<string>();
  readonly #watchdog: Watchdog;
  readonly #status: StatusKeeper;
  readonly #planning: Planning;
  readonly #wake: Wake;
  #connection: Connection | null = null;
  #executor: Executor | null = null;
  #looks: Looks | null = null;
  #isPlanEmpty = false;
  #canMoveAcross: boolean;

  constructor(options: SyncEngineOptions) {
    const { store, files, remote, push, clock, random, newId, onEvent } = options;
    this.#options = options;
    const settings = { ...DEFAULT_SETTINGS, ...options.settings };
    this.#settings = settings;
    const trees = new Trees(store);
    this.#trees = trees;
    this.#moving = new MovingNodes(trees);
    this.#canMoveAcross = remote.moves !== undefined;
    this.#scope = new Scope(trees);
    this.#observer = new Observer({ trees, files, clock, scope: this.#scope, gate: this.#gate, newId });
    this.#watchdog = new Watchdog(clock, settings.stalledAfter);
    const brake = new Brake(clock, settings, trees);
    this.#brake = brake;
    const rests = new Rests(clock, random, (id) => trees.get(id));
    this.#rests = rests;
    this.#wake = new Wake(clock);
    const onCursor = (cursor: string): void => push.acknowledge(cursor);
    this.#pull = new Pull({ trees, store, remote, watchdog: this.#watchdog, onCursor });
    this.#status = new StatusKeeper({ trees, clock, transfers: this.#transfers, onEvent });
    const context = (): PlanContext => this.#planContext();
    this.#planning = new Planning({ trees, store, brake, rests, clock, settings, newId, context });
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
    const { loop, connection, looks, executor, lostBytes } = this.#start(stop.signal);
    const background = once ? [] : [connection.listen(), looks.watch()];
    try {
      const ended = await loop.run(once, stop.signal);
      if (ended === "done") lostBytes.begin();
      await lostBytes.drained();
      return { ended, status: this.status() };
    } finally {
      signal.removeEventListener("abort", onAbort);
      stop.abort(new DOMException("the sync was stopped", "AbortError"));
      await Promise.all([
        executor.drained(),
        looks.drained(),
        connection.drained(),
        lostBytes.drained(),
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
    return { plan: this.#brake.check(this.#planning.preview()), pathOf: (id) => stepPath(this.#trees, id) };
  }

  /** Lets a mass deletion through that is held back (Y14). */
  confirmDeletions(): void {
    this.#brake.confirm();
    this.#planAgain();
  }

  /** Takes a mass deletion back that is held back: what is gone here comes back, what is gone there goes up again. */
  undoDeletions(): void {
    this.#planning.undoDeletions();
    this.#wake.up();
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

  #start(signal: AbortSignal): Running {
    const { clock, random, push, watcher, remote, onEvent } = this.#options;
    const onEnded = (error: Error): void => loop.fail(error);
    const common = { clock, rests: new Rests(clock, random), settings: this.#settings, signal, onEnded };
    const onChange = (): void => this.#wake.up();
    const connection = new Connection({ ...common, pull: this.#pull, push, random, onChange });
    const onProgress = (): void => this.#planAgain();
    const looks = new Looks({ ...common, observer: this.#observer, watcher, onChange: onProgress });
    const executor = new Executor({
      context: this.#executeContext(connection, looks),
      rests: this.#rests,
      brake: this.#brake,
      signal,
      onEvent,
      onProgress,
      onOffline: (reason) => connection.lost(reason),
      onEnded,
    });
    const lostBytes = new LostBytes({ trees: this.#trees, remote, watchdog: this.#watchdog, clock, signal });
    const loop = new SyncLoop({
      clock,
      wake: this.#wake,
      pull: this.#pull,
      rests: this.#rests,
      looks,
      connection,
      planning: this.#planning,
      executor,
      onPlan: (plan) => this.#status.planned(plan.waiting),
      onTurn: ({ isPlanEmpty }) => {
        this.#isPlanEmpty = isPlanEmpty;
        if (isPlanEmpty && connection.offline === null && !executor.isBusy) lostBytes.begin();
        this.#status.keep(this.#facts(), { isStopped: false });
      },
      nextTurn: () => this.#status.nextDue(),
    });
    this.#connection = connection;
    this.#looks = looks;
    this.#executor = executor;
    return { loop, connection, looks, executor, lostBytes };
  }

  #planContext(): PlanContext {
    const { clock, device, newId, files, store } = this.#options;
    const own = { store, trees: this.#trees };
    const now = clock.now();
    const readOnly = readOnlyRealms(this.#trees);
    return {
      seqIn: (realm) => this.#pull.seqIn(realm),
      unlisted: this.#pull.unlisted(),
      moving: this.#moving.all(),
      canMoveAcross: (id) => this.#canMoveAcross && !this.#madeAnew.has(id),
      isReadOnly: (realm) => realm !== undefined && readOnly.has(realm),
      inFlight: this.#executor?.inFlight ?? new Set(),
      resting: this.#rests.reasons(),
      exclusion: (path, type, id) => this.#scope.whyExcluded(path, type, id),
      nameProblem: (name) => files.nameProblem(name),
      obstacle: (place) => this.#observer.obstacleAt(place),
      isUnreadable: (id) => this.#observer.isUnreadable(id),
      conflictName: (name, type, why) => conflictName(name, type, why, device.name, now),
      isOwnVersion: (id, version, content) => recallSent(own, id, version) === content,
      wasBrought: (id, after, newest, content) => wasBrought(own, id, after, newest, content),
      newId,
      limit: this.#settings.planLimit,
    };
  }

  #executeContext(connection: Connection, looks: Looks): ExecuteContext {
    const { store, files, remote, clock, newId } = this.#options;
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
      clock,
      newId,
      makeAnew: (id) => {
        if (id === null) this.#canMoveAcross = false;
        else this.#madeAnew.add(id);
        this.#planAgain();
      },
      isIgnored: (path, type) => this.#scope.isIgnored(path, type),
      isExcluded: (path, type, id) => this.#scope.isExcluded(path, type, id),
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

  #planAgain(): void {
    this.#planning.again();
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
