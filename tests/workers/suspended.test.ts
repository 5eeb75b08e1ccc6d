import { env } from "cloudflare:workers";
import { beforeAll, expect, it } from "vitest";
import { CLOSE } from "../../protocol/close-codes.ts";
import { newId } from "../../protocol/new-id.ts";
import type { Subscription } from "../../protocol/push.ts";
import type { Env } from "../../workers/env.ts";
import { openPage } from "../../workers/api/pages.ts";
import { call, cookiesOf, ORIGIN, problemOf, randomAddress, signUp, type TestAccount } from "./support/accounts.ts";
import { Administrator } from "./support/administrator.ts";
import { Authenticator } from "./support/authenticator.ts";
import { Belongings } from "./support/belongings.ts";
import { tokenIn, untilMail } from "./support/mail.ts";
import { connect, subscribe, upgrade } from "./support/push-socket.ts";
import { challengeOf, post, postAs, signInStep, signUpGuarded } from "./support/second-factor.ts";
import { totpCode } from "./support/totp.ts";

const { DIRECTORY } = env as unknown as Env;

let administrator: Administrator;
beforeAll(async () => {
  administrator = await Administrator.make();
});

const bearer = (token: string) => ({ headers: { authorization: `Bearer ${token}` } });

it("[R2] the right password is answered suspended, a wrong one as for everybody", async () => {
  const account = await signUp();
  await administrator.suspend(account);
  expect(await problemOf(await signInStep(account))).toBe("403 suspended");
  const wrong = await signInStep({ ...account, password: "not this password" });
  const unknown = await signInStep({ ...account, email: `${crypto.randomUUID()}@example.org` });
  expect(cookiesOf(wrong)).toBe("");
  expect(await wrong.json()).toEqual(await unknown.json());
  await administrator.lift(account);
  expect((await signInStep(account)).status).toBe(200);
});

it("[R2] neither answer nor cookie of a refused sign-in opens anything", async () => {
  const account = await signUp();
  await administrator.suspend(account);
  const refused = await signInStep(account);
  const cookie = cookiesOf(refused);
  expect(await (await call("/auth/get-session", { headers: { cookie } })).json()).toBeNull();
  expect(await problemOf(await call("/account", { headers: { cookie, origin: ORIGIN } }))).toBe("401 unauthenticated");
  const left = await DIRECTORY.prepare("SELECT 1 FROM sessions WHERE user_id = ?").bind(account.userId).first();
  expect(left).toBeNull();
});

it("[R2] sessions end at once and stay ended when it is lifted; tokens are refused and come back", async () => {
  const account = await signUp();
  const cookie = cookiesOf(await signInStep(account));
  const owner = new Belongings(account);
  const { token } = await owner.send<{ token: string }>("POST", "/account/tokens", { name: "t", scopes: ["read"] });
  expect((await call("/account", bearer(token))).status).toBe(200);

  const suspended = await administrator.suspend(account);
  expect(suspended.suspendedAt).toBeGreaterThan(Date.now() - 60_000);
  expect(await problemOf(await account.api("/account"))).toBe("401 unauthenticated");
  expect(await problemOf(await call("/account", { headers: { cookie, origin: ORIGIN } }))).toBe("401 unauthenticated");
  expect(await (await call("/auth/get-session", { headers: { cookie } })).json()).toBeNull();
  expect(await problemOf(await call("/account", bearer(token)))).toBe("401 unauthenticated");

  expect(await administrator.lift(account)).toMatchObject({ suspendedAt: null });
  expect((await call("/account", bearer(token))).status).toBe(200);
  expect(await problemOf(await account.api("/account"))).toBe("401 unauthenticated");
});

it("[R2] sockets of sessions and tokens are closed, and tickets are void", async () => {
  const account = await signUp();
  const owner = new Belongings(account);
  const made = await owner.send<{ token: string }>("POST", "/account/tokens", { name: "t", scopes: ["read"] });
  const device = {
    api: (path: string, init: RequestInit = {}) => {
      const headers = new Headers(init.headers);
      headers.set("authorization", `Bearer ${made.token}`);
      return call(path, { ...init, headers });
    },
  };
  const sockets = [await connect(account), await connect(device)];
  const { ticket } = await (await subscribe(device)).json<Subscription>();
  await administrator.suspend(account);
  expect(await Promise.all(sockets.map((socket) => socket.fate()))).toEqual([CLOSE.revoked, CLOSE.revoked]);
  expect(await problemOf(await upgrade(ticket))).toBe("401 invalid_ticket");
  expect(await problemOf(await subscribe(device))).toBe("401 unauthenticated");
});

