/** How many are drawn at once. */
const AT_ONCE = 2;
/** Milliseconds until one that does not end is given up, so that it holds up no other. */
const LONGEST = 30_000;

interface Waiting {
  readonly isHeavy: boolean;
  readonly signal: AbortSignal;
  readonly start: () => Promise<void>;
}

/** Those who draw stand in it: two at once, of heavy ones (PDFs, phones' photographs) one, and each begins when the page has nothing to do. */
export class DrawingLine {
  readonly #idle: (run: () => void) => void;
  #waiting: Waiting[] = [];
  #running = 0;
  #hasHeavy = false;

  /** @param idle - Runs something when there is nothing else to do. */
  constructor(idle: (run: () => void) => void) {
    this.#idle = idle;
  }

  /** What `draw` answers. Rejects when the signal comes, also while it waits: then it is not begun. */
  add<T>(isHeavy: boolean, signal: AbortSignal, draw: (signal: AbortSignal) => Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      // Who comes to it given up is told by no event any more.
      if (signal.aborted) {
        reject(signal.reason as Error);
        return;
      }
      const giveUp = (): void => {
        this.#waiting = this.#waiting.filter((each) => each !== waiting);
        reject(signal.reason as Error);
      };
      const start = async (): Promise<void> => {
        const either = AbortSignal.any([signal, AbortSignal.timeout(LONGEST)]);
        try {
          resolve(await Promise.race([draw(either), whenAborted(either)]));
        } catch (error) {
          reject(error);
        } finally {
          signal.removeEventListener("abort", giveUp);
        }
      };
      const waiting = { isHeavy, signal, start };
      signal.addEventListener("abort", giveUp, { once: true });
      this.#waiting.push(waiting);
      this.#idle(() => this.#next());
    });
  }

  #next(): void {
    if (this.#running >= AT_ONCE) return;
    const next = this.#waiting.find(({ isHeavy }) => !isHeavy || !this.#hasHeavy);
    if (!next) return;
    this.#waiting = this.#waiting.filter((each) => each !== next);
    this.#running++;
    if (next.isHeavy) this.#hasHeavy = true;
    void next.start().then(() => {
      this.#running--;
      if (next.isHeavy) this.#hasHeavy = false;
      this.#idle(() => this.#next());
    });
  }
}

function whenAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason as Error), { once: true });
  });
}
