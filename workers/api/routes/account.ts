import { createRoute, z } from "@hono/zod-openapi";
import { LedgeError } from "../../../protocol/errors.ts";
import { changeEmail, renameAccount } from "../../storage/directory-accounts.ts";
import { readQuota } from "../../storage/owners.ts";
import { DisplayName } from "../../../protocol/display-name.ts";
import { PASSWORD_LENGTH } from "../auth/auth.ts";
import { Email } from "../auth/email.ts";
import { callAuth } from "../auth/forward.ts";
import { jsonBody } from "../json-response.ts";
import type { Caller, Home } from "../context.ts";
import { requireScope, requireSession } from "../middleware/authenticate.ts";
import { chargeAttempts } from "../middleware/attempt-limits.ts";
import { limitBody } from "../middleware/body-limit.ts";
import { askToVerify } from "../own-mail.ts";
import { router } from "../router.ts";
import { notify } from "../user-sync.ts";

const bytes = z.number().int().nonnegative();
const Account = z
  .object({
    id: z.string(),
    email: z.string(),
    emailVerified: z.boolean().meta({ description: "Whether the email is known to be the account's own" }),
    name: z.string(),
    admin: z.boolean(),
    twoFactor: z.boolean().meta({ description: "Whether a password alone does not sign in" }),
    quota: z.object({
      quota: bytes.meta({ description: "Bytes that the account may hold" }),
      used: bytes.meta({ description: "Bytes of its distinct chunks" }),
      reserved: bytes.meta({ description: "Bytes announced by open uploads" }),
    }),
    home: z.object({ space: z.string(), root: z.string() }),
  })
  .openapi("Account");

const tags = ["account"];
const answer = { description: "The account", content: { "application/json": { schema: Account } } };

async function view(caller: Caller, home: Home): Promise<z.infer<typeof Account>> {
  const { userId: id, email, emailVerified, name, admin, twoFactor } = caller;
  const quota = await readQuota(home.shard.db, id);
  return { id, email, emailVerified, name, admin, twoFactor, quota, home: { space: home.spaceId, root: home.rootId } };
}

export const accountRoutes = router();

accountRoutes.openapi(
  createRoute({
    method: "get",
    path: "/account",
    tags,
    summary: "Profile, quota and home space of the caller",
    middleware: [requireScope("read")] as const,
    responses: { 200: answer },
  }),
  async (c) => {
    const { caller, home } = c.var;
    return c.json(await view(caller, home), 200);
  },
);

accountRoutes.openapi(
  createRoute({
    method: "patch",
    path: "/account",
    tags,
    summary: "Change the profile",
    middleware: [limitBody(16 * 1024), requireSession()] as const,
    request: {
      body: { content: { "application/json": { schema: z.object({ name: DisplayName }) } }, required: true },
    },
    responses: { 200: answer },
  }),
  async (c) => {
    const { caller, home } = c.var;
    const { name } = c.req.valid("json");
    await renameAccount(c.env.DIRECTORY, caller.userId, name, Date.now());
    notify(c, "account");
    return c.json(await view({ ...caller, name }, home), 200);
  },
);

accountRoutes.openapi(
  createRoute({
    method: "post",
    path: "/account/email",
    tags,
    summary: "Change the email that one signs in with",
    middleware: [limitBody(16 * 1024), requireSession()] as const,
    request: { body: jsonBody(z.object({ email: Email, password: z.string().min(1).max(PASSWORD_LENGTH.max) })) },
    responses: { 200: answer },
  }),
  async (c) => {
    const { caller, home } = c.var;
    const { email: typed, password } = c.req.valid("json");
    const email = typed.toLowerCase();
    await chargeAttempts(c, "signIn", caller.email);
    // As a sign-up would: whether an email is taken must not cost less to ask here (A3).
    await chargeAttempts(c, "signUp", email);
    await callAuth(c, "POST", "/verify-password", { password });
    if (!(await changeEmail(c.env.DIRECTORY, caller.userId, email, Date.now()))) throw new LedgeError("email_taken");
    const emailVerified = caller.emailVerified && email === caller.email;
    if (!emailVerified) await askToVerify(c, { userId: caller.userId, email });
    notify(c, "account");
    return c.json(await view({ ...caller, email, emailVerified }, home), 200);
  },
);
