import { env } from "cloudflare:workers";
import { beforeAll, expect, it } from "vitest";
import type { AdminEvents, ManagedAccount, ManagedAccounts, PasswordReset } from "../../protocol/admin.ts";
import { CLOSE } from "../../protocol/close-codes.ts";
import { newId } from "../../protocol/new-id.ts";
import type { Env } from "../../workers/env.ts";
import { changeAdministrator, listAccounts, suspendAccount } from "../../workers/storage/directory-admin.ts";
import { call, problemOf, signUp, type TestAccount } from "./support/accounts.ts";
import { Administrator } from "./support/administrator.ts";
import { Belongings } from "./support/belongings.ts";
import { tokenIn, untilMail } from "./support/mail.ts";
import { connect } from "./support/push-socket.ts";
import { post, postAs, signInStep, signUpGuarded } from "./support/second-factor.ts";

const environment = env as unknown as { -readonly [Name in keyof Env]: Env[Name] };
const { DIRECTORY } = environment;

let administrator: Administrator;
beforeAll(async () => {
  administrator = await Administrator.make();
});

const SEVERAL = [
  "PATCH /accounts/{id}",
  "DELETE /accounts/{id}/sessions",
  "POST /accounts/{id}/password-reset",
  "GET /accounts",
  "GET /settings",
  "PATCH /settings",
  "GET /usage",
  "GET /links",
  "DELETE /links/{id}",
  "GET /events",
];

it.each(SEVERAL)("[R1] %s is for a signed-in administrator only, and tokens are not", async (route) => {
  const [method = "", path = ""] = route.split(" ");
  const own = new Belongings(administrator.account);
  const { token } = await own.send<{ token: string }>("POST", "/account/tokens", {
    name: "t",
    scopes: ["read", "write"],
  });
  const { userId, api } = await signUp();
  const address = `/admin${path.replace("{id}", userId)}`;
  const init = {
    method,
    ...(method !== "GET" && method !== "DELETE" && { body: "{}" }),
    headers: { "content-type": "application/json" },
  };
  expect(await problemOf(await call(address, init))).toBe("401 unauthenticated");
  expect(await problemOf(await api(address, init))).toBe("403 forbidden");
  const withToken = { ...init, headers: { ...init.headers, authorization: `Bearer ${token}` } };
  expect(await problemOf(await call(address, withToken))).toBe("403 insufficient_scope");
});

async function pages(query: string): Promise<ManagedAccount[]> {
  const all: ManagedAccount[] = [];
  for (let cursor = ""; ;) {
    const page = await administrator.get<ManagedAccounts>(`/accounts?limit=3&${query}${cursor}`);
    expect(page.accounts.length).toBeLessThanOrEqual(3);
    all.push(...page.accounts);
    if (page.next === null) return all;
    cursor = `&cursor=${page.next}`;
  }
}

it("[R1] accounts are listed page by page, each once, in every order", async () => {
  for (let n = 0; n < 7; n++) await signUp();
  const newest = await pages("sort=newest");
  expect(newest.map(({ id }) => id)).toEqual(
    newest
      .map(({ id }) => id)
      .sort()
      .reverse(),
  );
  const ids = newest.map(({ id }) => id).sort();
  expect(new Set(ids).size).toBe(ids.length);
  const byEmail = await pages("sort=email");
  expect(byEmail.map(({ email }) => email)).toEqual(byEmail.map(({ email }) => email).sort());
  // They are all called the same: only their ids tell them apart.
  const byName = await pages("sort=name");
  for (const others of [byEmail, byName]) expect(others.map(({ id }) => id).sort()).toEqual(ids);
  const { next } = await administrator.get<ManagedAccounts>("/accounts?limit=1&sort=name");
  expect(await problemOf(await administrator.request("GET", `/accounts?sort=email&cursor=${next}`))).toBe(
    "400 invalid_cursor",
  );
});

it("[R1] a search finds part of a name or an email, whatever characters it has", async () => {
  const mark = crypto.randomUUID();
  const { userId } = await signUp(`a_b+c.${mark}@example.org`);
  await DIRECTORY.prepare("UPDATE users SET name = ? WHERE id = ?").bind(`Änne 100% ${mark}`, userId).run();
  for (const search of [`A_B+C.${mark}`, `Änne 100% ${mark.slice(0, 8)}`, `ÄNNE 100% ${mark}`])
    expect(
      (await pages(`search=${encodeURIComponent(search)}`)).map(({ id }) => id),
      search,
    ).toEqual([userId]);
  expect(await pages(`search=${encodeURIComponent(`axb+c.${mark}`)}`)).toEqual([]);
  expect(await pages(`search=${encodeURIComponent("' OR 1=1 --")}`)).toEqual([]);
});

