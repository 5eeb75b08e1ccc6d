import { SyncEngine } from "../../client/sync/engine.ts";
import type { WaitingNode } from "../../client/sync/status.ts";
import type { SyncRemote } from "../../client/ports/sync-remote.ts";
import type { SimDisk } from "./disk.ts";
import type { SimNetwork } from "./network.ts";
import type { Prng } from "./prng.ts";
import type { SimProcess } from "./process.ts";
import { SimFiles, type DiskFaults } from "./sim-files.ts";
import { SimPush } from "./sim-push.ts";
import { idMaker, type SimServer } from "./sim-server.ts";
import type { SimDatabase } from "./sim-store.ts";
import { SimWatcher, type WatcherFaults } from "./sim-watcher.ts";

export interface ClientOptions {
  readonly process: SimProcess;
  readonly disk: SimDisk;
  readonly diskFaults: DiskFaults;
  readonly database: SimDatabase;
  readonly remote: SyncRemote;
  readonly network: SimNetwork;
  readonly server: SimServer;
  readonly watcherFaults: WatcherFaults;
  readonly random: Prng;
  readonly count: (what: string) => void;
  /** Whether its user may take a mass deletion back, rather than confirm it. */
  readonly mayUndo: boolean;
  /** The run is over: by being stopped, or with an error. */
  readonly onEnded: (error: unknown) => void;
}

export interface RunningClient {
  /** Whether it says that there is nothing to do. */
  isIdle(): boolean;
  /** What it says waits, and why. */
  waiting(): readonly WaitingNode[];
  /** As on SIGTERM. */
  stop(): void;
}

/** Starts the real engine with simulated ports, as `ledge sync` would. */
export function startClient(options: ClientOptions): RunningClient {
  const { process, disk, diskFaults, database, remote, network, server, watcherFaults, random, count } = options;
  const stop = new AbortController();
  let state = "";
  const engine = new SyncEngine({
    store: database.open(process),
    files: new SimFiles(disk, process, diskFaults),
    remote,
    push: new SimPush(server, network, process),
    watcher: new SimWatcher(disk, process, watcherFaults),
    clock: process.clock,
    random: () => random.next(),
    newId: idMaker(random, "01c"),
    device: { id: `01d${process.label.padEnd(23, "0").slice(0, 23)}`, name: process.label.split(".")[0] ?? "" },
    rootId: server.space.rootId,
    onEvent: (event) => {
      if (!process.isAlive) return;
      if (event.type === "state") state = event.state;
      if (event.type === "begun") process.scheduler.note(`${process.label} begins ${event.step} ${event.path}`);
      if (event.type === "done") count(`step ${event.step}`);
      if (event.type === "failed") {
        count(`failed ${event.step}`);
        process.scheduler.note(`${process.label} failed ${event.step} ${event.path}: ${event.reason}`);
      }
      if (event.type === "conflict") count("conflicts told");
      if (event.type === "braked") {
        count("braked");
        // Its user looks at it, and knows whether that was wanted.
        process.scheduler.after(random.int(1_000, 60_000), () => {
          if (!process.isAlive) return;
          if (!options.mayUndo || random.chance(0.8)) engine.confirmDeletions();
          else engine.undoDeletions();
        });
      }
    },
  });
  engine.run({ once: false, signal: stop.signal }).then(
    () => options.onEnded(undefined),
    (error: unknown) => options.onEnded(error),
  );
  return {
    isIdle: () => state === "idle",
    waiting: () => engine.status().waiting,
    stop: () => stop.abort(new DOMException("stopped", "AbortError")),
  };
}
