import type { Clock } from "../ports/clock.ts";
import type { SyncRemote } from "../ports/sync-remote.ts";
import { localPath } from "./local-path.ts";
import type { Trees } from "./trees.ts";
import type { Watchdog } from "./watchdog.ts";

/** Milliseconds between two times that the server is asked. */
const ASK_EVERY = 24 * 60 * 60_000;
/** Files that are read and sent at a time. */
const AT_ONCE = 16;

export interface LostBytesOptions {
  readonly trees: Trees;
  readonly remote: SyncRemote;
  readonly watchdog: Watchdog;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/**
 * Sends files again of which the server has lost bytes and this device has them (Y25). Both sides agree on such a file, so
 * no plan speaks of it. Nothing is changed by it but that the server has the bytes: no version is made.
 */
export class LostBytes {
  readonly #options: LostBytesOptions;
  #askAt = 0;
  #epoch: string | undefined;
  #running: Promise<void> = Promise.resolve();
  #isRunning = false;

  constructor(options: LostBytesOptions) {
    this.#options = options;
  }

  /** To be called where nothing is left to do. Asks the first time, after a change of epoch, and then once a day. */
  begin(): void {
    const { trees, clock, signal } = this.#options;
    const epoch = trees.getMeta("epoch");
    const isDue = epoch !== this.#epoch || clock.now() >= this.#askAt;
    if (this.#isRunning || signal.aborted || !isDue) return;
    this.#epoch = epoch;
    this.#askAt = clock.now() + ASK_EVERY;
    this.#isRunning = true;
    this.#running = this.#run().finally(() => (this.#isRunning = false));
  }

  async drained(): Promise<void> {
    await this.#running;
  }

  /** Never rejects: what could not be sent is still lost the next time. */
  async #run(): Promise<void> {
    const { remote, watchdog, signal } = this.#options;
    try {
      const damaged = (await watchdog.guard(signal, async (inner) => remote.damaged?.(inner))) ?? [];
      for (let at = 0; at < damaged.length && !signal.aborted; at += AT_ONCE) {
        await Promise.allSettled(damaged.slice(at, at + AT_ONCE).map((file) => this.#send(file)));
      }
    } catch {
      // The server is away, or older than the question.
    }
  }

  async #send({ id, content }: { readonly id: string; readonly content: string }): Promise<void> {
    const { trees, remote, watchdog, signal } = this.#options;
    const local = trees.get(id)?.local;
    const path = localPath(trees, id);
    if (local?.content !== content || path === null) return;
    await watchdog.guard(signal, (inner, alive) =>
      remote.send(path, local.stamp, { signal: inner, onBytes: () => alive() }),
    );
  }
}