it("[R2] a passkey opens nothing, before it was lifted", async () => {
  const account = await signUp();
  const passkey = await Authenticator.make();
  const begun = await postAs(account, "/auth/passkeys/options", {});
  const { options } = await begun.json<{ options: Parameters<Authenticator["register"]>[0] }>();
  expect((await postAs(account, "/auth/passkeys", { credential: await passkey.register(options) })).status).toBe(201);
  const signIn = async () => {
    const asked = await post("/auth/passkeys/sign-in/options", {});
    const request = (await asked.json<{ options: Parameters<Authenticator["signIn"]>[0] }>()).options;
    return post("/auth/passkeys/sign-in", { credential: await passkey.signIn(request) }, { origin: ORIGIN });
  };
  await administrator.suspend(account);
  const refused = await signIn();
  expect(cookiesOf(refused)).toBe("");
  expect(await problemOf(refused)).toBe("403 suspended");
  await administrator.lift(account);
  expect((await signIn()).status).toBe(200);
});

it("[R2] with a second factor: the right password is told, and a sign-in that waits for its code ends", async () => {
  const { account, totpUri, recoveryCodes } = await signUpGuarded();
  const challenge = await challengeOf(account);
  await administrator.suspend(account);
  for (const [path, code] of [
    ["verify", await totpCode(totpUri)],
    ["recovery", recoveryCodes[0]],
  ])
    expect(await problemOf(await post(`/auth/two-factor/${path}`, { code, challenge }))).toBe("401 challenge_expired");
  expect(await problemOf(await signInStep(account))).toBe("403 suspended");
  await administrator.lift(account);
  expect((await post("/auth/two-factor/verify", { code: await totpCode(totpUri), challenge })).status).toBe(401);
  const again = await challengeOf(account);
  expect((await post("/auth/two-factor/verify", { code: await totpCode(totpUri, 1), challenge: again })).status).toBe(
    200,
  );
});

it("[R2] a device's code that was approved before signs nobody in, then or when it is lifted", async () => {
  const account = await signUp();
  const begun = await post("/auth/device/code", { client_id: "ledge-cli" });
  const { device_code, user_code } = await begun.json<{ device_code: string; user_code: string }>();
  await account.api(`/auth/device?user_code=${user_code}`);
  expect((await postAs(account, "/auth/device/approve", { userCode: user_code })).status).toBe(200);
  const grant_type = "urn:ietf:params:oauth:grant-type:device_code";
  const poll = () => post("/auth/device/token", { grant_type, device_code, client_id: "ledge-cli" });
  await administrator.suspend(account);
  expect((await poll()).status).toBe(400);
  await administrator.lift(account);
  expect((await poll()).status).toBe(400);
});

it("[R2] a new password by a mailed link lifts nothing", async () => {
  const account = await signUp();
  await administrator.suspend(account);
  expect((await post("/auth/forgot-password", { email: account.email })).status).toBe(204);
  const token = tokenIn(await untilMail(account.email, "resetPassword"));
  const password = "an entirely new password";
  expect((await post("/auth/reset-password", { token, password })).status).toBe(200);
  expect(await problemOf(await signInStep({ ...account, password }))).toBe("403 suspended");
});

