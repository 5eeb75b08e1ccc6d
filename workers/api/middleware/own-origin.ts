import type { Context, MiddlewareHandler } from "hono";
import { LedgeError } from "../../../protocol/errors.ts";

const SAFE_METHODS = new Set(["GET", "HEAD", "OPTIONS"]);

/**
 * Refuses a mutation that another site's page sends with our cookie (A5). Browsers send `Origin` with every POST, PUT,
 * PATCH and DELETE; one that is missing or `null` is not ours.
 *
 * @throws LedgeError `origin_not_allowed`
 */
export function requireOwnOrigin(c: Context): void {
  if (SAFE_METHODS.has(c.req.method)) {
    // A WebSocket upgrade is a GET that browsers let any page send, with cookies.
    if (c.req.header("upgrade") === undefined) return;
  }
  if (c.req.header("origin") !== new URL(c.req.url).origin) {
    throw new LedgeError("origin_not_allowed", "with a cookie, changes are taken from this server's own pages only");
  }
}

/**
 * For what works without being signed in. Refuses a page of another origin, cookie or none: it could sign its visitor
 * in to its own account. With a cookie, the origin must be named, as everywhere (A5).
 */
export function refuseOtherOrigins(): MiddlewareHandler {
  return async (c, next) => {
    const byCookie = c.req.header("cookie") !== undefined && c.req.header("authorization") === undefined;
    if (byCookie || c.req.header("origin") !== undefined) requireOwnOrigin(c);
    await next();
  };
}
