import type { Follower } from "./follower.ts";
import type { Live } from "./live.ts";
import type { DrivePorts } from "./ports.ts";

export interface KeepUpOptions extends Pick<DrivePorts, "clock" | "network"> {
  readonly follower: Follower;
  readonly live: Pick<Live, "isOpen">;
  /** Asks again for what could not be had. */
  readonly retry: () => void;
}

/** Milliseconds between two pulls where no socket is open, or the last pull failed. */
const PULL_EVERY = 15_000;

/** Asks for what changed: when told to, and now and then where nobody would tell. */
export class KeepUp {
  readonly #options: KeepUpOptions;
  #isBehind = false;

  constructor(options: KeepUpOptions) {
    this.#options = options;
  }

  async pull(): Promise<void> {
    this.#isBehind = !(await this.#options.follower.pull());
  }

  /** Where the socket cannot be had, or a pull has failed, asks now and then. */
  async run(signal: AbortSignal): Promise<void> {
    const { clock, network, live, retry } = this.#options;
    while (!signal.aborted) {
      await clock.sleep(PULL_EVERY, signal).catch(() => undefined);
      if (signal.aborted || !network.isOnline() || (live.isOpen && !this.#isBehind)) continue;
      await this.pull();
      retry();
    }
  }
}
