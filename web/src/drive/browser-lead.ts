/** Milliseconds within which a tab that leads answers, unless the browser has put it to sleep. */
const ANSWER_WITHIN = 3_000;

/**
 * Runs `work` while this page holds the lock `name`, again and again until the signal aborts. Some browsers (Safari on
 * phones) put pages in the background to sleep with their locks: a page that is looked at takes the lock from one that
 * does not answer, which ends that one's work when it wakes.
 */
export async function leadByLock(
  name: string,
  work: (signal: AbortSignal) => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  const roll = new RollCall(`${name}-lead`);
  const attempt = async (options: LockOptions): Promise<void> => {
    const lost = new AbortController();
    let working: Promise<void> | undefined;
    try {
      await navigator.locks.request(name, options, () => {
        roll.isLeading = true;
        working = work(AbortSignal.any([signal, lost.signal]));
        return working;
      });
    } catch {
      // It was taken by another page, or this one no longer waits.
    }
    roll.isLeading = false;
    lost.abort();
    await working;
  };
  while (!signal.aborted) {
    const silence = new AbortController();
    const stop = roll.onSilence(() => silence.abort());
    await attempt({ signal: AbortSignal.any([signal, silence.signal]) });
    stop();
    if (silence.signal.aborted && !signal.aborted) await attempt({ steal: true });
  }
  roll.close();
}

/** Tells whether the page that leads is awake. */
class RollCall {
  isLeading = false;
  readonly #channel: BroadcastChannel;
  #heard = false;

  constructor(name: string) {
    this.#channel = new BroadcastChannel(name);
    this.#channel.addEventListener("message", ({ data }) => {
      if (data === "here") this.#heard = true;
      else if (this.isLeading) this.#say("here");
    });
  }

  /** Calls once, when this page is looked at and no page that leads has answered, unless ended before. */
  onSilence(tell: () => void): () => void {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const ask = (): void => {
      if (document.visibilityState !== "visible" || this.isLeading) return;
      this.#heard = false;
      this.#say("who leads?");
      clearTimeout(timer);
      timer = setTimeout(() => {
        if (!this.#heard && !this.isLeading && document.visibilityState === "visible") tell();
      }, ANSWER_WITHIN);
    };
    document.addEventListener("visibilitychange", ask);
    ask();
    return () => {
      clearTimeout(timer);
      document.removeEventListener("visibilitychange", ask);
    };
  }

  close(): void {
    this.#channel.close();
  }

  #say(what: "who leads?" | "here"): void {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a channel is of one origin
    this.#channel.postMessage(what);
  }
}
