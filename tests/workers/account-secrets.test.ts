import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import type { Env } from "../../workers/env.ts";
import { sha256Hex } from "../../workers/api/auth/access-token.ts";
import { call, cookiesOf, ORIGIN, problemOf, randomAddress, signUp } from "./support/accounts.ts";

const { DIRECTORY } = env as unknown as Env;
const GRANT = "urn:ietf:params:oauth:grant-type:device_code";

/** All that the directory says, as text. */
async function everything(): Promise<string> {
  const { results } = await DIRECTORY.prepare(
    "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name NOT LIKE '\\_cf%' ESCAPE '\\'",
  ).all<{ name: string }>();
  const dumps = await Promise.all(results.map(({ name }) => DIRECTORY.prepare(`SELECT * FROM "${name}"`).all()));
  return JSON.stringify(dumps.map((dump) => dump.results));
}

async function beginDevice(): Promise<{ device_code: string; user_code: string }> {
  const headers = { "cf-connecting-ip": randomAddress() };
  return (await call("/auth/device/code", { method: "POST", headers, json: { client_id: "ledge-cli" } })).json();
}

it("[A10] no session token and no device code is in the directory, only their digests", async () => {
  const account = await signUp();
  const { device_code } = await beginDevice();
  const text = await everything();
  expect(text).toContain(account.email);
  for (const secret of [account.token, device_code]) {
    expect(text).not.toContain(secret);
    expect(text).toContain(await sha256Hex(secret));
  }
});

it("[A10] what the directory holds signs nobody in: as bearer, as cookie or as device code", async () => {
  const account = await signUp();
  const digest = await DIRECTORY.prepare("SELECT token FROM sessions WHERE user_id = ?")
    .bind(account.userId)
    .first<string>("token");
  const headers = { authorization: `Bearer ${digest}` };
  expect(await problemOf(await call("/account", { headers }))).toBe("401 unauthenticated");
  expect(await (await call("/auth/get-session", { headers })).json()).toBeNull();
  const device = await beginDevice();
  await account.api(`/auth/device?user_code=${device.user_code}`);
  await account.api("/auth/device/approve", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ userCode: device.user_code }),
  });
  const poll = (code: string) =>
    call("/auth/device/token", {
      method: "POST",
      json: { grant_type: GRANT, device_code: code, client_id: "ledge-cli" },
    });
  expect(await problemOf(await poll(await sha256Hex(device.device_code)))).toBe("400 invalid_request");
  const { access_token } = await (await poll(device.device_code)).json<{ access_token: string }>();
  expect((await call("/account", { headers: { authorization: `Bearer ${access_token}` } })).status).toBe(200);
});

it("[A10] [A5] a browser's session is extended with its own cookie, and signing out ends it", async () => {
  const { email, password, userId } = await signUp();
  const signedIn = await call("/auth/sign-in/email", {
    method: "POST",
    headers: { origin: ORIGIN, "cf-connecting-ip": randomAddress() },
    json: { email, password },
  });
  const cookie = cookiesOf(signedIn);
  await DIRECTORY.prepare("UPDATE sessions SET expires_at = ? WHERE user_id = ?")
    .bind(Date.now() + 86_400_000, userId)
    .run();
  const shown = await call("/auth/get-session", { headers: { cookie } });
  expect(await shown.json()).toMatchObject({ user: { id: userId } });
  const renewed = cookiesOf(shown);
  expect(renewed).toContain("session_token=");
  expect((await call("/account", { headers: { cookie: renewed } })).status).toBe(200);
  const lasts = await DIRECTORY.prepare("SELECT max(expires_at) AS at FROM sessions WHERE user_id = ?")
    .bind(userId)
    .first<number>("at");
  expect(lasts).toBeGreaterThan(Date.now() + 29 * 86_400_000);
  const out = await call("/auth/sign-out", { method: "POST", headers: { cookie: renewed, origin: ORIGIN } });
  expect(out.status).toBe(200);
  expect(await problemOf(await call("/account", { headers: { cookie } }))).toBe("401 unauthenticated");
});
