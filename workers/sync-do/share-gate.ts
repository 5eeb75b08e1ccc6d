import { createDurable } from "itty-durable";
import { grantFor, leftOf, settleGrant, useGrant, type ShareGrants } from "../../core/share-grants.ts";
import type { Env } from "../env.ts";
import { saveUses } from "../storage/directory-links.ts";

/** How often counts are written into the directory at most. Milliseconds. */
const FLUSH_EVERY = 60_000;

/** A download of a guest's that may be gone on with. */
export interface GrantRequest {
  /** Whose, and of what. */
  readonly key: string;
  /** Bytes of the file. */
  readonly size: number;
  /** Bytes of it that are about to be sent. */
  readonly asked: number;
}

/** What a caller sees of a link's gate: calls go through itty-durable's proxy, as JSON. `link` is the link's id. */
export interface ShareGateStub {
  /** Counts an opening; answers the downloads so far. */
  opened(link: string, now: number): Promise<{ downloads: number }>;
  /** The downloads so far, and whether the guest may go on with the download that `grant` names. */
  uses(now: number, grant?: string): Promise<{ downloads: number; isGranted: boolean }>;
  /** Counts a download, unless there have been `most` of them (null: no cap). To be called before a byte is sent. */
  download(link: string, most: number | null, now: number, grant?: GrantRequest): Promise<{ allowed: boolean }>;
  /** Lets a guest go on with a download that was counted before. To be called before a byte is sent. */
  resume(grant: string, asked: number, now: number): Promise<{ allowed: boolean }>;
  /** Gives bytes back that a guest asked for and did not get. */
  settle(grant: string, unsent: number): Promise<{ downloads: number }>;
  /**
   * Counts bytes of a file drop, unless there would be more than `most` of them (null: no cap); answers those so far. To be
   * called before they are taken.
   */
  receive(bytes: number, most: number | null): Promise<{ allowed: boolean; bytes: number }>;
  /** Takes bytes back that were not kept. */
  unreceive(bytes: number): Promise<{ bytes: number }>;
  /** Counts files that a drop brought. */
  dropped(link: string, files: number, now: number): Promise<{ received: number }>;
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
  receivedBytes = 0;
  lastAt = 0;
  grants: ShareGrants = {};
  /** When the directory is told next; 0: it knows. */
  flushAt = 0;

  opened(link: string, now: number): { downloads: number } {
    this.openings++;
    this.#changed(link, now);
    return { downloads: this.downloads };
  }

  uses(now: number, grant?: string): { downloads: number; isGranted: boolean } {
    return {
      downloads: this.downloads,
      isGranted: typeof grant === "string" && leftOf(this.grants, grant, now) > 0,
    };
  }

  download(link: string, most: number | null, now: number, grant?: GrantRequest): { allowed: boolean } {
    if (most !== null && this.downloads >= most) return { allowed: false };
    this.downloads++;
    if (grant) this.grants = grantFor(this.grants, grant.key, grant.size, grant.asked, now);
    this.#changed(link, now);
    return { allowed: true };
  }

  resume(grant: string, asked: number, now: number): { allowed: boolean } {
    const grants = useGrant(this.grants, grant, asked, now);
    this.grants = grants ?? this.grants;
    return { allowed: grants !== null };
  }

  settle(grant: string, unsent: number): { downloads: number } {
    this.grants = settleGrant(this.grants, grant, unsent);
    return { downloads: this.downloads };
  }

  receive(bytes: number, most: number | null): { allowed: boolean; bytes: number } {
    const allowed = most === null || this.receivedBytes + bytes <= most;
    if (allowed) this.receivedBytes += bytes;
    return { allowed, bytes: this.receivedBytes };
  }

  unreceive(bytes: number): { bytes: number } {
    this.receivedBytes -= bytes;
    return { bytes: this.receivedBytes };
  }

  dropped(link: string, files: number, now: number): { received: number } {
    this.received += files;
    this.#changed(link, now);
    return { received: this.received };
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
