import type { Context, MiddlewareHandler } from "hono";
import { authorizeShare, type ShareCapability } from "../../../core/share.ts";
import { LedgeError } from "../../../protocol/errors.ts";
import { findLink, type FoundLink } from "../../storage/directory-links.ts";
import { openShard } from "../../storage/shards.ts";
import { reachShared, type ReachedNode } from "../../storage/shared-reads.ts";
import type { AppContext, Share } from "../context.ts";
import { isUnlocked } from "../share/share-cookies.ts";
import { shareGate } from "../share/share-gate.ts";
import { shareTokenHash, tokenIn } from "../share/share-token.ts";

/**
 * Lets a guest in by the link in the address, and sets `share`.
 *
 * @param needs - What the link must let its guest do: one that does not is `not_found`, or `forbidden` where it shows
 *   what may not be saved.
 * @throws LedgeError `not_found` (L6), `password_required` (L3), `forbidden`
 */
export function requireShare(needs?: keyof ShareCapability): MiddlewareHandler<AppContext> {
  return async (c, next) => {
    const link = await linkIn(c);
    const now = Date.now();
    const decision = authorizeShare(termsOf(link), now, await isUnlocked(c, link, now));
    if (decision.kind === "gone") throw noSuchLink();
    if (decision.kind === "locked") {
      await refuseUsedUp(c, link);
      throw new LedgeError("password_required");
    }
    if (needs && !decision[needs]) {
      throw needs === "save" && decision.see ? new LedgeError("forbidden", "this link only shows") : noSuchLink();
    }
    c.set("share", { link, may: decision, shard: openShard(c.env, link.shard, "first-primary") });
    await next();
    guestHeaders(c);
  };
}

/** As `requireShare`, without asking for the password: sets `lockedLink`. For the route that takes it. */
export function requireLockedLink(): MiddlewareHandler<AppContext> {
  return async (c, next) => {
    const link = await linkIn(c);
    if (authorizeShare(termsOf(link), Date.now(), false).kind === "gone") throw noSuchLink();
    await refuseUsedUp(c, link);
    c.set("lockedLink", link);
    await next();
    guestHeaders(c);
  };
}

/** What is wrong with every link that does not open, whatever the reason (L6). */
export function noSuchLink(): LedgeError {
  return new LedgeError("not_found", "there is no such link, or it has ended");
}

/** What decides whether a link opens. */
function termsOf(link: FoundLink) {
  return { permission: link.permission, expiresAt: link.expires_at, hasPassword: link.password !== null };
}

/**
 * A node that the link reaches, `id` or the link's own.
 *
 * @throws LedgeError `not_found` (L6)
 */
export async function requireReached({ link, shard }: Share, id = link.node_id): Promise<ReachedNode> {
  const reached = (await reachShared(shard, link.space_id, link.node_id, [id])).get(id);
  if (!reached) throw noSuchLink();
  return reached;
}

/**
 * Asks the gate of a link with a cap whether a download is left.
 *
 * @throws LedgeError `not_found` where none is (L6)
 */
export function requireDownloadsLeft(c: Context<AppContext>): Promise<void> {
  return refuseUsedUp(c, c.var.share.link);
}

async function refuseUsedUp(c: Context<AppContext>, { id, max_downloads: most }: FoundLink): Promise<void> {
  if (most !== null && (await shareGate(c.env, id).uses(Date.now())).downloads >= most) throw noSuchLink();
}

async function linkIn(c: Context<AppContext>): Promise<FoundLink> {
  const token = tokenIn(c.req.param("token") ?? "");
  const link = token === null ? null : await findLink(c.env.DIRECTORY, await shareTokenHash(token));
  if (!link) throw noSuchLink();
  return link;
}

function guestHeaders(c: Context<AppContext>): void {
  if (!c.res.headers.has("cache-control")) c.header("cache-control", "private, no-store");
  c.header("x-content-type-options", "nosniff");
  c.header("x-robots-tag", "noindex");
}
