import { createRoute, z } from "@hono/zod-openapi";
import { PasswordReset } from "../../../protocol/admin.ts";
import { LedgeError } from "../../../protocol/errors.ts";
import { Id } from "../../../protocol/ids.ts";
import { mailOf } from "../../mail/mail.ts";
import { newMailLink, writeToOwner } from "../../mail/own-mail.ts";
import { sendSoon } from "../../mail/send.ts";
import { recordAct } from "../../storage/admin-events.ts";
import { readAccount } from "../../storage/directory-admin.ts";
import { insertMailToken } from "../../storage/directory-mail-tokens.ts";
import { PASSWORD_LENGTH } from "../auth/auth.ts";
import { requireFresh } from "../auth/fresh-session.ts";
import { json, jsonBody } from "../json-response.ts";
import { requireAdministrator } from "../middleware/authenticate.ts";
import { limitBody } from "../middleware/body-limit.ts";
import { mailOrigin, mailSetting } from "../own-mail.ts";
import { router } from "../router.ts";

const reset = createRoute({
  method: "post",
  path: "/admin/accounts/{id}/password-reset",
  tags: ["administration"],
  summary: "Let an account's person choose a new password",
  description:
    "Mails the link of a forgotten password; a server without mail answers it, to be handed on, once. Nothing changes " +
    "until it is used: then all sessions end, and the second factor stays. A link that was handed on confirms no email. " +
    "It lifts no suspension. Takes a session of " +
    "the last 24 hours, or the caller's password. For the administrator only.",
  middleware: [limitBody(16 * 1024), requireAdministrator()] as const,
  request: {
    params: z.object({ id: Id }),
    body: jsonBody(z.object({ password: z.string().min(1).max(PASSWORD_LENGTH.max).optional() })),
  },
  responses: { 200: json(PasswordReset, "How it reaches the person") },
});

export const adminPasswordResetRoutes = router().openapi(reset, async (c) => {
  const { id } = c.req.valid("param");
  await requireFresh(c, c.req.valid("json").password);
  const account = await readAccount(c.env, id);
  if (!account) throw new LedgeError("not_found", "there is no such account");
  const now = Date.now();
  const owner = { userId: id, email: account.email };
  const recorded = recordAct(c.env.DIRECTORY, c.var.caller, { action: "resetPassword", accountId: id }, now);
  c.header("cache-control", "no-store");
  if (mailOf(c.env) !== null) {
    await recorded.run();
    await writeToOwner(c.env, "reset", owner, mailSetting(c), now);
    sendSoon(c.env, c.executionCtx);
    return c.json({ link: null, expiresAt: null }, 200);
  }
  const { link, secretHash, expiresAt } = await newMailLink("reset", mailOrigin(c), now);
  const token = { secretHash, kind: "reset", ...owner, expiresAt, isMailed: false } as const;
  const kept = insertMailToken(c.env.DIRECTORY, token, now);
  await c.env.DIRECTORY.batch([recorded, kept]);
  return c.json({ link, expiresAt }, 200);
});
