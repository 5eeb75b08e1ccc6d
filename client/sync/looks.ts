import type { Clock } from "../ports/clock.ts";
import type { ReplicaPath } from "../ports/replica-files.ts";
import type { Watcher } from "../ports/watcher.ts";
import { judge } from "./execute/outcome.ts";
import type { Observer } from "./observe/observer.ts";
import type { Rests } from "./rests.ts";
import type { SyncSettings } from "./settings.ts";

/** What rests when a look at the disk, or the watcher, failed. */
const LOOK = "look";
const WATCH = "watch";

export interface LooksOptions {
  readonly observer: Observer;
  readonly watcher: Watcher | null;
  readonly clock: Clock;
  readonly rests: Rests;
  readonly settings: SyncSettings;
  readonly signal: AbortSignal;
  /** A look ended, or one is due. */
  readonly onChange: () => void;
  readonly onEnded: (error: Error) => void;
}

/** Decides when and where the disk is looked at: one look at a time, all of it at first and every now and then. */
export class Looks {
  readonly #options: LooksOptions;
  readonly #paths = new Set<ReplicaPath>();
  #waiters: (() => void)[] = [];
  #wantsAll = true;
  #sawAll = false;
  #isWatching = false;
  #lastScan = 0;
  #running: Promise<void> | null = null;

  constructor(options: LooksOptions) {
    this.#options = options;
    options.signal.addEventListener("abort", () => this.#release(this.#waiters), { once: true });
  }

  /** Whether the whole disk was looked at since the start. */
  get sawAll(): boolean {
    return this.#sawAll;
  }

  get isBusy(): boolean {
    return this.#running !== null || this.#wantsAll || this.#paths.size > 0;
  }

  request(paths: readonly ReplicaPath[] | "all"): void {
    if (paths === "all") this.#wantsAll = true;
    else for (const path of paths) this.#paths.add(path);
    this.#options.onChange();
  }

  /** Has the paths looked at; resolves when that was done, or did not go. */
  observed(paths: readonly ReplicaPath[]): Promise<void> {
    if (this.#options.signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      this.#waiters.push(resolve);
      this.request(paths);
    });
  }

  /** Begins the next look where one is due. */
  begin(): void {
    const { signal, clock, rests } = this.#options;
    if (this.#running || signal.aborted || rests.isResting(LOOK)) return;
    const due = this.nextDue();
    if (due === null || due > clock.now()) return;
    this.#running = this.#look().finally(() => {
      this.#running = null;
      this.#options.onChange();
    });
  }

  /** When the next look is due; null while one runs. */
  nextDue(): number | null {
    if (this.#running) return null;
    const { rests, clock } = this.#options;
    if (rests.isResting(LOOK)) return rests.endOf(LOOK);
    if (this.#wantsAll || this.#paths.size > 0 || this.#waiters.length > 0) return clock.now();
    return Math.min(this.#nextScan(), this.nextRecheck());
  }

  /** When what the observer is not sure of is looked at again; Infinity where there is no such thing. */
  nextRecheck(): number {
    return this.#options.observer.nextLook ?? Infinity;
  }

  async drained(): Promise<void> {
    await this.#running;
  }

  /** Watches until the signal aborts. Without a watcher, or while it fails, the whole disk is looked at more often. */
  async watch(): Promise<void> {
    const { watcher, clock, rests, signal } = this.#options;
    while (watcher && !signal.aborted) {
      try {
        this.#isWatching = true;
        await watcher.watch((paths) => this.request(paths), signal);
      } catch (error) {
        rests.fail(WATCH, error instanceof Error ? error.message : String(error));
      }
      this.#isWatching = false;
      await clock.sleep(Math.max(0, (rests.endOf(WATCH) ?? 0) - clock.now()), signal).catch(() => undefined);
      // What happened while nobody watched is found by looking.
      if (!signal.aborted) this.request("all");
    }
  }

  #nextScan(): number {
    const { rescanEvery, rescanUnwatched } = this.#options.settings;
    return this.#lastScan + (this.#isWatching ? rescanEvery : rescanUnwatched);
  }

  async #look(): Promise<void> {
    const { observer, clock, rests, signal, onEnded } = this.#options;
    const waiters = this.#waiters;
    const paths = [...this.#paths];
    const isAll = this.#wantsAll || clock.now() >= this.#nextScan();
    this.#waiters = [];
    this.#paths.clear();
    this.#wantsAll = false;
    try {
      if (isAll) await observer.observe("all", signal);
      else if (paths.length > 0) await observer.observe(paths, signal);
      else await observer.lookAgain(signal);
      if (isAll) {
        this.#sawAll = true;
        this.#lastScan = clock.now();
      }
      rests.succeed(LOOK);
    } catch (error) {
      if (signal.aborted) return;
      // What was asked for is found by the next look at everything.
      this.#wantsAll = true;
      const verdict = judge(error);
      if (verdict.type === "ended") onEnded(verdict.error);
      else rests.fail(LOOK, error instanceof Error ? error.message : String(error));
    } finally {
      this.#release(waiters);
    }
  }

  #release(waiters: readonly (() => void)[]): void {
    for (const resolve of waiters) resolve();
  }
}
