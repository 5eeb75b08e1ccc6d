import { NetworkError } from "../../client/http-errors.ts";
import type { SimProcess } from "./process.ts";
import type { Prng } from "./prng.ts";
import type { Scheduler } from "./scheduler.ts";

/** How likely the network does what. */
export interface NetworkFaults {
  /** A request or an answer is lost. */
  loss: number;
  /** A request arrives twice, the second time later. */
  double: number;
  /** A message takes seconds. */
  late: number;
}

/** Between one device and the server. */
export class SimNetwork {
  isOnline = true;
  /** Commits that the server carried out, and whose answers did not arrive. */
  unansweredCommits = 0;
  readonly faults: NetworkFaults;
  readonly scheduler: Scheduler;
  readonly random: Prng;

  constructor(scheduler: Scheduler, random: Prng, faults: NetworkFaults) {
    this.scheduler = scheduler;
    this.random = random;
    this.faults = faults;
  }

  /** Milliseconds that one message takes. */
  latency(): number {
    return this.random.delay(8) + (this.random.chance(this.faults.late) ? this.random.delay(4_000) : 0);
  }

  /**
   * A request: `effect` happens at the server, once or twice or not at all, also after the asking process died. Lost
   * requests are sent again now and then, as the client's transport does, before they fail.
   */
  async request<T>(process: SimProcess, what: string, signal: AbortSignal, effect: () => T): Promise<T> {
    signal.throwIfAborted();
    await process.call(`ask ${what}`, 0.05, () => undefined);
    return new Promise<T>((resolve, reject) => {
      let isOver = false;
      let isAborted = false;
      const finish = (delay: number, end: () => void, isDelivered: boolean): void => {
        this.scheduler.after(delay, () => {
          const isLost = isDelivered && (isAborted || (!isOver && (!process.isAlive || !this.isOnline)));
          if (isLost && what.startsWith("commit ")) this.unansweredCommits++;
          if (isOver || !process.isAlive) return;
          if (isLost) {
            finish(this.random.delay(2_000), () => reject(new NetworkError(what)), false);
            return;
          }
          isOver = true;
          signal.removeEventListener("abort", onAbort);
          end();
        });
      };
      const onAbort = (): void => {
        isOver = true;
        isAborted = true;
        reject(signal.reason);
      };
      signal.addEventListener("abort", onAbort, { once: true });
      const fail = (): void => finish(this.random.delay(2_000), () => reject(new NetworkError(what)), false);
      const attempt = (left: number): void => {
        const lose = (): void => {
          if (left > 0) this.scheduler.after(this.random.delay(1_000), () => attempt(left - 1));
          else fail();
        };
        if (!this.isOnline || this.random.chance(this.faults.loss)) {
          lose();
          return;
        }
        if (this.random.chance(this.faults.double)) {
          this.scheduler.after(this.latency() * 3, () => {
            this.scheduler.note(`${process.label} again ${what}`);
            try {
              effect();
            } catch {
              // The second copy's refusal reaches nobody.
            }
          });
        }
        this.scheduler.after(this.latency(), () => {
          const outcome = this.#atServer(process, what, effect);
          if (this.random.chance(this.faults.loss)) lose();
          else
            finish(this.latency(), () => ("error" in outcome ? reject(outcome.error) : resolve(outcome.value)), true);
        });
      };
      attempt(this.random.int(0, 2));
    });
  }

  #atServer<T>(process: SimProcess, what: string, effect: () => T): { value: T } | { error: unknown } {
    try {
      const value = effect();
      this.scheduler.note(`${process.label} did ${what}`);
      return { value };
    } catch (error) {
      this.scheduler.note(`${process.label} was refused ${what}: ${String(error)}`);
      return { error };
    }
  }
}