it("[R1] an account shows its quota, use, second factor, last sign-in and what it shares, and nothing of its files", async () => {
  const { account } = await signUpGuarded();
  const owner = new Belongings(account);
  const file = await owner.file(undefined, "a secret name.txt");
  await owner.link({ note: "a secret note" }, file.id);
  const answer = await administrator.request("GET", `/accounts?search=${account.email}`);
  const text = await answer.text();
  expect(text).not.toMatch(/secret/);
  const [shown] = (JSON.parse(text) as ManagedAccounts).accounts;
  expect(shown).toMatchObject({ id: account.userId, admin: false, twoFactor: true, used: 100, reserved: 0, links: 1 });
  expect(shown).toMatchObject({ sharedFolders: 0, suspendedAt: null, quota: Number(environment.DEFAULT_QUOTA_BYTES) });
  expect(shown?.lastSeenAt).toBeGreaterThan(Date.now() - 60_000);
  await administrator.request("DELETE", `/accounts/${account.userId}/sessions`);
  const later = await administrator.get<ManagedAccounts>(`/accounts?search=${account.email}`);
  expect(later.accounts[0]?.lastSeenAt).toBeGreaterThan(Date.now() - 60_000);
});

it("[R1] a page of accounts takes one query of the directory and one of each shard", async () => {
  const queries: string[] = [];
  const counted = { ...environment } as Record<string, unknown>;
  for (const name of ["DIRECTORY", "META_0", "META_1"]) {
    const database = (environment as unknown as Record<string, D1Database>)[name] as D1Database;
    const prepare = (target: Pick<D1Database, "prepare">) => (sql: string) => {
      queries.push(name);
      return target.prepare(sql);
    };
    const withSession = (at: string) => ({ prepare: prepare(database.withSession(at)) });
    counted[name] = { prepare: prepare(database), withSession };
  }
  const page = await listAccounts(counted as unknown as Env, {
    sort: "newest",
    search: "",
    after: undefined,
    limit: 50,
  });
  expect(page.length).toBeGreaterThan(5);
  expect(queries.sort()).toEqual(["DIRECTORY", "META_0", "META_1"]);
});

it("[R1] a changed quota holds for the next upload, and what is over it stays", async () => {
  const owner = new Belongings(await signUp());
  const file = await owner.file();
  expect(await administrator.change(owner.account, { quota: 50 })).toMatchObject({ quota: 50, used: 100 });
  await expect(owner.file()).rejects.toThrow(/over_quota/);
  expect((await owner.account.api(`/files/${file.id}`)).status).toBe(200);
  await administrator.change(owner.account, { quota: 1000 });
  await owner.file();
  for (const quota of [-1, 1.5, "5", 2 ** 60])
    expect(await problemOf(await administrator.request("PATCH", `/accounts/${owner.account.userId}`, { quota }))).toBe(
      "400 invalid_request",
    );
});

it("[R1] a quota is changed before the account's first request, too", async () => {
  const { userId } = await signUp();
  await DIRECTORY.prepare("DELETE FROM placements WHERE user_id = ?").bind(userId).run();
  expect(await administrator.change({ userId }, { quota: 77 })).toMatchObject({ quota: 77 });
});

it("[R1] ending sessions closes sockets and signs out everywhere, tokens stay", async () => {
  const account = await signUp();
  const owner = new Belongings(account);
  const { token } = await owner.send<{ token: string }>("POST", "/account/tokens", { name: "t", scopes: ["read"] });
  const socket = await connect(account);
  expect((await administrator.request("DELETE", `/accounts/${account.userId}/sessions`)).status).toBe(204);
  expect(await socket.fate()).toBe(CLOSE.revoked);
  expect(await problemOf(await account.api("/account"))).toBe("401 unauthenticated");
  expect((await call("/account", { headers: { authorization: `Bearer ${token}` } })).status).toBe(200);
  expect((await signInStep(account)).status).toBe(200);
});

