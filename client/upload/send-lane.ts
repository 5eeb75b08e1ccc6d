import type { Clock } from "../ports/clock.ts";
import { Semaphore } from "../semaphore.ts";
import type { Announced, ChunkSender, SendableFrame } from "./chunk-sender.ts";

/** Milliseconds that a chunk waits at most for files that are still being read. */
const LINGER = 200;

/**
 * Files that share announcements and packs. A window is sent off when it is full, when no file that asked is still to be
 * read, or after `LINGER`: so a file alone never waits, and many at once go together.
 */
export class SendLane {
  readonly #sender: ChunkSender;
  readonly #clock: Clock;
  readonly #readers: Semaphore;
  #reading = 0;
  #isLingering = false;

  constructor(sender: ChunkSender, clock: Clock, readersAtOnce: number) {
    this.#sender = sender;
    this.#clock = clock;
    this.#readers = new Semaphore(readersAtOnce);
  }

  /** Runs `read`, which adds a file's chunks. */
  async fill<T>(read: (add: (frame: SendableFrame) => Promise<Announced>) => Promise<T>): Promise<T> {
    this.#reading++;
    try {
      return await this.#readers.run(() => read((frame) => this.#add(frame)));
    } finally {
      if (--this.#reading === 0) void this.#sender.close();
    }
  }

  async #add(frame: SendableFrame): Promise<Announced> {
    const announced = await this.#sender.add(frame);
    if (!this.#isLingering && this.#reading > 1) void this.#linger();
    return announced;
  }

  async #linger(): Promise<void> {
    this.#isLingering = true;
    await this.#clock.sleep(LINGER);
    this.#isLingering = false;
    await this.#sender.close();
  }
}
