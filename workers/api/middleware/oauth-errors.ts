import type { MiddlewareHandler } from "hono";
import type { z } from "zod";
import { LedgeError } from "../../../protocol/errors.ts";
import type { AppContext } from "../context.ts";

const FORM = "application/x-www-form-urlencoded";

/** A body that OAuth clients send as a form (RFC 8628, sections 3.1 and 3.4), and ours as JSON. */
export function oauthBody<T extends z.ZodType>(schema: T) {
  return { required: false as const, content: { "application/json": { schema }, [FORM]: { schema } } };
}

/**
 * Makes each error of the route one that OAuth clients understand: `error` and `error_description` (RFC 6749, section
 * 5.2) stand beside the problem's own members. A client that sent a form gets it as `application/json`, the type that
 * RFC 6749 asks for; it is the same document.
 */
export const oauthErrors: MiddlewareHandler<AppContext> = async (c, next) => {
  await next();
  if (c.res.status < 400 || !/json/.test(c.res.headers.get("content-type") ?? "")) return;
  const body = await c.res.json<Record<string, unknown>>();
  const headers = new Headers(c.res.headers);
  if (isForm(c.req.header("content-type"))) headers.set("content-type", "application/json");
  headers.set("pragma", "no-cache");
  const error = body.error ?? BY_STATUS[c.res.status] ?? "invalid_request";
  const description = body.error_description ?? body.detail ?? body.title;
  const told = { ...body, error, error_description: printable(String(description)) };
  c.res = new Response(JSON.stringify(told), { status: c.res.status, headers });
};

type Validation =
  { success: true } | { success: false; error: { issues: readonly { path: PropertyKey[]; message: string }[] } };

/**
 * For `openapi`: names the OAuth error of an input that the schema refuses.
 *
 * @throws LedgeError `invalid_request`
 */
export function refuseInput(result: Validation): undefined {
  if (result.success) return undefined;
  const data = "data" in result ? result.data : null;
  const input = typeof data === "object" && data !== null ? (data as Record<string, unknown>) : {};
  const issues = result.error.issues.map(({ path, message }) => ({ path: path.join("."), message }));
  const [first] = issues;
  // Absent, empty or given twice: the request is wrong, not what it says.
  const isSaid = typeof input[first?.path ?? ""] === "string" && input[first?.path ?? ""] !== "";
  const error = (isSaid && BY_FIELD[first?.path ?? ""]) || "invalid_request";
  throw new LedgeError("invalid_request", first && `${first.path}: ${first.message}`, { error, issues });
}

const BY_FIELD: Readonly<Record<string, string>> = {
  client_id: "invalid_client",
  grant_type: "unsupported_grant_type",
  device_code: "invalid_grant",
};

const BY_STATUS: Readonly<Record<number, string>> = {
  429: "slow_down",
  500: "server_error",
  503: "temporarily_unavailable",
};

function isForm(type: string | undefined): boolean {
  return type?.split(";")[0]?.trim().toLowerCase() === FORM;
}

/** What RFC 6749 allows in `error_description`. */
function printable(text: string): string {
  return text.replaceAll('"', "'").replaceAll(/[^\x20-\x21\x23-\x5b\x5d-\x7e]/g, "?");
}
