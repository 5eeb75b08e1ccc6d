import { createRoute, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { LedgeError } from "../../../protocol/errors.ts";
import { forgetSecondSteps } from "../../storage/directory-second-factors.ts";
import { authFor, PASSWORD_LENGTH } from "../auth/auth.ts";
import { callAuth, setCookies, type AuthAnswer } from "../auth/forward.ts";
import { normalizeRecoveryCode } from "../auth/recovery-codes.ts";
import { goOnWith, spendCode } from "../auth/second-step.ts";
import { SignedIn, signedIn } from "../auth/sign-in-answers.ts";
import type { AppContext } from "../context.ts";
import { json, jsonBody } from "../json-response.ts";
import { chargeAttempts } from "../middleware/attempt-limits.ts";
import { requireSession, whoIs } from "../middleware/authenticate.ts";
import { limitBody } from "../middleware/body-limit.ts";
import { refuseOtherOrigins } from "../middleware/own-origin.ts";
import { router } from "../router.ts";
import { disconnectAround } from "../user-sync.ts";

/** The second factor (B3): better-auth's twoFactor plugin behind routes of ours. */

const Password = z.object({ password: z.string().min(1).max(PASSWORD_LENGTH.max) });
const RecoveryCodes = z
  .array(z.string())
  .meta({ description: "Ten, each good for one sign-in. Shown this once", example: ["x7k2m-9qd4r"] });
const Totp = z
  .string()
  .max(32)
  .transform((typed) => typed.replaceAll(/\s/g, ""))
  .pipe(z.string().regex(/^\d{6}$/, "is the six digits that the authenticator shows"))
  .openapi({ type: "string", example: "123456" });
const Challenge = z
  .string()
  .min(1)
  .max(512)
  .regex(/^[\x21-\x7e]+$/, "is no challenge")
  .optional()
  .meta({ description: "As sign-in answered it. Browsers have it in a cookie and leave it out" });
const TrustDevice = z
  .boolean()
  .default(false)
  .meta({ description: "Whether this browser is asked for no second factor for 30 days" });

const tags = ["auth"];
const middleware = [limitBody(16 * 1024), refuseOtherOrigins()];

export const twoFactorRoutes = router();

twoFactorRoutes.openapi(
  createRoute({
    method: "get",
    path: "/auth/two-factor",
    tags,
    summary: "Whether a second factor is asked for, and how many recovery codes are left",
    middleware: [requireSession()] as const,
    responses: {
      200: json(z.object({ enabled: z.boolean(), recoveryCodesLeft: z.number().int() }), "The second factor"),
    },
  }),
  async (c) => {
    const { userId, twoFactor: enabled } = c.var.caller;
    if (!enabled) return c.json({ enabled, recoveryCodesLeft: 0 }, 200);
    const { backupCodes } = await authFor(c.env, c.req.url).api.viewBackupCodes({ body: { userId } });
    return c.json({ enabled, recoveryCodesLeft: backupCodes.length }, 200);
  },
);

twoFactorRoutes.openapi(
  createRoute({
    method: "post",
    path: "/auth/two-factor/enable",
    tags,
    summary: "Begin to turn the second factor on: nothing changes until a code confirms it",
    middleware: [...middleware, requireSession()] as const,
    request: { body: jsonBody(Password) },
    responses: {
      200: json(
        z.object({
          totpUri: z.string().meta({ description: "For an authenticator; to be shown as a QR code" }),
          recoveryCodes: RecoveryCodes,
        }),
        "Confirm it with a code of the authenticator's",
      ),
    },
  }),
  async (c) => {
    await chargeAttempts(c, "signIn", c.var.caller.email);
    const { body } = await begin(c, c.req.valid("json"));
    const { totpURI, backupCodes } = z.object({ totpURI: z.string(), backupCodes: RecoveryCodes }).parse(body);
    c.header("cache-control", "no-store");
    return c.json({ totpUri: totpURI, recoveryCodes: backupCodes }, 200);
  },
);

/** Of two that begin at the same time for the first time, one fails, and begins anew. */
async function begin(c: Context<AppContext>, input: object): Promise<AuthAnswer> {
  try {
    return await callAuth(c, "POST", "/two-factor/enable", input);
  } catch (error) {
    if (error instanceof LedgeError) throw error;
    return callAuth(c, "POST", "/two-factor/enable", input);
  }
}

twoFactorRoutes.openapi(
  createRoute({
    method: "post",
    path: "/auth/two-factor/verify",
    security: [],
    tags,
    summary: "Finish a sign-in with a code; for who is signed in, confirm that the second factor is turned on",
    description:
      "Turning it on replaces the session by a new one, whose token (and cookie) is in the answer. " +
      "A code is good once.",
    middleware,
    request: { body: jsonBody(z.object({ code: Totp, challenge: Challenge, trustDevice: TrustDevice })) },
    responses: { 200: json(SignedIn, "Signed in") },
  }),
  async (c) => {
    const { code, challenge, trustDevice } = c.req.valid("json");
    const who = challenge === undefined ? await whoIs(c) : undefined;
    if (!who) {
      const { userId, cookie } = await goOnWith(c, challenge);
      await spendCode(c, userId, code);
      return c.json(
        signedIn(c, await callAuth(c, "POST", "/two-factor/verify-totp", { code, trustDevice }, cookie)),
        200,
      );
    }
    if (who.via !== "session")
      throw new LedgeError("insufficient_scope", "sign in: a personal access token cannot do this");
    await chargeAttempts(c, "secondFactor", who.userId);
    if (who.twoFactor) throw new LedgeError("two_factor_on");
    await spendCode(c, who.userId, code);
    const confirm = () => callAuth(c, "POST", "/two-factor/verify-totp", { code });
    const confirmed = await disconnectAround(c.env, who.userId, [who.credentialId], confirm);
    await forgetSecondSteps(c.env.DIRECTORY, who.userId);
    return c.json(signedIn(c, confirmed), 200);
  },
);

twoFactorRoutes.openapi(
  createRoute({
    method: "post",
    path: "/auth/two-factor/recovery",
    security: [],
    tags,
    summary: "Finish a sign-in with a recovery code, which is good once",
    middleware,
    request: {
      body: jsonBody(z.object({ code: z.string().min(1).max(64), challenge: Challenge, trustDevice: TrustDevice })),
    },
    responses: { 200: json(SignedIn, "Signed in") },
  }),
  async (c) => {
    const { code, challenge, trustDevice } = c.req.valid("json");
    const { cookie } = await goOnWith(c, challenge);
    const input = { code: normalizeRecoveryCode(code), trustDevice };
    return c.json(signedIn(c, await callAuth(c, "POST", "/two-factor/verify-backup-code", input, cookie)), 200);
  },
);

twoFactorRoutes.openapi(
  createRoute({
    method: "post",
    path: "/auth/two-factor/recovery-codes",
    tags,
    summary: "Make new recovery codes in place of all old ones",
    middleware: [...middleware, requireSession()] as const,
    request: { body: jsonBody(Password) },
    responses: { 200: json(z.object({ recoveryCodes: RecoveryCodes }), "The new ones") },
  }),
  async (c) => {
    await chargeAttempts(c, "signIn", c.var.caller.email);
    const { body } = await callAuth(c, "POST", "/two-factor/generate-backup-codes", c.req.valid("json"));
    c.header("cache-control", "no-store");
    return c.json({ recoveryCodes: z.object({ backupCodes: RecoveryCodes }).parse(body).backupCodes }, 200);
  },
);

twoFactorRoutes.openapi(
  createRoute({
    method: "post",
    path: "/auth/two-factor/disable",
    tags,
    summary: "Turn the second factor off; the session is replaced by a new one",
    middleware: [...middleware, requireSession()] as const,
    request: { body: jsonBody(Password) },
    responses: { 200: json(z.object({ token: z.string() }), "Off; the new session's bearer token") },
  }),
  async (c) => {
    const { userId, credentialId, email, twoFactor } = c.var.caller;
    await chargeAttempts(c, "signIn", email);
    if (!twoFactor) throw new LedgeError("two_factor_off");
    const disable = () => callAuth(c, "POST", "/two-factor/disable", c.req.valid("json"));
    const { cookies, token } = await disconnectAround(c.env, userId, [credentialId], disable);
    await forgetSecondSteps(c.env.DIRECTORY, userId);
    setCookies(c, cookies);
    return c.json({ token: z.string().parse(token) }, 200);
  },
);
