import type { Context } from "hono";
import { LedgeError } from "../../../protocol/errors.ts";
import type { Env } from "../../env.ts";
import type { Identity } from "../../storage/directory-identities.ts";
import { placeAccount } from "../../storage/placements.ts";
import { openShard } from "../../storage/shards.ts";
import { findMembership } from "../../storage/space-access.ts";
import { findNode } from "../../storage/tree-reads.ts";
import type { AppContext, Home } from "../context.ts";

/** D1's bookmarks, as its sessions give them out. Anything else in the header is ignored: it promises nothing. */
const BOOKMARK = /^[0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{32}$/;

/**
 * What a request is about: the shared folder whose id the address has as `{space}`, or the caller's own home.
 *
 * @throws LedgeError `not_found` where the caller has no such shared folder, or it is not live (M3, M10); `busy` while it
 *   changes hands (M13).
 */
export function openHome(c: Context<AppContext>, who: Identity): Promise<Home> {
  const folder = c.req.param("space");
  return folder === undefined ? openOwn(c, who) : openSharedFolder(c, who, folder);
}

async function openOwn(c: Context<AppContext>, who: Identity): Promise<Home> {
  const placement = who.placement?.ready ? who.placement : await placeAccount(c.env, who.userId, Date.now());
  return {
    shard: openShard(c.env, placement.shard, bookmarkOf(c)),
    spaceId: placement.spaceId,
    rootId: placement.rootId,
    ownerId: who.userId,
    scope: null,
    role: "owner",
  };
}

/**
 * One row for each folder above it, at every request: what is asked afterwards need not look above the folder. (What is read
 * by id does: it may have moved meanwhile.)
 */
async function openSharedFolder(c: Context<AppContext>, who: Identity, folder: string): Promise<Home> {
  const membership = await findMembership(c.env.DIRECTORY, folder, who.userId);
  if (!membership) throw noSuchSpace();
  if (membership.isMoving) throw changingHands();
  const { shard, spaceId, ownerId, role } = membership;
  const home: Home = {
    shard: openShard(c.env, shard, bookmarkOf(c)),
    spaceId,
    rootId: folder,
    ownerId,
    scope: folder,
    role,
  };
  if (!(await findNode(home, folder))) throw (await hasMoved(c.env, who, home)) ? changingHands() : noSuchSpace();
  return home;
}

/** Whether a shared folder that a request was opened for is elsewhere by now, or on its way there (M13): it is not gone. */
export async function hasMoved(env: Env, who: Identity, { scope, spaceId }: Home): Promise<boolean> {
  if (scope === null) return false;
  const now = await findMembership(env.DIRECTORY, scope, who.userId);
  return now !== null && (now.isMoving === 1 || now.spaceId !== spaceId);
}

export function changingHands(): LedgeError {
  return new LedgeError("busy", "the folder changes hands: send the same request again", { retryAfter: 1 });
}

function noSuchSpace(): LedgeError {
  return new LedgeError("not_found", "there is no such space, or not for this account");
}

/**
 * Whether the bookmarks of request and answer are of the database that `home` is in. Below `/spaces/{folder}` they are the
 * folder's; what is asked there about who has it is about the caller's own home.
 */
export function hasOwnBookmark(c: Context<AppContext>): boolean {
  return c.req.param("folder") === undefined;
}

function bookmarkOf(c: Context<AppContext>): string {
  const bookmark = hasOwnBookmark(c) ? c.req.header("ledge-bookmark") : undefined;
  return bookmark !== undefined && BOOKMARK.test(bookmark) ? bookmark : "first-primary";
}