it("[R1] administrators make others, and the last one is never taken away", async () => {
  const { account } = administrator;
  const other = await signUp();
  const endOwn = () => administrator.request("PATCH", `/accounts/${account.userId}`, { admin: false });
  expect(await problemOf(await endOwn())).toBe("409 last_administrator");
  await administrator.change(other, { admin: true });
  expect((await other.api("/admin/accounts")).status).toBe(200);
  // Another one who is suspended administers nothing.
  await administrator.suspend(other);
  expect(await problemOf(await endOwn())).toBe("409 last_administrator");
  await administrator.lift(other);
  await administrator.change(other, { admin: false });
  expect(await problemOf(await other.api("/admin/accounts"))).toBe("401 unauthenticated");
});

it("[R1] [R2] of administrators who take each other away at the same time, one stays", async () => {
  const others = await Promise.all([signUp(), signUp()]);
  for (const other of others) await administrator.change(other, { admin: true });
  const everybody = [administrator.account, ...others];
  const actor = { userId: administrator.account.userId, credentialId: newId() };
  await Promise.all(
    everybody.flatMap(({ userId }) => [
      changeAdministrator(DIRECTORY, actor, userId, false, Date.now()),
      suspendAccount(DIRECTORY, actor, userId, Date.now()),
    ]),
  );
  const left = await DIRECTORY.prepare(
    "SELECT count(*) AS n FROM users WHERE admin = 1 AND suspended_at IS NULL",
  ).first("n");
  expect(left).toBe(1);
  await DIRECTORY.prepare("UPDATE users SET suspended_at = NULL, admin = (id = ?)")
    .bind(administrator.account.userId)
    .run();
  const again = await signInStep(administrator.account);
  administrator = Administrator.of({
    ...administrator.account,
    api: apiOf((await again.json<{ token: string }>()).token),
  });
});

function apiOf(token: string): TestAccount["api"] {
  return (path, init = {}) => {
    const headers = new Headers(init.headers);
    headers.set("authorization", `Bearer ${token}`);
    return call(path, { ...init, headers });
  };
}

it("[R2] nobody suspends themselves, nor an account that is none", async () => {
  const own = await administrator.request("PATCH", `/accounts/${administrator.account.userId}`, { suspended: true });
  expect(await problemOf(own)).toBe("403 forbidden");
  expect(await problemOf(await administrator.request("PATCH", `/accounts/${newId()}`, { suspended: true }))).toBe(
    "404 not_found",
  );
});

it("[R1] what changes an account takes a session of today or the password, charged as a sign-in", async () => {
  const account = await signUp();
  await DIRECTORY.prepare("UPDATE sessions SET created_at = created_at - 86400001 WHERE user_id = ?")
    .bind(administrator.account.userId)
    .run();
  const ask = (more: object) => administrator.request("PATCH", `/accounts/${account.userId}`, { quota: 5, ...more });
  expect(await problemOf(await ask({}))).toBe("403 session_not_fresh");
  expect(await problemOf(await ask({ password: "wrong" }))).toBe("403 wrong_password");
  expect((await ask({ password: administrator.account.password })).status).toBe(200);
  for (const [method, path] of [
    ["POST", `/accounts/${account.userId}/password-reset`],
    ["DELETE", `/accounts/${account.userId}/sessions`],
    ["PATCH", "/settings"],
  ] as const)
    expect(await problemOf(await administrator.request(method, path, {})), path).toBe("403 session_not_fresh");
  const sessions = `/accounts/${account.userId}/sessions`;
  expect(await problemOf(await administrator.request("DELETE", sessions))).toBe("403 session_not_fresh");
  const { password } = administrator.account;
  expect((await administrator.request("DELETE", sessions, { password })).status).toBe(204);
  await DIRECTORY.prepare("UPDATE sessions SET created_at = created_at + 86400001 WHERE user_id = ?")
    .bind(administrator.account.userId)
    .run();
});

it("[R1] a password is reset by a mail to its person; the administrator sees no secret", async () => {
  const account = await signUp();
  const answer = await administrator.request("POST", `/accounts/${account.userId}/password-reset`, {});
  expect(await answer.json<PasswordReset>()).toEqual({ link: null, expiresAt: null });
  expect((await account.api("/account")).status).toBe(200);
  const token = tokenIn(await untilMail(account.email, "resetPassword"));
  const password = "an entirely new password";
  expect((await post("/auth/reset-password", { token, password })).status).toBe(200);
  expect((await signInStep({ ...account, password })).status).toBe(200);
});

