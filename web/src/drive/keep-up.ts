import type { Followers } from "./followers.ts";
import type { Live } from "./live.ts";
import type { DrivePorts } from "./ports.ts";

export interface KeepUpOptions extends Pick<DrivePorts, "clock" | "network"> {
  readonly followers: Followers;
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
    this.#isBehind = !(await this.#options.followers.pullAll());
  }

  /** As `pull`, of one space. */
  async pullIn(space: string): Promise<void> {
    const isHere = await this.#options.followers.pull(space);
    this.#isBehind ||= !isHere;
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
