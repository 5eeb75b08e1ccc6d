import type { Context } from "hono";
import { HTTPException } from "hono/http-exception";
import { ERRORS, LedgeError } from "../../protocol/errors.ts";

/** RFC 9457: an error as `application/problem+json`, with its stable `code`. */
export function problem(c: Context, error: LedgeError): Response {
  const [status, title] = ERRORS[error.code];
  const { retryAfter } = error.extra;
  const body = {
    type: "about:blank",
    title,
    status,
    code: error.code,
    ...(error.detail && { detail: error.detail }),
    ...error.extra,
  };
  return c.body(JSON.stringify(body), status, {
    "content-type": "application/problem+json",
    "cache-control": "no-store",
    ...(typeof retryAfter === "number" && { "retry-after": String(retryAfter) }),
  });
}

/** Anything thrown in a route, for the wire: LedgeErrors as they are, the rest as `internal` (and logged). */
export function onError(error: Error, c: Context): Response {
  if (error instanceof LedgeError) return problem(c, error);
  // Hono's own refusals: a body that is no JSON, for one.
  if (error instanceof HTTPException && error.status < 500) {
    return problem(c, new LedgeError(error.status === 413 ? "body_too_large" : "invalid_request", error.message));
  }
  console.error("unexpected error", { method: c.req.method, path: c.req.path, error: error.stack ?? String(error) });
  return problem(c, new LedgeError("internal"));
}
