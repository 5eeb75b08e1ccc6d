import { createDurable } from "itty-durable";
import { grantFor, leftOf, settleGrant, useGrant, type ShareGrants } from "../../core/share-grants.ts";
import type { Env } from "../env.ts";
import { recordUses, type LinkUse } from "../storage/activity.ts";
import { saveUses } from "../storage/directory-links.ts";
import { openShard } from "../storage/shards.ts";

/** What is done with a link within this time of the first of it is one record (V1). Milliseconds. */
const RECORDED_TOGETHER = 3_600_000;
/** Records that wait to be written at most, where the shard is away for long. */
const MOST_WAITING = 100;

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
  /** Of the last hour, and what was not written down yet. */
  recent: LinkUse[] = [];
  /** When the directory is told next; 0: it knows. */
  flushAt = 0;

  opened(link: string, now: number): { downloads: number } {
    this.openings++;
    this.#record("openLink", now);
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
    this.#record("download", now);
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
    const last = this.recent.findLast(({ action }) => action === "download");
    if (last && last.count > 0) this.recent = this.recent.with(this.recent.indexOf(last), less(last));
    this.#changed(link, now);
    return { downloads: this.downloads };
  }

  async alarm(): Promise<void> {
    await this.loadFromStorage();
    // Before the counts are read: what is counted while they are written sets the next alarm.
    this.flushAt = 0;
    const { openings: opened, downloads, received, lastAt, recent } = this;
    const now = Date.now();
    const { env } = this.state as unknown as { readonly env: Env };
    const place = await saveUses(env.DIRECTORY, this.link, { opened, downloads, received, lastAt });
    if (place === null) return this.destroy();
    const { db } = openShard(env, place.shard, "first-primary");
    await recordUses(db, { spaceId: place.space_id, node: place.node_id, link: this.link }, recent);
    this.recent = this.recent.filter(({ at }) => at + RECORDED_TOGETHER > now);
    await this.persist();
  }

  #record(action: LinkUse["action"], now: number): void {
    const last = this.recent.findLast((use) => use.action === action);
    if (last && last.at + RECORDED_TOGETHER > now)
      this.recent = this.recent.with(this.recent.indexOf(last), { ...last, count: last.count + 1 });
    else this.recent = [...this.recent, { action, at: now, count: 1 }].slice(-MOST_WAITING);
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

function less(use: LinkUse): LinkUse {
  return { ...use, count: use.count - 1 };
}
