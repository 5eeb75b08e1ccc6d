import type { Context } from "hono";
import { parseSigned } from "hono/utils/cookie";
import { LedgeError } from "../../../protocol/errors.ts";
import { findChallenge, spendOnce } from "../../storage/directory-second-factors.ts";
import type { AppContext } from "../context.ts";
import { chargeAttempts } from "../middleware/attempt-limits.ts";
import { sha256 } from "./access-token.ts";
import { challengeCookie, passingCookie, readOnce } from "./cookies.ts";

/** A TOTP code is taken in its own 30 seconds and in those before and after. Milliseconds. */
const CODE_LIFETIME = 90_000;

/** A sign-in whose password was right, and which waits for its second factor. */
export interface SecondStep {
  readonly userId: string;
  /** What better-auth knows the sign-in by, as a `Cookie` header: no session is in it that it would go by instead. */
  readonly cookie: string;
}

/**
 * The sign-in that the request goes on with: by `challenge`, else by the browser's cookie. One attempt is charged to its
 * account and to the caller's address.
 *
 * @throws LedgeError `challenge_expired`, `rate_limited`
 */
export async function goOnWith(c: Context<AppContext>, challenge: string | undefined): Promise<SecondStep> {
  const name = challengeCookie(c.req.url);
  const cookie =
    challenge === undefined
      ? readOnce(c.req.header("cookie") ?? "", [name, passingCookie(c.req.url)])
      : `${name}=${encodeURIComponent(challenge)}`;
  const identifier = (await parseSigned(cookie, c.env.AUTH_SECRET, name))[name];
  const found = identifier && (await findChallenge(c.env.DIRECTORY, identifier, Date.now()));
  await chargeAttempts(c, "secondFactor", found ? found.userId : undefined);
  if (!found) throw new LedgeError("challenge_expired");
  return { userId: found.userId, cookie };
}

/**
 * Uses a TOTP code up before it is looked at, so that no second request finds it good (RFC 6238, section 5.2).
 *
 * @throws LedgeError `invalid_code` where it was used before
 */
export async function spendCode(c: Context<AppContext>, userId: string, code: string): Promise<void> {
  const now = Date.now();
  const isNew = await spendOnce(c.env.DIRECTORY, await sha256(`totp:${userId}:${code}`), now + CODE_LIFETIME, now);
  if (!isNew) throw new LedgeError("invalid_code", "this code was used before: wait for the next one");
}
