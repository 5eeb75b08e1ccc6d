import { createRoute, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { LedgeError } from "../../../protocol/errors.ts";
import { dropAbandoned } from "../../storage/directory-accounts.ts";
import { forgetSecondSteps } from "../../storage/directory-second-factors.ts";
import { maySignUp, readSignUpTerms } from "../../storage/directory-settings.ts";
import { placeAccount } from "../../storage/placements.ts";
import { PASSWORD_LENGTH } from "../auth/auth.ts";
import { Email } from "../auth/email.ts";
import { callAuth, setCookies, type AuthAnswer } from "../auth/forward.ts";
import { AuthUser, SecondFactorNeeded, SignedIn, signedIn, signedInOrChallenged } from "../auth/sign-in-answers.ts";
import type { AppContext } from "../context.ts";
import { json, jsonBody } from "../json-response.ts";
import { chargeAttempts } from "../middleware/attempt-limits.ts";
import { requireSession, whoIs } from "../middleware/authenticate.ts";
import { limitBody } from "../middleware/body-limit.ts";
import { refuseOtherOrigins } from "../middleware/own-origin.ts";
import { askToVerify } from "../own-mail.ts";
import { DisplayName } from "../../../protocol/display-name.ts";
import { router } from "../router.ts";
import { disconnectAround, disconnectEndedAround } from "../user-sync.ts";

const MAX_BODY_BYTES = 16 * 1024;

const NewPassword = z.string().min(PASSWORD_LENGTH.min).max(PASSWORD_LENGTH.max);
const Password = z.string().min(1).max(PASSWORD_LENGTH.max);

const CurrentSession = z
  .object({ user: AuthUser, session: z.object({ id: z.string(), expiresAt: z.iso.datetime() }) })
  .nullable()
  .openapi("CurrentSession");

const tags = ["auth"];
const middleware = [limitBody(MAX_BODY_BYTES), refuseOtherOrigins()];

export const authRoutes = router();

authRoutes.openapi(
  createRoute({
    method: "post",
    path: "/auth/sign-up/email",
    security: [],
    tags,
    summary: "Make an account and sign in to it",
    middleware,
    request: { body: jsonBody(z.object({ email: Email, password: NewPassword, name: DisplayName })) },
    responses: { 200: json(SignedIn, "Signed in") },
  }),
  async (c) => {
    const input = c.req.valid("json");
    await chargeAttempts(c, "signUp", input.email);
    if (!maySignUp(await readSignUpTerms(c.env, input.email, Date.now()))) throw new LedgeError("sign_up_closed");
    await dropAbandoned(c.env.DIRECTORY, input.email.toLowerCase(), Date.now());
    const made = await signUp(c, input);
    const body = signedIn(c, made);
    await place(c, body.user.id);
    await askToVerify(c, { userId: body.user.id, email: body.user.email });
    return c.json(body, 200);
  },
);

/** A sign-up that lost a race (for being first, or for its email) finds out why when tried again. */
async function signUp(c: Context<AppContext>, input: object): Promise<AuthAnswer> {
  try {
    return await callAuth(c, "POST", "/sign-up/email", input);
  } catch (error) {
    if (error instanceof LedgeError && error.code === "busy") return callAuth(c, "POST", "/sign-up/email", input);
    throw error;
  }
}

/** Places the new account now; where that fails, its first request does it (A9). */
async function place(c: Context<AppContext>, userId: string): Promise<void> {
  try {
    await placeAccount(c.env, userId, Date.now());
  } catch (error) {
    console.error("placing a new account failed; its next request repairs it", { userId, error: String(error) });
  }
}

authRoutes.openapi(
  createRoute({
    method: "post",
    path: "/auth/sign-in/email",
    security: [],
    tags,
    summary: "Sign in with email and password",
    description:
      "Where the account asks for a second factor, nobody is signed in yet: a code goes to two-factor/verify.",
    middleware,
    request: {
      body: jsonBody(z.object({ email: Email, password: Password, rememberMe: z.boolean().optional() })),
    },
    responses: { 200: json(z.union([SignedIn, SecondFactorNeeded]), "Signed in, or a second factor is needed") },
  }),
  async (c) => {
    const input = c.req.valid("json");
    await chargeAttempts(c, "signIn", input.email);
    return c.json(signedInOrChallenged(c, await callAuth(c, "POST", "/sign-in/email", input)), 200);
  },
);

authRoutes.openapi(
  createRoute({
    method: "post",
    path: "/auth/sign-out",
    tags,
    summary: "End this session",
    middleware,
    responses: { 200: json(z.object({ success: z.boolean() }), "Signed out") },
  }),
  async (c) => {
    const who = await whoIs(c);
    const signOut = () => callAuth(c, "POST", "/sign-out");
    const { cookies } =
      who?.via === "session" ? await disconnectAround(c.env, who.userId, [who.credentialId], signOut) : await signOut();
    setCookies(c, cookies);
    // The browser keeps bytes of versions for a year; they are the account's (B2).
    c.header("clear-site-data", '"cache"');
    return c.json({ success: true }, 200);
  },
);

authRoutes.openapi(
  createRoute({
    method: "get",
    path: "/auth/get-session",
    tags,
    summary: "Who is signed in here, or null; extends the session and its cookie",
    responses: { 200: json(CurrentSession, "The session, or null") },
  }),
  async (c) => {
    const { body, cookies } = await callAuth(c, "GET", "/get-session");
    setCookies(c, cookies);
    c.header("cache-control", "no-store");
    return c.json(CurrentSession.parse(body), 200);
  },
);

authRoutes.openapi(
  createRoute({
    method: "post",
    path: "/auth/change-password",
    tags,
    summary: "Change the password, and end other sessions where asked",
    middleware: [...middleware, requireSession()] as const,
    request: {
      body: jsonBody(
        z.object({
          currentPassword: Password,
          newPassword: NewPassword,
          revokeOtherSessions: z.boolean().default(false),
        }),
      ),
    },
    responses: {
      200: json(
        z.object({ token: z.string().nullable().meta({ description: "The new session's, where others were ended" }) }),
        "Changed",
      ),
    },
  }),
  async (c) => {
    await chargeAttempts(c, "signIn", c.var.caller.email);
    const input = c.req.valid("json");
    const change = () => callAuth(c, "POST", "/change-password", input);
    const { body, cookies } = input.revokeOtherSessions
      ? await disconnectEndedAround(c.env, c.var.caller.userId, change)
      : await change();
    await forgetSecondSteps(c.env.DIRECTORY, c.var.caller.userId);
    setCookies(c, cookies);
    return c.json({ token: z.object({ token: z.string().nullable() }).parse(body).token }, 200);
  },
);
