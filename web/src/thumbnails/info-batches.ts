import { LIMITS } from "../../../protocol/limits.ts";
import type { ThumbnailInfo } from "../../../protocol/thumbnails.ts";

type Ask = (sharedIn: string | null, ids: readonly string[]) => Promise<readonly ThumbnailInfo[]>;

interface Waiting {
  readonly sharedIn: string | null;
  readonly id: string;
  readonly signal: AbortSignal;
  readonly resolve: (info: ThumbnailInfo | null) => void;
  readonly reject: (error: unknown) => void;
}

/** Asks what is known of thumbnails for all who ask within a moment at once: one request a page and space. */
export class InfoBatches {
  readonly #ask: Ask;
  readonly #soon: (run: () => void) => void;
  #waiting: Waiting[] = [];

  /** @param soon - Runs something in a moment. */
  constructor(ask: Ask, soon: (run: () => void) => void) {
    this.#ask = ask;
    this.#soon = soon;
  }

  /** Null: the file is not there. What is given up before its batch is sent is not asked for. */
  info(sharedIn: string | null, id: string, signal: AbortSignal): Promise<ThumbnailInfo | null> {
    return new Promise((resolve, reject) => {
      if (this.#waiting.length === 0) this.#soon(() => this.#send());
      this.#waiting.push({ sharedIn, id, signal, resolve, reject });
    });
  }

  #send(): void {
    const all = this.#waiting;
    this.#waiting = [];
    const wanted = all.filter(({ signal, reject }) => {
      if (signal.aborted) reject(signal.reason);
      return !signal.aborted;
    });
    for (const [sharedIn, asked] of Map.groupBy(wanted, (each) => each.sharedIn)) {
      for (let at = 0; at < asked.length; at += LIMITS.thumbnails) {
        void this.#sendOne(sharedIn, asked.slice(at, at + LIMITS.thumbnails));
      }
    }
  }

  async #sendOne(sharedIn: string | null, asked: readonly Waiting[]): Promise<void> {
    try {
      const infos = await this.#ask(sharedIn, [...new Set(asked.map(({ id }) => id))]);
      const byId = new Map(infos.map((info) => [info.id, info]));
      for (const { id, resolve } of asked) resolve(byId.get(id) ?? null);
    } catch (error) {
      for (const { reject } of asked) reject(error);
    }
  }
}
