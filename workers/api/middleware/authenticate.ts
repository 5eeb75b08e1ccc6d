import type { Context, MiddlewareHandler } from "hono";
import { getSignedCookie } from "hono/cookie";
import { LedgeError } from "../../../protocol/errors.ts";
import { findSession, findToken, touchIdentity, type Identity } from "../../storage/directory-identities.ts";
import { sessionCookie } from "../auth/cookies.ts";
import type { AppContext, Home, Scope } from "../context.ts";
import { isAccessToken, sha256, sha256Hex } from "../auth/access-token.ts";
import { presentScoped } from "../present-space.ts";
import { problem } from "../problem.ts";
import { changingHands, hasMoved, hasOwnBookmark, openHome } from "./open-home.ts";
import { requireOwnOrigin } from "./own-origin.ts";

type Guard = MiddlewareHandler<AppContext>;

/**
 * Lets a caller through whose credential has `scope`, and sets `caller` and `home`: below `/spaces/{space}` the shared folder,
 * where `write` also needs a role that lets its member change things (M2). The answer carries `Ledge-Bookmark` (P3), unless
 * the handler set one itself.
 *
 * @throws LedgeError `unauthenticated`, `insufficient_scope`, `origin_not_allowed` (A5); `not_found`, `forbidden` (M2, M3)
 */
export function requireScope(scope: Scope): Guard {
  return guard(
    (caller) => {
      if (!caller.scopes.has(scope))
        throw new LedgeError("insufficient_scope", `this needs a token with the scope ${scope}`);
    },
    ({ role }) => {
      if (scope === "write" && role === "viewer")
        throw new LedgeError("forbidden", "a viewer of this folder only reads");
    },
  );
}

/** As `requireScope`, for what only a signed-in person may do: a personal access token is `insufficient_scope` (A6). */
export function requireSession(): Guard {
  return guard(onlySession);
}

/** As `requireSession`, for the administrator: anybody else is `forbidden`. */
export function requireAdministrator(): Guard {
  return guard((caller) => {
    onlySession(caller);
    if (!caller.admin) throw new LedgeError("forbidden", "this is for the administrator");
  });
}

function onlySession(caller: Identity): void {
  if (caller.via !== "session")
    throw new LedgeError("insufficient_scope", "sign in: a personal access token cannot do this");
}

function guard(check: (caller: Identity) => void, checkRole: (home: Home) => void = () => undefined): Guard {
  return async (c, next) => {
    const who = await identify(c);
    check(who);
    c.set("caller", who);
    const home = await openHome(c, who);
    checkRole(home);
    c.set("home", home);
    await next();
    if (c.res.status === 101) return;
    if (c.res.status === 404 && (await hasMoved(c.env, who, home))) c.res = problem(c, changingHands());
    await presentScoped(c, home);
    if (!c.res.headers.has("cache-control")) c.header("cache-control", "private, no-store");
    // Answers hold names that users chose: no browser may take them for a page.
    c.header("x-content-type-options", "nosniff");
    if (c.res.headers.has("ledge-bookmark") || !hasOwnBookmark(c)) return;
    const bookmark = home.shard.db.getBookmark();
    if (bookmark) c.header("Ledge-Bookmark", bookmark);
  };
}

/**
 * Who asks, if anybody: an `Authorization` header wins over a cookie, because a request that has one comes from no form.
 *
 * @throws LedgeError `origin_not_allowed` (A5)
 */
export async function whoIs(c: Context<AppContext>): Promise<Identity | undefined> {
  const authorization = c.req.header("authorization");
  return authorization === undefined
    ? fromCookie(c, Date.now())
    : fromBearer(c.env.DIRECTORY, authorization, Date.now());
}

async function identify(c: Context<AppContext>): Promise<Identity> {
  const who = await whoIs(c);
  if (!who) throw new LedgeError("unauthenticated");
  // A browser's session is extended by GET /api/auth/get-session, which renews the cookie together with the row.
  if (who.stale && c.req.header("authorization") !== undefined)
    c.executionCtx.waitUntil(touchIdentity(c.env.DIRECTORY, who, Date.now()));
  return who;
}

async function fromBearer(directory: D1Database, authorization: string, now: number): Promise<Identity | undefined> {
  const bearer = /^bearer +([A-Za-z0-9_-]{16,128}) *$/i.exec(authorization)?.[1];
  if (bearer === undefined) return undefined;
  return isAccessToken(bearer)
    ? findToken(directory, await sha256(bearer), now)
    : findSession(directory, await sha256Hex(bearer), now);
}

async function fromCookie(c: Context<AppContext>, now: number): Promise<Identity | undefined> {
  const token = await getSignedCookie(c, c.env.AUTH_SECRET, sessionCookie(c.req.url));
  if (!token) return undefined;
  const who = await findSession(c.env.DIRECTORY, await sha256Hex(token), now);
  if (who) requireOwnOrigin(c);
  return who;
}
