import type { Job } from "./job.ts";

/** Items that are worked on at a time. Small ones wait for a shared commit most of the time. */
const SMALL_AT_ONCE = 1_500;
const LARGE_AT_ONCE = 16;
/** Of large ones at most two at a time have more than this between them. */
const LARGE_BYTES = 64 * 1024 * 1024;

/** Which items wait, and which are worked on. Small ones do not wait behind large ones. */
export class Queues {
  readonly #waiting = { small: new Set<Job>(), large: new Set<Job>() };
  readonly #active = { small: new Set<Job>(), large: new Set<Job>() };

  wait(job: Job): void {
    this.#active[kindOf(job)].delete(job);
    this.#waiting[kindOf(job)].add(job);
  }

  leave(job: Job): void {
    this.#active[kindOf(job)].delete(job);
    this.#waiting[kindOf(job)].delete(job);
  }

  /** The next that is to be worked on, which it is with that; undefined while there is no room, or none. */
  next(): Job | undefined {
    const { small, large } = this.#active;
    return (
      this.#enter("small", () => small.size < SMALL_AT_ONCE) ??
      this.#enter("large", ({ kept }) => {
        const bytes = [...large].reduce((sum, { kept: { size } }) => sum + size, kept.size);
        return large.size < 2 || (large.size < LARGE_AT_ONCE && bytes <= LARGE_BYTES);
      })
    );
  }

  /** Those whose bytes are being read and sent. */
  sending(): Job[] {
    return [...this.#active.large, ...this.#active.small].filter(({ state }) => state === "sending");
  }

  get isSending(): boolean {
    for (const { state } of this.#active.large) if (state === "sending") return true;
    for (const { state } of this.#active.small) if (state === "sending") return true;
    return false;
  }

  get isIdle(): boolean {
    return this.#active.small.size + this.#active.large.size === 0;
  }

  /** Has items wait before all others. */
  putBack(jobs: readonly Job[]): void {
    for (const kind of ["small", "large"] as const) {
      const behind = [...this.#waiting[kind]];
      this.#waiting[kind].clear();
      for (const job of jobs) if (kindOf(job) === kind) this.wait(job);
      for (const job of behind) this.#waiting[kind].add(job);
    }
  }

  #enter(kind: "small" | "large", fits: (job: Job) => boolean): Job | undefined {
    const [job] = this.#waiting[kind];
    if (!job || !fits(job)) return undefined;
    this.#waiting[kind].delete(job);
    this.#active[kind].add(job);
    return job;
  }
}

function kindOf({ isSmall }: Job): "small" | "large" {
  return isSmall ? "small" : "large";
}
