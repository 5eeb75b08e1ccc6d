import type { Api } from "../../../client/api.ts";
import type { DriveStore } from "./ports.ts";
import type { QueuedStar } from "./queued-edit.ts";

export interface StarsOptions {
  readonly api: Pick<Api, "star" | "unstar" | "starredIds">;
  readonly store: Pick<DriveStore, "stars" | "keepStars">;
  readonly onChange: () => void;
}

/** The account's stars, as the server told last (B20). */
export class Stars {
  readonly #options: StarsOptions;
  #all: ReadonlySet<string> = new Set();
  #isRefreshed = false;
  /** Counts what was settled here: a list that was asked for before does not know of it. */
  #settled = 0;

  constructor(options: StarsOptions) {
    this.#options = options;
  }

  get all(): ReadonlySet<string> {
    return this.#all;
  }

  /** Takes in what is stored, then asks the server. */
  async load(): Promise<void> {
    const stored = await this.#options.store.stars().catch(() => []);
    if (!this.#isRefreshed && stored.length > 0) this.#set(stored);
    await this.refresh();
  }

  /** Asks the server; what was known stays where it cannot be asked. */
  async refresh(): Promise<void> {
    for (;;) {
      const settled = this.#settled;
      const ids = await this.#ask();
      if (ids === null) return;
      if (settled !== this.#settled) continue;
      this.#isRefreshed = true;
      this.#set(ids);
      await this.#options.store.keepStars(ids).catch(() => undefined);
      return;
    }
  }

  async send({ node, starred }: QueuedStar, signal: AbortSignal): Promise<void> {
    const { api } = this.#options;
    await (starred ? api.star(node, signal) : api.unstar(node, signal));
  }

  /** The server has carried it out. */
  settle({ node, starred }: QueuedStar): void {
    this.#settled += 1;
    const all = new Set(this.#all);
    if (starred) all.add(node);
    else all.delete(node);
    this.#set(all);
  }

  async #ask(): Promise<readonly string[] | null> {
    try {
      return await this.#options.api.starredIds();
    } catch {
      return null;
    }
  }

  #set(ids: Iterable<string>): void {
    this.#all = new Set(ids);
    this.#options.onChange();
  }
}
