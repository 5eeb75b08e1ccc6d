import * as fc from "fast-check";
import { expect, it } from "vitest";
import { call, randomAddress, signUp } from "./support/accounts.ts";

const POSTS = [
  "/auth/sign-up/email",
  "/auth/sign-in/email",
  "/auth/sign-out",
  "/auth/change-password",
  "/auth/device/code",
  "/auth/device/token",
  "/auth/device/approve",
  "/auth/device/deny",
  "/account/tokens",
  "/account/email",
  "/auth/two-factor/enable",
  "/auth/two-factor/verify",
  "/auth/two-factor/recovery",
  "/auth/two-factor/recovery-codes",
  "/auth/two-factor/disable",
  "/auth/passkeys",
  "/auth/passkeys/sign-in",
] as const;

function send(path: string, body: BodyInit, headers: Record<string, string> = {}): Promise<Response> {
  return call(path, {
    method: "POST",
    body,
    headers: { "content-type": "application/json", "cf-connecting-ip": randomAddress(), ...headers },
  });
}

it("[P1] bad bodies, types and sizes are 4xx problems", async () => {
  const { token } = await signUp();
  const bodies = [
    "",
    "{",
    "null",
    "[]",
    '"x"',
    '{"email":{}}',
    '{"email":"a@b.co","password":"\u0000"}',
    "\ud800",
    "{}".repeat(20_000),
  ];
  for (const path of POSTS.filter((post) => post !== "/auth/sign-out")) {
    for (const body of bodies) {
      for (const type of [
        "application/json",
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data",
      ]) {
        const answer = await send(path, body, { "content-type": type, authorization: `Bearer ${token}` });
        expect(answer.status, `${path} ${type} ${body.slice(0, 40)}`).toBeGreaterThanOrEqual(400);
        expect(answer.status, `${path} ${type} ${body.slice(0, 40)}`).toBeLessThan(500);
        // A form is what RFC 8628's clients send, and they are answered as it says.
        const isOAuth = /^\/auth\/device\/(code|token)$/.test(path) && type === "application/x-www-form-urlencoded";
        expect(answer.headers.get("content-type")).toBe(isOAuth ? "application/json" : "application/problem+json");
      }
    }
  }
});

it("[P4] a body over the limit is refused", async () => {
  const answer = await send("/auth/sign-in/email", JSON.stringify({ email: "a@b.co", password: "x".repeat(20_000) }));
  expect(answer.status).toBe(413);
});

it("[P1] any JSON is answered without a 5xx", async () => {
  const { token } = await signUp();
  const value = fc.oneof(
    fc.jsonValue(),
    fc.string({ unit: "binary" }),
    fc.constant("a@example.org"),
    fc.constant("ledge-cli"),
  );
  const keys = [
    "email",
    "password",
    "name",
    "scopes",
    "expiresAt",
    "client_id",
    "device_code",
    "userCode",
    "newPassword",
    "currentPassword",
    "code",
    "challenge",
    "trustDevice",
    "credential",
  ];
  const input = fc.dictionary(fc.constantFrom(...keys), value);
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...POSTS.filter((post) => post !== "/auth/sign-out")),
      input,
      async (path, json) => {
        const answer = await send(path, JSON.stringify(json), { authorization: `Bearer ${token}` });
        expect(answer.status).toBeLessThan(500);
      },
    ),
    { numRuns: 150 },
  );
});

it("[P1] any credential is answered 401, not a 5xx", async () => {
  const schemes = [
    "",
    "Bearer",
    "Bearer ",
    "Basic YTpi",
    "Bearer ldg_",
    `Bearer ldg_${"A".repeat(43)}`,
    "Bearer %",
    "Bearer a.b",
    `Bearer ${"x".repeat(5000)}`,
  ];
  const cookies = [
    "",
    "=",
    "__Secure-better-auth.session_token",
    "__Secure-better-auth.session_token=",
    "__Secure-better-auth.session_token=a.b",
    "__Secure-better-auth.session_token=%E0%A4%A",
  ];
  for (const authorization of schemes)
    expect((await call("/account", { headers: { authorization } })).status, authorization).toBe(401);
  for (const cookie of cookies) {
    expect((await call("/account", { headers: { cookie } })).status, cookie).toBe(401);
    expect((await call("/auth/get-session", { headers: { cookie } })).status, cookie).toBe(200);
  }
});

it("[P1] better-auth's other endpoints are not there", async () => {
  const paths = [
    "/auth/list-sessions",
    "/auth/update-user",
    "/auth/delete-user",
    "/auth/change-email",
    "/auth/sign-in/social",
    "/auth/error",
    "/auth/ok",
    "/auth/request-password-reset",
    "/auth/verify-password",
    "/auth/two-factor/verify-totp",
    "/auth/two-factor/verify-backup-code",
    "/auth/two-factor/get-totp-uri",
    "/auth/two-factor/send-otp",
    "/auth/open-session",
  ];
  for (const path of paths) {
    expect((await call(path)).status, path).toBe(404);
    expect((await send(path, "{}")).status, path).toBe(404);
  }
});
