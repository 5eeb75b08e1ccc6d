import { SimDisk } from "./disk.ts";
import type { DeviceFault, DeviceSpec, FaultRates } from "./history.ts";
import type { Replica } from "./invariants.ts";
import { startClient, type RunningClient } from "./client.ts";
import { SimNetwork } from "./network.ts";
import { Prng } from "./prng.ts";
import { SimProcess } from "./process.ts";
import type { Scheduler } from "./scheduler.ts";
import { linkDisk, type DiskFaults } from "./sim-files.ts";
import { SimRemote, type TransferCounts } from "./sim-remote.ts";
import type { SimServer } from "./sim-server.ts";
import { SimDatabase } from "./sim-store.ts";

export interface DeviceOptions {
  readonly index: number;
  readonly spec: DeviceSpec;
  readonly scheduler: Scheduler;
  readonly server: SimServer;
  /** As they are now: they change when faults end. */
  readonly rates: FaultRates;
  readonly random: Prng;
  readonly count: (what: string) => void;
  readonly mayUndo: boolean;
}

/** A computer with a disk, on which the client runs, dies and is started again. */
export class Device {
  readonly spec: DeviceSpec;
  readonly disk: SimDisk;
  readonly transfers: TransferCounts = { fetchedBytes: 0 };
  /** What no client may ever say: bugs. */
  readonly errors: string[] = [];
  readonly #options: DeviceOptions;
  readonly #database = new SimDatabase();
  readonly #network: SimNetwork;
  readonly #diskFaults: DiskFaults = { ioErrors: 0 };
  #client: RunningClient | null = null;
  #process: SimProcess | null = null;
  #runs = 0;
  #offline = 0;
  #restartAfter = 0;

  constructor(options: DeviceOptions) {
    const { scheduler, spec, rates, random } = options;
    this.#options = options;
    this.spec = spec;
    this.disk = new SimDisk(spec, () => scheduler.now + spec.skew);
    this.#network = new SimNetwork(scheduler, random, {
      get loss() {
        return rates.networkLoss;
      },
      get double() {
        return rates.networkDouble;
      },
      get late() {
        return rates.networkLate;
      },
    });
  }

  get label(): string {
    return `d${this.#options.index}`;
  }

  get isRunning(): boolean {
    return this.#process?.isAlive === true && this.#client?.isIdle() === true;
  }

  /** How often its commits were carried out without its hearing of it. */
  get unansweredCommits(): number {
    return this.#network.unansweredCommits;
  }

  /** Files that were put in place here at most, and cut off before that was recorded. */
  unrecordedFiles = 0;

  replica(): Replica {
    return {
      label: this.label,
      disk: this.disk,
      entries: this.#database.entries,
      waiting: this.#client?.waiting() ?? [],
    };
  }

  start(): void {
    if (this.#process?.isAlive) return;
    const { scheduler, random, rates, server, spec, count, index } = this.#options;
    if (this.disk.isUnmounted || this.disk.isFull) {
      scheduler.after(1_000, () => this.start());
      return;
    }
    if (this.#runs === 0) linkDisk(this.disk);
    const label = `${this.label}.${++this.#runs}`;
    scheduler.note(`${label} started`);
    const process = new SimProcess(
      scheduler,
      random,
      label,
      () => spec.skew,
      () => this.#comeBack(),
    );
    this.#process = process;
    this.#client = startClient({
      process,
      disk: this.disk,
      diskFaults: this.#diskFaults,
      database: this.#database,
      remote: new SimRemote(server, this.#network, process, this.disk, this.transfers),
      network: this.#network,
      server,
      watcherFaults: {
        get loss() {
          return rates.watcherLoss;
        },
        get overflow() {
          return rates.watcherOverflow;
        },
        get late() {
          return rates.watcherLate;
        },
      },
      random: new Prng(random.int(0, 0x7fff_ffff), index),
      count,
      mayUndo: this.#options.mayUndo,
      onEnded: (error) => this.#ended(process, error),
    });
  }

  suffer(fault: DeviceFault, duration: number, salt: number): void {
    const { scheduler } = this.#options;
    const process = this.#process;
    const over = (end: () => void): void => scheduler.after(duration, end);
    switch (fault) {
      case "crash":
        this.#restartAfter = duration;
        process?.killSoon(salt % 300, salt % 2 === 0);
        return;
      case "powerLoss":
        this.#restartAfter = duration;
        if (!process?.isAlive) return;
        process.kill();
        this.#database.loseSaves(salt % 5);
        return;
      case "stop":
        this.#restartAfter = duration;
        if (process?.isAlive) this.#client?.stop();
        return;
      case "offline":
        this.#offline++;
        this.#network.isOnline = false;
        over(() => {
          this.#network.isOnline = --this.#offline === 0;
        });
        return;
      case "diskFull":
        this.disk.isFull = true;
        over(() => {
          this.disk.isFull = false;
        });
        return;
      case "ioErrors":
        this.#diskFaults.ioErrors = 0.2;
        over(() => {
          this.#diskFaults.ioErrors = 0;
        });
        return;
      case "denied":
        this.#deny(salt, over);
        return;
      case "unmount":
        this.disk.isUnmounted = true;
        over(() => {
          this.disk.isUnmounted = false;
        });
    }
  }

  /** The end of all faults: what runs goes on, what does not is started. */
  heal(): void {
    this.#process?.killSoon(Infinity, false);
    this.#restartAfter = 0;
    this.start();
  }

  #deny(salt: number, over: (end: () => void) => void): void {
    const paths = this.disk.paths();
    const inode = paths.length > 0 ? this.disk.find(new Prng(salt).pick(paths)) : null;
    if (!inode) return;
    inode.denied = true;
    inode.changed += 1;
    over(() => {
      inode.denied = false;
      inode.changed += 1;
    });
  }

  #comeBack(): void {
    if (this.#process?.hasJustPlaced) this.unrecordedFiles++;
    this.#options.scheduler.after(this.#restartAfter + 100, () => this.start());
  }

  #ended(process: SimProcess, error: unknown): void {
    if (!process.isAlive) return;
    const { scheduler } = this.#options;
    scheduler.note(`${process.label} ended: ${String(error)}`);
    process.isAlive = false;
    if (error !== undefined && !this.disk.isUnmounted && !(error instanceof Error && "reason" in error))
      this.errors.push(`${process.label} ended: ${error instanceof Error ? error.stack : JSON.stringify(error)}`);
    scheduler.after(Math.max(1_000, this.#restartAfter), () => this.start());
  }
}
