import type { Clock } from "../ports/clock.ts";
import type { PushChannel, PushMessage } from "../ports/sync-remote.ts";
import type { MergedFeed } from "./merged-feed.ts";
import { decodeMerged } from "./merged-cursor.ts";

/**
 * Milliseconds between two pulls of all shared folders while a socket is open: what is said of those is not acknowledged, so
 * that a lost word is not said again.
 */
const ASK_EVERY = 10 * 60_000;

export interface MergedPushOptions {
  readonly channel: PushChannel;
  readonly feed: MergedFeed;
  readonly clock: Clock;
}

/** The socket for a merged tree: what it says of shared folders, and of what stands for them, leads to a pull of those. */
export class MergedPush implements PushChannel {
  readonly #options: MergedPushOptions;
  #tell: ((message: PushMessage) => void) | null = null;

  constructor(options: MergedPushOptions) {
    this.#options = options;
  }

  async run(onMessage: (message: PushMessage) => void, signal: AbortSignal): Promise<void> {
    this.#tell = onMessage;
    const over = new AbortController();
    const asking = this.#askNowAndThen(AbortSignal.any([signal, over.signal]));
    try {
      await this.#options.channel.run((message) => onMessage(this.#hear(message)), signal);
    } finally {
      this.#tell = null;
      over.abort();
      await asking;
    }
  }

  acknowledge(cursor: string): void {
    if (cursor !== "") this.#options.channel.acknowledge(decodeMerged(cursor).home);
  }

  /** Memberships, roles or mounts changed, or are not what they were taken for. */
  refresh(): void {
    this.#options.feed.markRoles();
    this.#tell?.({ type: "poke" });
  }

  #hear(message: PushMessage): PushMessage {
    const { feed } = this.#options;
    switch (message.type) {
      case "open":
      case "closed":
        feed.isTold = message.type === "open";
        feed.markAll();
        return message;
      case "poke":
        feed.mark(undefined);
        return message;
      case "shared":
        feed.mark(message.space);
        return { type: "poke" };
      case "changes": {
        // What comes to stand for a shared folder, or does no more, is for the feed to tell.
        const isOfMounts = message.changes.changes.some(({ id, mount }) => mount !== undefined || feed.isMount(id));
        if (!isOfMounts) return message;
        feed.mark(undefined);
        return { type: "poke" };
      }
      case "revoked":
        return message;
    }
  }

  async #askNowAndThen(signal: AbortSignal): Promise<void> {
    const { clock, feed } = this.#options;
    while (!signal.aborted) {
      await clock.sleep(ASK_EVERY, signal).catch(() => undefined);
      if (signal.aborted || !feed.hasMounts) continue;
      feed.markAll();
      this.#tell?.({ type: "poke" });
    }
  }
}
