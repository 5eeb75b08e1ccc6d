import type { UserSync } from "./sync-do/user-sync.ts";

/** What wrangler.toml and the secrets bind. Metadata shards are `META_0`, `META_1`, … (workers/storage/shards.ts). */
export interface Env {
  /** The browser app's files. */
  readonly ASSETS: Fetcher;
  readonly DIRECTORY: D1Database;
  readonly SEARCH: D1Database;
  readonly PACKS: R2Bucket;
  readonly USER_SYNC: DurableObjectNamespace<UserSync>;
  readonly ATTEMPT_GATE: DurableObjectNamespace;
  readonly SHARE_GATE: DurableObjectNamespace;
  readonly INDEX_QUEUE: Queue<IndexMessage>;
  /** Spaces with many changes, and what is in no hurry: the quiet ones do not wait behind them (X2). */
  readonly INDEX_BULK_QUEUE: Queue<IndexMessage>;
  /** By account (F6). */
  readonly SEARCH_LIMIT: RateLimit;
  readonly TRANSFER_QUEUE: Queue<TransferMessage>;
  readonly THUMBNAIL_QUEUE: Queue<ThumbnailMessage>;
  readonly SIGN_UP: "open" | "invitation" | "closed";
  readonly DEFAULT_QUOTA_BYTES: string;
  readonly PACK_BYTES: string;
  /** Cloudflare's email binding, where the deployment has one. */
  readonly EMAIL?: SendEmail;
  /** Who mail is from: `ledge@example.org` or `Ledge <ledge@example.org>`. */
  readonly MAIL_FROM?: string;
  /** Where mails lead, like `https://ledge.example.org`; else to where the request that causes one came to. */
  readonly APP_ORIGIN?: string;
  /** `keep` on somebody's own machine, set by `npm start` alone: mail is kept, and shown at /dev/mail (E1). */
  readonly LOCAL_MAIL?: string;
  /** Secret: signs sessions. */
  readonly AUTH_SECRET: string;
  /** Secret: `keyId:base64(32 bytes)`, comma-separated; the first encrypts, all decrypt. */
  readonly MASTER_KEYS: string;
}

/** All that the queue says; the consumer reads the rest from the shard. */
export interface IndexMessage {
  readonly space: string;
  readonly seq: number;
}

/** Has a transfer taken on (M11); how far it is, is in the directory. */
export interface TransferMessage {
  readonly transfer: string;
}

/** Has a shard's thumbnails made that wait (H1); which ones those are, is in the shard. */
export interface ThumbnailMessage {
  /** Binding name, e.g. `META_0`. */
  readonly thumbnails: string;
}
