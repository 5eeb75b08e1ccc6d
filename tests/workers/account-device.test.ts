import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import type { Env } from "../../workers/env.ts";
import { call, cookiesOf, ORIGIN, problemOf, randomAddress, signUp } from "./support/accounts.ts";

const { DIRECTORY } = env as unknown as Env;
const GRANT = "urn:ietf:params:oauth:grant-type:device_code";

interface Begun {
  device_code: string;
  user_code: string;
  verification_uri: string;
  verification_uri_complete: string;
}

async function begin(): Promise<Begun> {
  const headers = { "cf-connecting-ip": randomAddress() };
  return (await call("/auth/device/code", { method: "POST", headers, json: { client_id: "ledge-cli" } })).json<Begun>();
}

/** A poll, made as if the interval had passed. */
async function poll({ device_code }: Begun, client = "ledge-cli"): Promise<Response> {
  await DIRECTORY.prepare("UPDATE device_codes SET last_polled_at = NULL").run();
  return call("/auth/device/token", { method: "POST", json: { grant_type: GRANT, device_code, client_id: client } });
}

async function oauthError(answer: Response): Promise<string> {
  const { code, error } = await answer.json<{ code: string; error: string }>();
  return `${answer.status} ${code} ${error}`;
}

const body = (json: unknown) => ({
  method: "POST",
  headers: { "content-type": "application/json" },
  body: JSON.stringify(json),
});

it("[A8] a device gets a session once a signed-in person approves its code, and once only", async () => {
  const { api, userId } = await signUp();
  const begun = await begin();
  expect(begun).toMatchObject({ verification_uri: `${ORIGIN}/device`, interval: 5 });
  expect(await oauthError(await poll(begun))).toBe("400 invalid_request authorization_pending");
  // As if the poll had been a minute later: the interval does not pass, however slow the machine is.
  await DIRECTORY.prepare("UPDATE device_codes SET last_polled_at = last_polled_at + 60000").run();
  const again = { method: "POST", json: { grant_type: GRANT, device_code: begun.device_code, client_id: "ledge-cli" } };
  expect(await oauthError(await call("/auth/device/token", again))).toBe("400 invalid_request slow_down");
  expect(await (await api(`/auth/device?user_code=${begun.user_code.toLowerCase()}`)).json()).toMatchObject({
    status: "pending",
    client_id: "ledge-cli",
  });
  expect((await api("/auth/device/approve", body({ userCode: begun.user_code }))).status).toBe(200);
  const { access_token, token_type } = await (await poll(begun)).json<{ access_token: string; token_type: string }>();
  expect(token_type).toBe("Bearer");
  const account = await call("/account", { headers: { authorization: `Bearer ${access_token}` } });
  expect(await account.json()).toMatchObject({ id: userId });
  expect(await oauthError(await poll(begun))).toBe("400 invalid_request invalid_grant");
});

/** As OAuth clients ask: a form, and an answer in plain JSON. */
function ask(path: string, fields: string | Record<string, string>): Promise<Response> {
  return call(path, {
    method: "POST",
    headers: { "content-type": "application/x-www-form-urlencoded", "cf-connecting-ip": randomAddress() },
    body: typeof fields === "string" ? fields : new URLSearchParams(fields).toString(),
  });
}

it("[A8] a device may ask with forms, as RFC 8628 has it", async () => {
  const { api, userId } = await signUp();
  const begun = await (await ask("/auth/device/code", { client_id: "ledge-cli", scope: "any" })).json<Begun>();
  const poll = async () => {
    await DIRECTORY.prepare("UPDATE device_codes SET last_polled_at = NULL").run();
    return ask("/auth/device/token", {
      grant_type: GRANT,
      device_code: begun.device_code,
      client_id: "ledge-cli",
    });
  };
  const pending = await poll();
  expect(pending.headers.get("content-type")).toBe("application/json");
  expect(pending.headers.get("cache-control")).toBe("no-store");
  expect(await pending.json()).toMatchObject({
    error: "authorization_pending",
    error_description: expect.any(String),
    code: "invalid_request",
    status: 400,
  });
  await api(`/auth/device?user_code=${begun.user_code}`);
  await api("/auth/device/approve", body({ userCode: begun.user_code }));
  const { access_token } = await (await poll()).json<{ access_token: string }>();
  const account = await call("/account", { headers: { authorization: `Bearer ${access_token}` } });
  expect(await account.json()).toMatchObject({ id: userId });
});