it("[L8] [R2] links and file drops are not_found, their previews silent, and both come back", async () => {
  const owner = new Belongings(await signUp());
  const folder = await owner.folder();
  const file = await owner.file(folder.id);
  const { token } = await owner.link({}, folder.id);
  const secret = await owner.link({ password: "open sesame" }, folder.id);
  const drop = await owner.drop();
  const title = async () => {
    const page = await openPage(new Request(`${ORIGIN}/s/${token}`, { headers: { accept: "text/html" } }), {
      ...(env as unknown as Env),
      ASSETS: PAGE,
    });
    return /<title>(.*)<\/title>/.exec(await page.text())?.[1];
  };
  const ways = (): Promise<Response>[] => [
    call(`/shared/${token}`),
    call(`/shared/${token}/children`),
    call(`/shared/${token}/nodes/${file.id}`),
    call(`/shared/${token}/files/${file.id}`),
    call(`/shared/${token}/zip`),
    call(`/shared/${secret.token}`),
    post(`/shared/${secret.token}/unlock`, { password: "open sesame" }),
    post(`/shared/${drop.token}/drops`, { guest: "Guest" }),
    post(`/shared/${drop.token}/drops/${drop.drop}/uploads`, { chunks: [] }),
    post(`/shared/${drop.token}/drops/${drop.drop}/commit`, {
      operationId: newId(),
      files: [{ name: "a", chunks: [], mtime: 0 }],
    }),
  ];
  const answers = async () => (await Promise.all(ways())).map(({ status }) => status);
  expect(await title()).toBe(folder.name);
  const before = await answers();
  expect(before.filter((status) => status === 404)).toEqual([]);
  await administrator.suspend(owner.account);
  expect(await title()).toBe("Ledge");
  for (const answer of await Promise.all(ways())) expect(await problemOf(answer), answer.url).toBe("404 not_found");
  await administrator.lift(owner.account);
  expect(await answers()).toEqual(before);
});

const PAGE = {
  fetch: () => Promise.resolve(new Response("<html><head><title>Ledge</title></head></html>")),
} as unknown as Fetcher;

it("[R2] what it shares is not_found to others, whose own stays; it comes back", async () => {
  const owner = new Belongings(await signUp());
  const member = new Belongings(await signUp());
  const folder = await owner.folder();
  const file = await owner.file(folder.id);
  await shareWith(owner.account, folder.id, member.account);
  const read = () => member.account.api(`/spaces/${folder.id}/files/${file.id}`);
  expect((await read()).status).toBe(200);
  await administrator.suspend(owner.account);
  for (const path of [`files/${file.id}`, `nodes/${folder.id}`, "sync/changes"])
    expect(await problemOf(await member.account.api(`/spaces/${folder.id}/${path}`)), path).toBe("404 not_found");
  expect((await member.account.api("/account")).status).toBe(200);
  await administrator.lift(owner.account);
  expect((await read()).status).toBe(200);
});

/** As accepting an invitation leaves it in the directory. */
async function shareWith(owner: TestAccount, folder: string, member: TestAccount): Promise<void> {
  const now = Date.now();
  await DIRECTORY.batch([
    DIRECTORY.prepare(
      `INSERT INTO shared_folders (folder_id, owner_id, shard, space_id, name, created_at)
       SELECT ?1, user_id, shard, space_id, 'shared', ?3 FROM placements WHERE user_id = ?2`,
    ).bind(folder, owner.userId, now),
    DIRECTORY.prepare("INSERT INTO members (folder_id, account_id, role, joined_at) VALUES (?, ?, 'editor', ?)").bind(
      folder,
      member.userId,
      now,
    ),
  ]);
}

it("[R2] no session begins at the very moment of the suspension: the database refuses it", async () => {
  const account = await signUp();
  await administrator.suspend(account);
  const insert = DIRECTORY.prepare(
    "INSERT INTO sessions (id, token, user_id, expires_at, created_at, updated_at) VALUES (?1, ?1, ?2, ?3, ?3, ?3)",
  ).bind(newId(), account.userId, Date.now());
  await expect(insert.run()).rejects.toThrow(/suspended/);
});

it("[R2] of sign-ins that race with the suspension none leaves a session that works", async () => {
  const account = await signUp();
  const [, ...answers] = await Promise.all([
    administrator.suspend(account),
    ...Array.from({ length: 8 }, () => signInStep(account)),
  ]);
  for (const answer of answers) {
    const { token } = await answer.clone().json<{ token?: string }>();
    if (token !== undefined) expect(await problemOf(await call("/account", bearer(token)))).toBe("401 unauthenticated");
    else expect(await problemOf(answer)).toMatch(/403 suspended|429/);
  }
});

it("[R2] what is in the account stays", async () => {
  const owner = new Belongings(await signUp());
  const file = await owner.file();
  await administrator.suspend(owner.account);
  await administrator.lift(owner.account);
  const signedIn = await signInStep(owner.account);
  const { token } = await signedIn.json<{ token: string }>();
  const read = await call(`/files/${file.id}`, {
    headers: { ...bearer(token).headers, "cf-connecting-ip": randomAddress() },
  });
  expect((await read.arrayBuffer()).byteLength).toBe(100);
});
