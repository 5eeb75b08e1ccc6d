import type { Clock } from "../../../client/ports/clock.ts";
import type { PushChannel, PushMessage } from "../../../client/ports/sync-remote.ts";
import type { NoticeAbout } from "../../../protocol/push.ts";
import type { Network, Tabs } from "./ports.ts";

export interface LiveOptions {
  readonly tabs: Pick<Tabs, "post">;
  readonly network: Network;
  readonly clock: Clock;
  readonly openPush: (onNotice: (about: NoticeAbout) => void) => Promise<PushChannel>;
  /** To read with, so that what a message tells of is there. */
  readonly bookmark: (space?: string) => string | undefined;
  readonly onMessage: (message: PushMessage) => void;
  readonly onNotice: (about: NoticeAbout) => void;
}

/** Milliseconds before another try where what opens sockets could not be loaded. */
const LOAD_AGAIN = 5_000;

/** The socket that the browser's tabs share: the tab that leads has it, and passes on what it says. */
export class Live {
  readonly #options: LiveOptions;
  #channel: PushChannel | null = null;
  #isOpen = false;

  constructor(options: LiveOptions) {
    this.#options = options;
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** A message of the socket, in whichever tab that is. */
  hear(message: PushMessage): void {
    if (message.type === "closed" || message.type === "revoked") this.#isOpen = false;
    else this.#isOpen = true;
    this.#options.onMessage(message);
  }

  /** Answers a tab that is new, where this is the one with the socket. */
  tell(): void {
    if (this.#channel && this.#isOpen) this.#post({ type: "open" });
  }

  acknowledge(cursor: string): void {
    this.#channel?.acknowledge(cursor);
  }

  /**
   * Keeps the socket open until the signal aborts, or the session was revoked. A network that comes back is tried at once.
   */
  async lead(cursor: () => string | null, signal: AbortSignal): Promise<void> {
    const { network } = this.#options;
    let isRevoked = false;
    while (!signal.aborted && !isRevoked) {
      const over = new AbortController();
      const stop = network.onChange(() => !this.#isOpen && network.isOnline() && over.abort());
      await this.#run(cursor(), AbortSignal.any([signal, over.signal]), (message) => {
        isRevoked ||= message.type === "revoked";
        this.#post(message);
        this.hear(message);
      });
      stop();
    }
  }

  async #run(cursor: string | null, signal: AbortSignal, onMessage: (message: PushMessage) => void): Promise<void> {
    try {
      const channel = await this.#options.openPush((about) => this.#notice(about));
      this.#channel = channel;
      if (cursor !== null) channel.acknowledge(cursor);
      await channel.run(onMessage, signal);
    } catch {
      await this.#options.clock.sleep(LOAD_AGAIN, signal).catch(() => undefined);
    } finally {
      this.#channel = null;
      if (this.#isOpen) onMessage({ type: "closed", reason: "this tab leads no more" });
    }
  }

  #notice(about: NoticeAbout): void {
    this.#options.tabs.post({ type: "notice", about, bookmark: this.#options.bookmark() });
    this.#options.onNotice(about);
  }

  #post(message: PushMessage): void {
    const space = message.type === "shared" ? message.space : undefined;
    this.#options.tabs.post({ type: "push", message, bookmark: this.#options.bookmark(space) });
  }
}
