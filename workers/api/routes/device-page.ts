import { createRoute, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { html } from "hono/html";
import { ERRORS, LedgeError } from "../../../protocol/errors.ts";
import { codeForm, decisionForm, DEVICE_PAGE_HEADERS, devicePage, signInForm } from "../auth/device-page.ts";
import { callAuth, setCookies } from "../auth/forward.ts";
import type { AppContext } from "../context.ts";
import { chargeAttempts } from "../middleware/attempt-limits.ts";
import { limitBody } from "../middleware/body-limit.ts";
import { requireOwnOrigin } from "../middleware/own-origin.ts";
import { router } from "../router.ts";
import { UserCode } from "./device.ts";

/** Where RFC 8628's `verification_uri` leads: plain pages and forms, that need no application to be installed. */

const page = { description: "A page", content: { "text/html": { schema: z.string() } } };
const form = <Schema extends z.ZodType>(schema: Schema) => ({
  required: true as const,
  content: { "application/x-www-form-urlencoded": { schema } },
});
const Code = z.string().max(64).default("");
const SessionUser = z.object({ user: z.object({ email: z.string() }) }).nullable();
const tags = ["auth"];

export const devicePageRoutes = router();

devicePageRoutes.openapi(
  createRoute({
    method: "get",
    path: "/device",
    security: [],
    tags,
    summary: "The page where a person approves a device",
    request: { query: z.object({ user_code: Code }) },
    responses: { 200: page },
  }),
  async (c) => {
    const userCode = c.req.valid("query").user_code.trim();
    return orAgain(c, signInForm(userCode), async () => {
      const { body, cookies } = await callAuth(c, "GET", "/get-session");
      setCookies(c, cookies);
      const session = SessionUser.parse(body);
      if (!session) return show(c, devicePage(signInForm(userCode)));
      if (userCode === "") return show(c, devicePage(codeForm("")));
      return claim(c, userCode, session.user.email);
    });
  },
);

/** Binds the code to this account, and asks for the decision. A wrong code asks again. */
async function claim(c: Context<AppContext>, userCode: string, email: string): Promise<Response> {
  return orAgain(c, codeForm(userCode), async () => {
    if (!UserCode.safeParse(userCode).success) throw new LedgeError("invalid_request", "That is not a device's code");
    await chargeAttempts(c, "userCode");
    await callAuth(c, "GET", `/device?user_code=${encodeURIComponent(userCode)}`);
    return show(c, devicePage(decisionForm(userCode, email)));
  });
}

function show(
  c: Context,
  content: ReturnType<typeof html>,
  status: 200 | 400 | 401 | 403 | 429 = 200,
): Response | Promise<Response> {
  return c.html(content, status, DEVICE_PAGE_HEADERS);
}

/** An error that the person can mend is shown above the form to mend it with; others go their usual way. */
async function orAgain(c: Context, again: ReturnType<typeof html>, answer: () => Promise<Response>): Promise<Response> {
  try {
    return await answer();
  } catch (error) {
    if (!(error instanceof LedgeError)) throw error;
    const [status, title] = ERRORS[error.code];
    if (status !== 400 && status !== 401 && status !== 403 && status !== 429) throw error;
    return show(c, devicePage(again, error.detail ?? title), status);
  }
}

devicePageRoutes.openapi(
  createRoute({
    method: "post",
    path: "/device/sign-in",
    security: [],
    tags,
    summary: "The page's sign-in form",
    middleware: [limitBody(16 * 1024)] as const,
    request: { body: form(z.object({ email: z.string().max(254), password: z.string().max(128), user_code: Code })) },
    responses: { 200: page, 303: { description: "Signed in: on to the code" } },
  }),
  async (c) => {
    requireOwnOrigin(c);
    const { email, password, user_code: userCode } = c.req.valid("form");
    return orAgain(c, signInForm(userCode), async () => {
      await chargeAttempts(c, "signIn", email);
      const { cookies } = await callAuth(c, "POST", "/sign-in/email", { email, password });
      setCookies(c, cookies);
      return c.redirect(`/api/device?user_code=${encodeURIComponent(userCode)}`, 303);
    });
  },
);

devicePageRoutes.openapi(
  createRoute({
    method: "post",
    path: "/device/decide",
    tags,
    summary: "The page's decision form",
    middleware: [limitBody(16 * 1024)] as const,
    request: { body: form(z.object({ user_code: UserCode, decision: z.enum(["approve", "deny"]) })) },
    responses: { 200: page },
  }),
  async (c) => {
    requireOwnOrigin(c);
    const { user_code: userCode, decision } = c.req.valid("form");
    return orAgain(c, codeForm(userCode), async () => {
      await chargeAttempts(c, "userCode");
      await callAuth(c, "POST", `/device/${decision}`, { userCode });
      const done = decision === "approve" ? "Approved: the device is signed in." : "Denied.";
      return show(c, devicePage(html`<p>You can close this page.</p>`, done));
    });
  },
);
