import type { Context } from "hono";
import { LedgeError } from "../../../protocol/errors.ts";
import { sessionStart } from "../../storage/directory-sessions.ts";
import type { AppContext } from "../context.ts";
import { chargeAttempts } from "../middleware/attempt-limits.ts";
import { callAuth } from "./forward.ts";

/** What opens or ends an account takes a young session or the password. Milliseconds. */
const FRESH = 86_400_000;

/**
 * Lets a caller through whose session is younger than a day, or who gave the right password, charged as a sign-in is (A4).
 *
 * @throws LedgeError `session_not_fresh`, `wrong_password`, `rate_limited`
 */
export async function requireFresh(c: Context<AppContext>, password: string | undefined): Promise<void> {
  const { credentialId, email } = c.var.caller;
  if (password !== undefined) {
    await chargeAttempts(c, "signIn", email);
    await callAuth(c, "POST", "/verify-password", { password });
    return;
  }
  const start = await sessionStart(c.env.DIRECTORY, credentialId);
  if ((start ?? 0) < Date.now() - FRESH) throw new LedgeError("session_not_fresh");
}
