import type { PushChannel, SyncRemote } from "../../../../client/ports/sync-remote.ts";
import { SyncEngine, type SyncOutcome } from "../../../../client/sync/engine.ts";
import type { SyncEvent } from "../../../../client/sync/events.ts";
import type { SyncSettings } from "../../../../client/sync/settings.ts";
import type { OperationInput } from "../../../../protocol/tree.ts";
import { cut } from "../../../sim/content.ts";
import { SimDisk, type DiskKind } from "../../../sim/disk.ts";
import { SimNetwork } from "../../../sim/network.ts";
import { Prng } from "../../../sim/prng.ts";
import { SimProcess } from "../../../sim/process.ts";
import { Scheduler } from "../../../sim/scheduler.ts";
import { linkDisk, SimFiles } from "../../../sim/sim-files.ts";
import { SimPush } from "../../../sim/sim-push.ts";
import { SimRemote } from "../../../sim/sim-remote.ts";
import { idMaker, SimServer } from "../../../sim/sim-server.ts";
import { SimDatabase } from "../../../sim/sim-store.ts";
import { SimWatcher } from "../../../sim/sim-watcher.ts";

const encoder = new TextEncoder();

export interface WorldOptions {
  readonly once?: boolean;
  readonly rootId?: string;
  readonly settings?: Partial<SyncSettings>;
  readonly push?: PushChannel;
  readonly wrapPush?: (push: PushChannel, process: SimProcess) => PushChannel;
  readonly wrap?: (remote: SyncRemote, process: SimProcess) => SyncRemote;
}

/** One device and the server without faults, for tests that say themselves what goes wrong. */
export class EngineWorld {
  readonly scheduler = new Scheduler();
  readonly server = new SimServer(this.scheduler, new Prng(1, 1));
  readonly network = new SimNetwork(this.scheduler, new Prng(1, 2), { loss: 0, double: 0, late: 0 });
  readonly disk: SimDisk;
  readonly database = new SimDatabase();
  readonly events: SyncEvent[] = [];
  readonly newId = idMaker(new Prng(1, 3), "01w");
  stop = new AbortController();
  /** One for all runs: no two processes make the same ids. */
  readonly #random = new Prng(1, 5);
  #engine: SyncEngine | null = null;

  constructor(kind: DiskKind = "posix") {
    this.disk = new SimDisk({ kind, granularity: 0.0001, renameChanges: true }, () => this.scheduler.now);
    linkDisk(this.disk);
  }

  get rootId(): string {
    return this.server.space.rootId;
  }

  /** The engine that was made last. */
  get engine(): SyncEngine {
    if (!this.#engine) throw new Error("no engine was made");
    return this.#engine;
  }

  /** Makes an engine as a new process has it; its remote may be wrapped. */
  make(options: WorldOptions = {}): SyncEngine {
    const process = new SimProcess(
      this.scheduler,
      new Prng(1, 4),
      "d0",
      () => 0,
      () => undefined,
    );
    const random = this.#random;
    const remote = new SimRemote(this.server, this.network, process, this.disk, { fetchedBytes: 0 });
    const push = options.push ?? new SimPush(this.server, this.network, process);
    const wrapped = options.wrap?.(remote, process) ?? remote;
    this.#engine = new SyncEngine({
      store: this.database.open(process),
      files: new SimFiles(this.disk, process, { ioErrors: 0 }),
      remote: wrapped,
      push: options.wrapPush?.(push, process) ?? push,
      watcher: new SimWatcher(this.disk, process, { loss: 0, overflow: 0, late: 0 }),
      clock: process.clock,
      random: () => random.next(),
      newId: idMaker(random, "01c"),
      device: { id: this.newId(), name: "laptop" },
      rootId: options.rootId ?? this.rootId,
      onEvent: (event) => this.events.push(event),
      ...(options.settings && { settings: options.settings }),
    });
    return this.#engine;
  }

  /** Makes an engine and runs it until `stop` aborts. */
  start(options: WorldOptions = {}): { ended: Promise<SyncOutcome> } {
    const ended = this.make(options).run({ once: options.once ?? false, signal: this.stop.signal });
    ended.catch(() => undefined);
    return { ended };
  }

  /** Ends the engine and starts another one on what it kept. */
  async restart(options: WorldOptions): Promise<void> {
    this.stop.abort(new DOMException("stopped", "AbortError"));
    await this.pass(1_000);
    this.stop = new AbortController();
    this.start(options);
  }

  /** Lets simulated time pass. */
  async pass(milliseconds: number): Promise<void> {
    if (!(await this.scheduler.run(this.scheduler.now + milliseconds, this.scheduler.events + 200_000))) {
      throw new Error("too many steps");
    }
  }

  write(path: string, text: string): void {
    this.disk.write(path, encoder.encode(text));
  }

  read(path: string): string {
    return new TextDecoder().decode(this.disk.read(path));
  }

  /** Somebody else puts a file into the root. */
  create(name: string, text: string, executable = false): void {
    const { chunks, pieces } = cut(encoder.encode(text));
    this.server.receive(pieces);
    const id = this.newId();
    const state = { chunks: [...chunks], mtime: 0, executable };
    this.commit({ type: "createFile", id, parent: this.rootId, name, ...state });
  }

  /** Somebody else edits a file. */
  update(path: string, text: string, executable?: boolean): void {
    const { chunks, pieces } = cut(encoder.encode(text));
    this.server.receive(pieces);
    const node = this.server.space.tree().get(path);
    const baseVersion = node?.version ?? 0;
    const state = { chunks: [...chunks], mtime: 0, ...(executable !== undefined && { executable }) };
    this.commit({ type: "updateFile", node: this.idOf(path), baseVersion, ...state });
  }

  /** The disk's paths, without what the replica keeps for itself. */
  paths(): string[] {
    return this.disk.paths();
  }

  serverPaths(): string[] {
    return [...this.server.space.tree().keys()].sort();
  }

  /** A change by somebody else. */
  commit(...operations: OperationInput[]): void {
    const { results } = this.server.commit(operations, this.newId());
    for (const result of results) if (!result.ok) throw new Error(`${result.code}: ${result.detail}`);
  }

  idOf(path: string): string {
    const node = this.server.space.tree().get(path);
    if (!node) throw new Error(`${path} is not on the server`);
    return node.id;
  }
}
