import { createDurable } from "itty-durable";
import type { Env } from "../env.ts";
import { saveUses } from "../storage/directory-links.ts";

/** How often counts are written into the directory at most. Milliseconds. */
const FLUSH_EVERY = 60_000;

/** What a gate says to a download. */
export interface ChargeAnswer {
  readonly allowed: boolean;
}

/** What a caller sees of a link's gate: calls go through itty-durable's proxy, as JSON. `link` is the link's id. */
export interface ShareGateStub {
  /** Counts an opening; answers the downloads so far. */
  opened(link: string, now: number): Promise<{ downloads: number }>;
  /** The downloads so far. */
  uses(): Promise<{ downloads: number }>;
  /** Counts a download, unless there have been `most` of them (null: no cap). To be called before a byte is sent. */
  download(link: string, most: number | null, now: number): Promise<ChargeAnswer>;
  /** Takes a download back of which no byte was sent. */
  refund(link: string, now: number): Promise<{ downloads: number }>;
}

/**
 * Counts what is done with one link, wherever in the world. Each call runs to its end before the next one begins, and its
 * answer waits until the counts are stored, so a cap that is asked for here is never passed (L5). The directory learns the
 * counts a minute later; the object deletes itself when it finds there that its link is no more.
 */
export class ShareGate extends createDurable({ autoPersist: true }) {
  link = "";
  openings = 0;
  downloads = 0;
  received = 0;
  lastAt = 0;
  /** When the directory is told next; 0: it knows. */
  flushAt = 0;

  opened(link: string, now: number): { downloads: number } {
    this.openings++;
    this.#changed(link, now);
    return { downloads: this.downloads };
  }

  uses(): { downloads: number } {
    return { downloads: this.downloads };
  }

  download(link: string, most: number | null, now: number): ChargeAnswer {
    if (most !== null && this.downloads >= most) return { allowed: false };
    this.downloads++;
    this.#changed(link, now);
    return { allowed: true };
  }

  refund(link: string, now: number): { downloads: number } {
    this.downloads--;
    this.#changed(link, now);
    return { downloads: this.downloads };
  }

  async alarm(): Promise<void> {
    await this.loadFromStorage();
    // Before the counts are read: what is counted while they are written sets the next alarm.
    this.flushAt = 0;
    const { openings: opened, downloads, received, lastAt } = this;
    const { env } = this.state as unknown as { readonly env: Env };
    const isThere = await saveUses(env.DIRECTORY, this.link, { opened, downloads, received, lastAt });
    await (isThere ? this.persist() : this.destroy());
  }

  #changed(link: string, now: number): void {
    this.link = link;
    this.lastAt = now;
    // One that has passed is one whose alarm failed for good.
    if (this.flushAt > now) return;
    this.flushAt = now + FLUSH_EVERY;
    this.setAlarm(this.flushAt);
  }
}
