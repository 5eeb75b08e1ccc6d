import type { Watcher } from "../../client/ports/watcher.ts";
import type { SimDisk } from "./disk.ts";
import type { Prng } from "./prng.ts";
import type { SimProcess } from "./process.ts";
import type { Scheduler } from "./scheduler.ts";

export interface WatcherFaults {
  /** An event is lost without a word. */
  loss: number;
  /** Events are lost, and that is told. */
  overflow: number;
  /** An event comes seconds later. */
  late: number;
}

/** Tells of changes some time after they happened, several at once, and not all of them. */
export class SimWatcher implements Watcher {
  readonly #disk: SimDisk;
  readonly #process: SimProcess;
  readonly #faults: WatcherFaults;
  readonly #scheduler: Scheduler;
  readonly #random: Prng;

  constructor(disk: SimDisk, process: SimProcess, faults: WatcherFaults) {
    this.#disk = disk;
    this.#process = process;
    this.#faults = faults;
    this.#scheduler = process.scheduler;
    this.#random = process.random;
  }

  watch(onPaths: (paths: readonly string[] | "all") => void, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      if (signal.aborted) {
        resolve();
        return;
      }
      let waiting: string[] = [];
      const isOver = (): boolean => signal.aborted || !this.#process.isAlive;
      const deliver = (): void => {
        const paths = waiting;
        waiting = [];
        if (isOver() || paths.length === 0) return;
        if (this.#random.chance(this.#faults.overflow)) onPaths("all");
        else onPaths([...new Set(paths)]);
      };
      this.#disk.onChange = (path) => {
        if (isOver() || path === ".ledge" || path.startsWith(".ledge/")) return;
        if (this.#random.chance(this.#faults.loss)) return;
        if (waiting.length === 0) {
          const isLate = this.#random.chance(this.#faults.late);
          this.#scheduler.after(this.#random.delay(isLate ? 5_000 : 20), deliver);
        }
        waiting.push(path);
      };
      signal.addEventListener(
        "abort",
        () => {
          this.#disk.onChange = undefined;
          resolve();
        },
        { once: true },
      );
    });
  }
}
