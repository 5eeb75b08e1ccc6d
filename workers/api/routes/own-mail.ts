import { createRoute, z } from "@hono/zod-openapi";
import { LedgeError } from "../../../protocol/errors.ts";
import { writeToOwner, hashSecret } from "../../mail/own-mail.ts";
import { sendDue } from "../../mail/send.ts";
import { findMailOwner, findMailToken, resetPassword, verifyEmail } from "../../storage/directory-mail-tokens.ts";
import { PASSWORD_LENGTH } from "../auth/auth.ts";
import { Email } from "../auth/email.ts";
import { hashPassword } from "../auth/password.ts";
import { json, jsonBody } from "../json-response.ts";
import { chargeAttempts } from "../middleware/attempt-limits.ts";
import { requireSession } from "../middleware/authenticate.ts";
import { limitBody } from "../middleware/body-limit.ts";
import { refuseOtherOrigins } from "../middleware/own-origin.ts";
import { askToVerify, mailSetting, requireMail } from "../own-mail.ts";
import { router } from "../router.ts";
import { disconnectAllAround, disconnectEndedAround, userSync } from "../user-sync.ts";

const MAX_BODY_BYTES = 16 * 1024;

/** What stands after `#` in a mailed link. */
const Secret = z.string().min(1).max(100).meta({ example: "kJ2bq0oZ9mW3sX7tRc5vYh8nLd1fAe6u" });
const NewPassword = z.string().min(PASSWORD_LENGTH.min).max(PASSWORD_LENGTH.max);
const Owner = z.object({ email: z.string().meta({ description: "The account's" }) });

const middleware = [limitBody(MAX_BODY_BYTES), refuseOtherOrigins()];

/** What leads by a mail: a forgotten password (E3), a confirmed email (E4). */
export const ownMailRoutes = router();

ownMailRoutes.openapi(
  createRoute({
    method: "post",
    path: "/auth/forgot-password",
    security: [],
    tags: ["auth"],
    summary: "Ask for a mail with a link to choose a new password",
    middleware,
    request: { body: jsonBody(z.object({ email: Email })) },
    responses: { 204: { description: "Where an account has that email, a mail is on its way; else nothing is" } },
  }),
  async (c) => {
    requireMail(c);
    const email = c.req.valid("json").email.toLowerCase();
    await chargeAttempts(c, "forgot", email);
    // After the answer, all of it: its time says nothing of the email (A3).
    const setting = mailSetting(c);
    const written = (async () => {
      const owner = await findMailOwner(c.env.DIRECTORY, email);
      if (!owner) return;
      await writeToOwner(c.env, "reset", owner, setting, Date.now());
      await sendDue(c.env);
    })();
    c.executionCtx.waitUntil(
      written.catch((error: unknown) =>
        console.error("a mail for a new password was not written", { error: String(error) }),
      ),
    );
    return c.body(null, 204);
  },
);

ownMailRoutes.openapi(
  createRoute({
    method: "post",
    path: "/auth/reset-password",
    security: [],
    tags: ["auth"],
    summary: "Choose a new password by the link of a mail",
    description:
      "Ends all sessions and signs nobody in. The second factor stays. The email counts as verified, where the link was " +
      "mailed to it; where it did not before, access tokens and passkeys end as well.",
    middleware,
    request: { body: jsonBody(z.object({ token: Secret, password: NewPassword })) },
    responses: { 200: json(Owner, "Changed: sign in with it") },
  }),
  async (c) => {
    await chargeAttempts(c, "mailLink");
    const { token, password } = c.req.valid("json");
    const secretHash = await hashSecret(token);
    const directory = c.env.DIRECTORY;
    const owner = await findMailToken(directory, secretHash, "reset", Date.now());
    if (!owner) throw new LedgeError("invalid_mail_link");
    const hash = await hashPassword(password);
    // The sockets of tokens as well, where those end.
    const around = owner.isVerified ? disconnectEndedAround : disconnectAllAround;
    const isChanged = await around(c.env, owner.userId, () => resetPassword(directory, secretHash, hash, Date.now()));
    if (!isChanged) throw new LedgeError("invalid_mail_link");
    return c.json({ email: owner.email }, 200);
  },
);

ownMailRoutes.openapi(
  createRoute({
    method: "post",
    path: "/auth/verify-email",
    security: [],
    tags: ["auth"],
    summary: "Confirm the account's email by the link of a mail",
    description: "Takes a session of the very account: who has the mail alone may not be who made the account.",
    middleware: [limitBody(MAX_BODY_BYTES), requireSession()] as const,
    request: { body: jsonBody(z.object({ token: Secret })) },
    responses: {
      200: json(Owner, "Confirmed"),
      403: { description: "`forbidden`: the link is another account's" },
      410: { description: "`invalid_mail_link`" },
    },
  }),
  async (c) => {
    await chargeAttempts(c, "mailLink");
    const secretHash = await hashSecret(c.req.valid("json").token);
    const directory = c.env.DIRECTORY;
    const owner = await findMailToken(directory, secretHash, "verify", Date.now());
    if (!owner) throw new LedgeError("invalid_mail_link");
    if (owner.userId !== c.var.caller.userId)
      throw new LedgeError("forbidden", "the link is of another account: sign in to that one");
    if (!(await verifyEmail(directory, secretHash, Date.now()))) throw new LedgeError("invalid_mail_link");
    const told = userSync(c.env, owner.userId)
      .notify("account", null)
      .catch((error: unknown) => console.warn("sockets were not notified", { error: String(error) }));
    c.executionCtx.waitUntil(told);
    return c.json({ email: owner.email }, 200);
  },
);

ownMailRoutes.openapi(
  createRoute({
    method: "post",
    path: "/account/verify-email",
    tags: ["account"],
    summary: "Have the mail sent again by which the account's email is confirmed",
    middleware: [limitBody(MAX_BODY_BYTES), requireSession()] as const,
    responses: { 204: { description: "It is on its way, unless the email is confirmed already" } },
  }),
  async (c) => {
    requireMail(c);
    const { userId, email, emailVerified } = c.var.caller;
    if (emailVerified) return c.body(null, 204);
    await chargeAttempts(c, "verify", email);
    await askToVerify(c, { userId, email });
    return c.body(null, 204);
  },
);
