import { createRoute, z } from "@hono/zod-openapi";
import { LedgeError } from "../../../protocol/errors.ts";
import { DEVICE_CLIENT } from "../auth/auth.ts";
import { callAuth } from "../auth/forward.ts";
import { json, jsonBody } from "../json-response.ts";
import { chargeAttempts } from "../middleware/attempt-limits.ts";
import { requireSession } from "../middleware/authenticate.ts";
import { limitBody } from "../middleware/body-limit.ts";
import { oauthBody, oauthErrors, refuseInput } from "../middleware/oauth-errors.ts";
import { router } from "../router.ts";

/** OAuth 2.0 device authorization (RFC 8628): the command line shows a code, a signed-in browser approves it. */

const MAX_BODY_BYTES = 16 * 1024;
const UserCode = z
  .string()
  .trim()
  .regex(/^[A-Za-z0-9-]{4,16}$/, "is the code that the device shows")
  .meta({ example: "ABCD2345" });
const GRANT = "urn:ietf:params:oauth:grant-type:device_code";

const DeviceCode = z
  .object({
    device_code: z.string(),
    user_code: z.string(),
    verification_uri: z.string(),
    verification_uri_complete: z.string(),
    expires_in: z.number().meta({ description: "Seconds" }),
    interval: z.number().meta({ description: "Seconds between polls" }),
  })
  .openapi("DeviceCode");
const AccessToken = z
  .object({ access_token: z.string(), token_type: z.literal("Bearer"), expires_in: z.number() })
  .openapi("AccessToken");
const DeviceStatus = z
  .object({
    user_code: z.string(),
    status: z.enum(["pending", "approved", "denied"]),
    client_id: z.string().optional(),
  })
  .openapi("DeviceStatus");

const CodeRequest = z.object({ client_id: z.literal(DEVICE_CLIENT) });
const TokenRequest = z.object({
  grant_type: z.literal(GRANT),
  device_code: z.string().min(1).max(191),
  client_id: z.literal(DEVICE_CLIENT),
});

/** The input of the body that came, form or JSON; the other one is empty. Both are where there was no body. */
function sent<T extends z.ZodType>(schema: T, form: object, body: object): z.infer<T> {
  const parsed = schema.safeParse({ ...form, ...body });
  if (!parsed.success) throw new LedgeError("invalid_request", "the request has no body");
  return parsed.data;
}

const tags = ["auth"];
const middleware = [limitBody(MAX_BODY_BYTES)];

export const deviceRoutes = router();

deviceRoutes.openapi(
  createRoute({
    method: "post",
    path: "/auth/device/code",
    security: [],
    tags,
    summary: "Begin a device's sign-in: RFC 8628, section 3.1",
    description:
      "Takes a form, as the RFC has it, or JSON. Errors have `error` and `error_description` beside the rest.",
    middleware: [oauthErrors, ...middleware] as const,
    request: { body: oauthBody(CodeRequest) },
    responses: { 200: json(DeviceCode, "Show the user code, then poll") },
  }),
  async (c) => {
    const input = sent(CodeRequest, c.req.valid("form"), c.req.valid("json"));
    await chargeAttempts(c, "deviceCode");
    const { body } = await callAuth(c, "POST", "/device/code", input);
    c.header("cache-control", "no-store");
    return c.json(DeviceCode.parse(body), 200);
  },
  refuseInput,
);

deviceRoutes.openapi(
  createRoute({
    method: "post",
    path: "/auth/device/token",
    security: [],
    tags,
    summary: "Ask whether the device was approved: RFC 8628, section 3.4",
    description:
      "Takes a form, as the RFC has it, or JSON. While the device is not approved: 400 with `error` one of " +
      "authorization_pending, slow_down, expired_token, access_denied, invalid_grant.",
    middleware: [oauthErrors, ...middleware] as const,
    request: { body: oauthBody(TokenRequest) },
    responses: { 200: json(AccessToken, "Approved") },
  }),
  async (c) => {
    const input = sent(TokenRequest, c.req.valid("form"), c.req.valid("json"));
    const { body } = await callAuth(c, "POST", "/device/token", input);
    c.header("cache-control", "no-store");
    return c.json(AccessToken.parse(body), 200);
  },
  refuseInput,
);

deviceRoutes.openapi(
  createRoute({
    method: "get",
    path: "/auth/device",
    tags,
    summary: "Claim a user code for this account, to approve or deny it next",
    middleware: [requireSession()] as const,
    request: { query: z.object({ user_code: UserCode }) },
    responses: { 200: json(DeviceStatus, "What the code is for") },
  }),
  async (c) => {
    await chargeAttempts(c, "userCode");
    const { body } = await callAuth(
      c,
      "GET",
      `/device?user_code=${encodeURIComponent(c.req.valid("query").user_code)}`,
    );
    return c.json(DeviceStatus.parse(body), 200);
  },
);

deviceRoutes.openapi(
  createRoute({
    method: "get",
    path: "/device",
    security: [],
    tags,
    summary: "Where addresses of older servers lead: on to the app's page for approving a device",
    request: { query: z.object({ user_code: z.string().max(64).optional() }) },
    responses: { 302: { description: "The page" } },
  }),
  (c) => {
    const { user_code: userCode } = c.req.valid("query");
    return c.redirect(userCode === undefined ? "/device" : `/device?user_code=${encodeURIComponent(userCode)}`, 302);
  },
);

for (const decision of ["approve", "deny"] as const) {
  deviceRoutes.openapi(
    createRoute({
      method: "post",
      path: `/auth/device/${decision}`,
      tags,
      summary: decision === "approve" ? "Let the device sign in to this account" : "Refuse the device",
      middleware: [...middleware, requireSession()] as const,
      request: { body: jsonBody(z.object({ userCode: UserCode })) },
      responses: { 200: json(z.object({ success: z.boolean() }), "Decided") },
    }),
    async (c) => {
      await chargeAttempts(c, "userCode");
      await callAuth(c, "POST", `/device/${decision}`, c.req.valid("json"));
      return c.json({ success: true }, 200);
    },
  );
}
