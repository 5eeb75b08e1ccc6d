import type { Role } from "../../protocol/members.ts";
import type { ShareCapability } from "../../core/share.ts";
import type { Env } from "../env.ts";
import type { FoundLink } from "../storage/directory-links.ts";
import type { Shard } from "../storage/shards.ts";

export type Scope = "read" | "write";

/** Who is asking, as the `authenticate` middleware established it. */
export interface Caller {
  readonly userId: string;
  readonly email: string;
  /** Whether it is known to be the account's own (E4). */
  readonly emailVerified: boolean;
  readonly name: string;
  readonly admin: boolean;
  /** Whether a password alone does not sign in to the account (B3). */
  readonly twoFactor: boolean;
  /** A session has both; a personal access token has what it was made with. */
  readonly scopes: ReadonlySet<Scope>;
  readonly via: "session" | "token";
  /** The session's or the token's id. */
  readonly credentialId: string;
  /** The browser or program that signed in, or the token's name; null where it is not known. */
  readonly device: string | null;
  /** When the credential ends, ms since 1970, unless its use extends it; null: never. */
  readonly expiresAt: number | null;
}

/** What a request is about: the caller's home space, or a shared folder (M3). Its shard is opened at the caller's bookmark. */
export interface Home {
  /** Opened again by `commit`, at the bookmark of what it wrote. */
  shard: Shard;
  /** Of the rows: the owner's. */
  readonly spaceId: string;
  readonly rootId: string;
  /** Whose quota, chunks and contents these are. */
  readonly ownerId: string;
  /** The shared folder that the request is confined to, which is `rootId`; null where it has all of the space. */
  readonly scope: string | null;
  readonly role: "owner" | Role;
}

/** A link that a guest came in by. */
export interface Share {
  readonly link: FoundLink;
  readonly may: ShareCapability;
  /** At the primary: what moved out of the link's folder is out of reach at once (L1). */
  readonly shard: Shard;
}

/**
 * Hono's generics for every route. `caller` and `home` are set on routes behind `requireScope`, `share` on those behind
 * `requireShare`, `lockedLink` on that behind `requireLockedLink`.
 */
export interface AppContext {
  Bindings: Env;
  Variables: { caller: Caller; home: Home; share: Share; lockedLink: FoundLink };
}