it("[A8] every refusal of the device endpoints has OAuth's error, whatever the body's type", async () => {
  const code = { grant_type: GRANT, device_code: "no-such-code", client_id: "ledge-cli" };
  for (const [fields, error] of [
    [code, "invalid_grant"],
    [{ ...code, grant_type: "password" }, "unsupported_grant_type"],
    [{ ...code, client_id: "other" }, "invalid_client"],
    [{ ...code, device_code: "x".repeat(300) }, "invalid_grant"],
    [{ grant_type: GRANT, client_id: "ledge-cli" }, "invalid_request"],
    [{ ...code, device_code: "" }, "invalid_request"],
    [{}, "invalid_request"],
  ] as const) {
    const asForm = await ask("/auth/device/token", fields);
    const asJson = await call("/auth/device/token", { method: "POST", json: fields });
    expect(asForm.headers.get("content-type")).toBe("application/json");
    expect(asJson.headers.get("content-type")).toBe("application/problem+json");
    expect([await oauthError(asForm), await oauthError(asJson)]).toEqual(
      Array.from({ length: 2 }, () => `400 invalid_request ${error}`),
    );
  }
  const twice = `${new URLSearchParams(code).toString()}&client_id=ledge-cli`;
  expect(await oauthError(await ask("/auth/device/token", twice))).toBe("400 invalid_request invalid_request");
  expect(await oauthError(await ask("/auth/device/code", { client_id: "other" }))).toBe(
    "400 invalid_request invalid_client",
  );
  expect(await oauthError(await call("/auth/device/code", { method: "POST" }))).toBe(
    "400 invalid_request invalid_request",
  );
  const text = await call("/auth/device/code", {
    method: "POST",
    headers: { "content-type": "text/plain" },
    body: "x",
  });
  expect(await text.json()).toMatchObject({ error: "invalid_request" });
  const description = (await (await ask("/auth/device/code", {})).json<{ error_description: string }>())
    .error_description;
  expect(description).toMatch(/^[\x20-\x21\x23-\x5b\x5d-\x7e]+$/);
});

it("[A8] a denied, an expired, an unclaimed and another's code give no session", async () => {
  const [me, other] = await Promise.all([signUp(), signUp()]);
  const denied = await begin();
  await me.api(`/auth/device?user_code=${denied.user_code}`);
  expect(await problemOf(await other.api("/auth/device/approve", body({ userCode: denied.user_code })))).toBe(
    "403 forbidden",
  );
  await me.api("/auth/device/deny", body({ userCode: denied.user_code }));
  expect(await oauthError(await poll(denied))).toBe("400 invalid_request access_denied");
  const expired = await begin();
  expect(await problemOf(await me.api("/auth/device/approve", body({ userCode: expired.user_code })))).toBe(
    "400 invalid_request",
  );
  await DIRECTORY.prepare("UPDATE device_codes SET expires_at = 1").run();
  expect(await oauthError(await poll(expired))).toBe("400 invalid_request expired_token");
});

it("[A8] only the command line's client may begin, and nobody binds a code to an account beforehand", async () => {
  const { userId } = await signUp();
  const other = await call("/auth/device/code", { method: "POST", json: { client_id: "other" } });
  expect(await problemOf(other)).toBe("400 invalid_request");
  await call("/auth/device/code", { method: "POST", json: { client_id: "ledge-cli", user_id: userId } });
  expect(await DIRECTORY.prepare("SELECT 1 FROM device_codes WHERE user_id = ?").bind(userId).first()).toBeNull();
});

it("[B4] [A5] a browser claims and approves a code from the app's own pages only, and not by opening an address", async () => {
  const account = await signUp();
  const { email, password, userId } = account;
  const begun = await begin();
  expect(begun.verification_uri_complete).toBe(`${ORIGIN}/device?user_code=${begun.user_code}`);
  const signedIn = await call("/auth/sign-in/email", {
    method: "POST",
    json: { email, password },
    headers: { origin: ORIGIN, "cf-connecting-ip": randomAddress() },
  });
  const cookie = cookiesOf(signedIn);
  const old = await call(`/device?user_code=${begun.user_code}`, { headers: { cookie }, redirect: "manual" });
  expect([old.status, old.headers.get("location")]).toEqual([302, `/device?user_code=${begun.user_code}`]);
  const bare = await call("/device", { redirect: "manual" });
  expect([bare.status, bare.headers.get("location")]).toEqual([302, "/device"]);
  const claimed = await call(`/auth/device?user_code=${begun.user_code}`, { headers: { cookie } });
  expect(await claimed.json()).toMatchObject({ status: "pending", client_id: "ledge-cli" });
  expect(await oauthError(await poll(begun))).toBe("400 invalid_request authorization_pending");
  const approve = (origin: string) =>
    call("/auth/device/approve", {
      method: "POST",
      json: { userCode: begun.user_code },
      headers: { cookie, origin, "cf-connecting-ip": randomAddress() },
    });
  expect(await problemOf(await approve("https://evil.test"))).toBe("403 origin_not_allowed");
  expect((await approve(ORIGIN)).status).toBe(200);
  const { access_token } = await (await poll(begun)).json<{ access_token: string }>();
  const who = await call("/account", { headers: { authorization: `Bearer ${access_token}` } });
  expect(await who.json()).toMatchObject({ id: userId });
});
