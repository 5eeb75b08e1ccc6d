import { isAPIError } from "better-auth/api";
import type { Context } from "hono";
import { LedgeError, type ErrorCode } from "../../../protocol/errors.ts";
import type { AppContext } from "../context.ts";
import { authFor } from "./auth.ts";
import { readOnce } from "./cookies.ts";

/** Headers that better-auth may see: who asks, and what a session notes of them. */
const CREDENTIALS = ["authorization", "cookie", "origin", "referer"] as const;
const NOTED = ["user-agent", "cf-connecting-ip"] as const;

/** An answer of better-auth that is no error. */
export interface AuthAnswer {
  readonly body: unknown;
  readonly cookies: string[];
  /** The bearer token of the session that was begun; null where none was. */
  readonly token: string | null;
}

/**
 * Calls one of better-auth's endpoints with validated input only: what the caller sent beside it never gets there.
 *
 * @param path - Below `/api/auth`, query included.
 * @param cookie - Takes the place of all that says who asks, where given.
 * @throws LedgeError with our code for better-auth's error
 */
export async function callAuth(
  c: Context<AppContext>,
  method: "GET" | "POST",
  path: string,
  input?: object,
  cookie?: string,
): Promise<AuthAnswer> {
  const headers = authHeaders(c, cookie);
  if (method === "POST") headers.set("content-type", "application/json");
  const url = new URL(`/api/auth${path}`, c.req.url);
  const init = method === "POST" ? { method, headers, body: JSON.stringify(input ?? {}) } : { method, headers };
  const answer = await authFor(c.env, c.req.url).handler(new Request(url, init)).catch(withoutSecrets);
  const answered: unknown = await answer.json().catch(() => null);
  if (!answer.ok) throw authError(answer.status, answered);
  return { body: answered, ...beganIn(answer.headers) };
}

/** What the trigger of migrations/directory/0010 says: a sign-in that raced with a suspension (R2). */
const SUSPENDED = /account suspended/;

/** A failed query is told with its parameters, among them emails and hashes; why it failed is told by its cause. */
function withoutSecrets(error: unknown): never {
  const why = error instanceof Error && error.cause !== undefined ? error.cause : error;
  if (SUSPENDED.test(String(why))) throw new LedgeError("suspended");
  throw new Error(`better-auth failed: ${why instanceof Error ? why.message : String(why)}`);
}

/** Calls an endpoint that has no address, and has its errors be ours, as those of `callAuth` are. */
export async function withOurErrors<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if (isAPIError(error)) throw authError(error.statusCode, error.body);
    return withoutSecrets(error);
  }
}

/** What better-auth is told of the request. With `cookie` the caller is who has that cookie, on a page of ours. */
export function authHeaders(c: Context<AppContext>, cookie?: string): Headers {
  const headers = new Headers();
  for (const name of cookie === undefined ? [...CREDENTIALS, ...NOTED] : NOTED) {
    const value = c.req.header(name);
    if (value !== undefined) headers.set(name, name === "cookie" ? readOnce(value) : value);
  }
  if (cookie !== undefined) {
    headers.set("cookie", cookie);
    headers.set("origin", new URL(c.req.url).origin);
  }
  return headers;
}

/** The session that an answer's headers begin, for browsers and for others. */
export function beganIn(headers: Headers): Pick<AuthAnswer, "cookies" | "token"> {
  // Signed, as the cookie is; what stands before the signature is the bearer token.
  const signed = headers.get("set-auth-token");
  return { cookies: headers.getSetCookie(), token: signed?.slice(0, signed.indexOf(".")) ?? null };
}

/** Hands better-auth's cookies to the browser. */
export function setCookies(c: Context, cookies: readonly string[]): void {
  for (const cookie of cookies) c.header("set-cookie", cookie, { append: true });
}

const CODES: Readonly<Record<string, ErrorCode>> = {
  INVALID_EMAIL_OR_PASSWORD: "unauthenticated",
  INVALID_PASSWORD: "wrong_password",
  INVALID_CODE: "invalid_code",
  INVALID_BACKUP_CODE: "invalid_code",
  INVALID_TWO_FACTOR_COOKIE: "challenge_expired",
  TOO_MANY_ATTEMPTS_REQUEST_NEW_CODE: "challenge_expired",
  TOTP_ALREADY_ENABLED: "two_factor_on",
  TOTP_NOT_ENABLED: "two_factor_off",
  TWO_FACTOR_NOT_ENABLED: "two_factor_off",
  BACKUP_CODES_NOT_ENABLED: "two_factor_off",
  SIGN_UP_CLOSED: "sign_up_closed",
  SUSPENDED: "suspended",
  USER_ALREADY_EXISTS: "email_taken",
  USER_ALREADY_EXISTS_USE_ANOTHER_EMAIL: "email_taken",
  FAILED_TO_CREATE_USER: "busy",
  FAILED_TO_CREATE_SESSION: "busy",
  INVALID_ORIGIN: "origin_not_allowed",
  MISSING_OR_NULL_ORIGIN: "origin_not_allowed",
  CROSS_SITE_NAVIGATION_LOGIN_BLOCKED: "origin_not_allowed",
};

const BY_STATUS: Readonly<Record<number, ErrorCode>> = {
  401: "unauthenticated",
  403: "forbidden",
  404: "not_found",
  // Of two that use one recovery code at the same time, the one that came second.
  409: "invalid_code",
  429: "rate_limited",
};

/**
 * better-auth's error as ours. The device endpoints speak OAuth (RFC 8628, section 3.5): their `error` and
 * `error_description` stay, as members of the problem document, for OAuth clients.
 */
function authError(status: number, body: unknown): Error {
  const { code, message, error, error_description: description } = (body ?? {}) as Record<string, unknown>;
  const oauth = typeof error === "string" ? { error, error_description: description } : {};
  const known = typeof code === "string" ? CODES[code] : undefined;
  const ours = known ?? BY_STATUS[status] ?? (status < 500 ? "invalid_request" : undefined);
  if (!ours) return new Error(`better-auth answered ${status}: ${JSON.stringify(body)}`);
  if (ours === "challenge_expired") return new LedgeError(ours);
  const detail = [description, message].find((text) => typeof text === "string");
  return new LedgeError(ours, detail, oauth);
}