it("[R1] without mail the link is answered, good once for an hour, and no second factor is passed by it", async () => {
  const { account } = await signUpGuarded();
  const { LOCAL_MAIL: kept } = environment;
  Object.assign(environment, { LOCAL_MAIL: undefined });
  const answer = await administrator.request("POST", `/accounts/${account.userId}/password-reset`, {});
  Object.assign(environment, { LOCAL_MAIL: kept });
  expect(answer.headers.get("cache-control")).toBe("no-store");
  const { link, expiresAt } = await answer.json<PasswordReset>();
  expect(expiresAt).toBeLessThanOrEqual(Date.now() + 3_600_000);
  const password = "an entirely new password";
  const reset = () => post("/auth/reset-password", { token: new URL(link ?? "").hash.slice(1), password });
  expect((await reset()).status).toBe(200);
  expect((await reset()).status).toBe(410);
  expect(await (await signInStep({ ...account, password })).json()).toMatchObject({ twoFactor: true });
});

it("[R1] [E4] a link that was handed on confirms no email; what was made before the email was confirmed ends", async () => {
  const account = await signUp();
  const made = await postAs(account, "/account/tokens", { name: "script", scopes: ["read"] });
  const { token } = await made.json<{ token: string }>();
  const { LOCAL_MAIL: kept } = environment;
  Object.assign(environment, { LOCAL_MAIL: undefined });
  const answer = await administrator.request("POST", `/accounts/${account.userId}/password-reset`, {});
  Object.assign(environment, { LOCAL_MAIL: kept });
  const { link } = await answer.json<PasswordReset>();
  const changed = await post("/auth/reset-password", {
    token: new URL(link ?? "").hash.slice(1),
    password: "an entirely new password",
  });
  expect(changed.status).toBe(200);
  const row = await DIRECTORY.prepare("SELECT email_verified AS v FROM users WHERE id = ?")
    .bind(account.userId)
    .first();
  expect(row).toEqual({ v: 0 });
  const headers = { authorization: `Bearer ${token}` };
  expect(await problemOf(await call("/account", { headers }))).toBe("401 unauthenticated");
});

it("[R5] each act is recorded with who, whom, what and the device; what changed nothing is not", async () => {
  const account = await signUp();
  await DIRECTORY.prepare("UPDATE sessions SET user_agent = 'Firefox' WHERE user_id = ?")
    .bind(administrator.account.userId)
    .run();
  const before = (await events(account)).length;
  for (const changes of [{ quota: 5 }, { admin: true }, { admin: false }, { suspended: true }, { suspended: false }]) {
    await administrator.change(account, changes);
    await administrator.change(account, changes);
  }
  await signInStep(account);
  for (let n = 0; n < 2; n++) await administrator.request("DELETE", `/accounts/${account.userId}/sessions`);
  await administrator.request("POST", `/accounts/${account.userId}/password-reset`, {});
  const done = (await events(account)).slice(0, -before || undefined);
  expect(done.map(({ action, detail }) => [action, detail])).toEqual([
    ["resetPassword", null],
    ["endSessions", null],
    ["lift", null],
    ["suspend", null],
    ["endAdministrator", null],
    ["makeAdministrator", null],
    ["quota", "5"],
  ]);
  for (const { by, account: whom, device } of done)
    expect({ by: by.email, whom: whom?.email, device }).toEqual({
      by: administrator.account.email,
      whom: account.email,
      device: "Firefox",
    });
  const first = await administrator.get<AdminEvents>(`/events?account=${account.userId}&limit=1`);
  const second = await administrator.get<AdminEvents>(`/events?account=${account.userId}&limit=1&cursor=${first.next}`);
  expect([...first.events, ...second.events].map(({ action }) => action)).toEqual(["resetPassword", "endSessions"]);
  expect((await administrator.get<AdminEvents>(`/events?account=${account.userId}&action=lift`)).events).toHaveLength(
    1,
  );
  const at = done[0]?.at ?? 0;
  expect((await administrator.get<AdminEvents>(`/events?from=${at + 1}`)).events).toEqual([]);
});

async function events({ userId }: TestAccount): Promise<AdminEvents["events"]> {
  return (await administrator.get<AdminEvents>(`/events?account=${userId}`)).events;
}
