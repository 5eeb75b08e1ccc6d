import { LIMITS } from "../../../protocol/limits.ts";
import type { ThumbnailInfo } from "../../../protocol/thumbnails.ts";

type Ask<Source> = (source: Source, ids: readonly string[]) => Promise<readonly ThumbnailInfo[]>;

interface Waiting<Source> {
  readonly source: Source;
  readonly id: string;
  readonly signal: AbortSignal;
  readonly resolve: (info: ThumbnailInfo | null) => void;
  readonly reject: (error: unknown) => void;
}

/** Asks what is known of thumbnails for all who ask within a moment at once: one request a page and source. */
export class InfoBatches<Source> {
  readonly #ask: Ask<Source>;
  readonly #soon: (run: () => void) => void;
  #waiting: Waiting<Source>[] = [];

  /** @param soon - Runs something in a moment. */
  constructor(ask: Ask<Source>, soon: (run: () => void) => void) {
    this.#ask = ask;
    this.#soon = soon;
  }

  /** Null: the file is not there. What is given up before its batch is sent is not asked for. */
  info(source: Source, id: string, signal: AbortSignal): Promise<ThumbnailInfo | null> {
    return new Promise((resolve, reject) => {
      if (this.#waiting.length === 0) this.#soon(() => this.#send());
      this.#waiting.push({ source, id, signal, resolve, reject });
    });
  }

  #send(): void {
    const all = this.#waiting;
    this.#waiting = [];
    const wanted = all.filter(({ signal, reject }) => {
      if (signal.aborted) reject(signal.reason);
      return !signal.aborted;
    });
    for (const [source, asked] of Map.groupBy(wanted, (each) => each.source)) {
      for (let at = 0; at < asked.length; at += LIMITS.thumbnails) {
        void this.#sendOne(source, asked.slice(at, at + LIMITS.thumbnails));
      }
    }
  }

  async #sendOne(source: Source, asked: readonly Waiting<Source>[]): Promise<void> {
    try {
      const infos = await this.#ask(source, [...new Set(asked.map(({ id }) => id))]);
      const byId = new Map(infos.map((info) => [info.id, info]));
      for (const { id, resolve } of asked) resolve(byId.get(id) ?? null);
    } catch (error) {
      for (const { reject } of asked) reject(error);
    }
  }
}
