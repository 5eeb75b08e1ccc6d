import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import type { Env } from "../../workers/env.ts";
import { dropExpired } from "../../workers/storage/directory-sessions.ts";
import { findSession, findToken } from "../../workers/storage/directory-identities.ts";
import { call, cookiesOf, ORIGIN, problemOf, randomAddress, signUp, type TestAccount } from "./support/accounts.ts";
import { sha256Hex } from "../../workers/api/auth/access-token.ts";

const { DIRECTORY } = env as unknown as Env;

async function signInAsBrowser({ email, password }: TestAccount): Promise<Response> {
  const headers = { "cf-connecting-ip": randomAddress(), origin: ORIGIN };
  return call("/auth/sign-in/email", { method: "POST", headers, json: { email, password } });
}

function makeToken(account: TestAccount, input: object): Promise<Response> {
  const init = { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(input) };
  return account.api("/account/tokens", init);
}

it("[A5] a browser's cookie is HttpOnly, SameSite=Lax and Secure, and is enough to read", async () => {
  const account = await signUp();
  const answer = await signInAsBrowser(account);
  const cookie = answer.headers.getSetCookie().find((line) => line.includes("session_token"));
  expect(cookie).toMatch(/^__Secure-/);
  for (const attribute of [/; HttpOnly/i, /; SameSite=Lax/i, /; Secure/i, /; Path=\//i])
    expect(cookie).toMatch(attribute);
  const read = await call("/account", { headers: { cookie: cookiesOf(answer) } });
  expect(await read.json()).toMatchObject({ id: account.userId });
});

it("[A5] with a cookie, a change needs our own origin", async () => {
  const account = await signUp();
  const cookie = cookiesOf(await signInAsBrowser(account));
  const rename = (headers: Record<string, string>) =>
    call("/account", { method: "PATCH", headers: { cookie, ...headers }, json: { name: "Mallory" } });
  for (const headers of [{}, { origin: "null" }, { origin: "https://evil.test" }, { origin: `${ORIGIN}.evil.test` }]) {
    expect(await problemOf(await rename(headers as Record<string, string>))).toBe("403 origin_not_allowed");
  }
  expect(await (await rename({ origin: ORIGIN })).json()).toMatchObject({ name: "Mallory" });
  const socket = await call("/account", { headers: { cookie, upgrade: "websocket" } });
  expect(await problemOf(socket)).toBe("403 origin_not_allowed");
});

it("[A5] another origin's page cannot sign its visitor in or out", async () => {
  const { email, password } = await signUp();
  const headers = { origin: "https://evil.test" };
  const init = { method: "POST", headers, json: { email, password, name: "E" } };
  expect(await problemOf(await call("/auth/sign-in/email", init))).toBe("403 origin_not_allowed");
  expect(await problemOf(await call("/auth/sign-up/email", init))).toBe("403 origin_not_allowed");
  expect(await problemOf(await call("/auth/sign-out", init))).toBe("403 origin_not_allowed");
});

it("[A5] [A7] signing out by cookie needs our origin, ends the session and clears the cookie", async () => {
  const cookie = cookiesOf(await signInAsBrowser(await signUp()));
  const signOut = (headers: Record<string, string>) =>
    call("/auth/sign-out", { method: "POST", headers: { cookie, ...headers } });
  expect(await problemOf(await signOut({}))).toBe("403 origin_not_allowed");
  const answer = await signOut({ origin: ORIGIN });
  expect(answer.headers.getSetCookie().some((line) => /session_token=;.*Max-Age=0/i.test(line))).toBe(true);
  expect(await problemOf(await call("/account", { headers: { cookie } }))).toBe("401 unauthenticated");
});

it("[A5] a cookie with a wrong signature, and a session token without one, are nobody's", async () => {
  const account = await signUp();
  const cookie = cookiesOf(await signInAsBrowser(account));
  const forged = cookie.replace(/=([^.]*)\./, `=${account.token}.`);
  for (const header of [
    forged,
    `__Secure-better-auth.session_token=${account.token}`,
    cookie.replace("__Secure-", ""),
  ]) {
    expect(await problemOf(await call("/account", { headers: { cookie: header } }))).toBe("401 unauthenticated");
  }
});

it("[A5] the session's answer to a browser does not show the token", async () => {
  const cookie = cookiesOf(await signInAsBrowser(await signUp()));
  const answer = await call("/auth/get-session", { headers: { cookie } });
  expect(Object.keys((await answer.json<{ session: object }>()).session).sort()).toEqual(["expiresAt", "id"]);
  expect(await (await call("/auth/get-session")).json()).toBeNull();
});

it("[A6] a personal access token is ldg_ and 43 characters, shown once, kept as its SHA-256", async () => {
  const account = await signUp();
  const made = await (
    await makeToken(account, { name: "ci", scopes: ["write", "read"] })
  ).json<{ token: string; id: string }>();
  expect(made).toMatchObject({ name: "ci", scopes: ["read", "write"], expiresAt: null, lastUsedAt: null });
  expect(made.token).toMatch(/^ldg_[A-Za-z0-9_-]{43}$/);
  const hash = await DIRECTORY.prepare("SELECT hex(hash) AS hash FROM tokens WHERE id = ?")
    .bind(made.id)
    .first<string>("hash");
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(made.token));
  expect(hash).toBe(Buffer.from(digest).toString("hex").toUpperCase());
  const bearer = { headers: { authorization: `Bearer ${made.token}` } };
  expect(await (await call("/account", bearer)).json()).toMatchObject({ id: account.userId });
  const listed = await (await account.api("/account/tokens")).json<{ tokens: { lastUsedAt: string | null }[] }>();
  expect(listed.tokens).toHaveLength(1);
  expect(listed.tokens[0]).not.toHaveProperty("token");
  expect((await account.api(`/account/tokens/${made.id}`, { method: "DELETE" })).status).toBe(204);
  expect(await problemOf(await call("/account", bearer))).toBe("401 unauthenticated");
});

it("[A6] a token's last use is written, at most once an hour", async () => {
  const account = await signUp();
  const { token, id } = await (
    await makeToken(account, { name: "t", scopes: ["read"] })
  ).json<{ token: string; id: string }>();
  const use = () => call("/account", { headers: { authorization: `Bearer ${token}` } });
  const used = () =>
    DIRECTORY.prepare("SELECT last_used_at AS at FROM tokens WHERE id = ?").bind(id).first<number>("at");
  await use();
  await expect.poll(used).toBeGreaterThan(0);
  const first = await used();
  await use();
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(await used()).toBe(first);
  await DIRECTORY.prepare("UPDATE tokens SET last_used_at = last_used_at - 3600000 WHERE id = ?").bind(id).run();
  await use();
  await expect.poll(used).toBeGreaterThan((first ?? 0) - 1);
});

it("[A6] write does not imply read, no token changes the account, an expired one is refused", async () => {
  const account = await signUp();
  const make = async (input: object) => (await (await makeToken(account, input)).json<{ token: string }>()).token;
  const as = (token: string, path: string, init: Parameters<typeof call>[1] = {}) =>
    call(path, { ...init, headers: { authorization: `Bearer ${token}` } });
  const writer = await make({ name: "w", scopes: ["write"] });
  expect(await problemOf(await as(writer, "/account"))).toBe("403 insufficient_scope");
  const both = await make({
    name: "rw",
    scopes: ["read", "write"],
    expiresAt: new Date(Date.now() + 60_000).toISOString(),
  });
  for (const [method, path] of [
    ["GET", "/account/tokens"],
    ["POST", "/account/tokens"],
    ["GET", "/account/sessions"],
    ["PATCH", "/account"],
    ["POST", "/auth/change-password"],
    ["POST", "/auth/device/approve"],
  ] as const) {
    expect(await problemOf(await as(both, path, { method, ...(method !== "GET" && { json: {} }) }))).toBe(
      "403 insufficient_scope",
    );
  }
  await DIRECTORY.prepare("UPDATE tokens SET expires_at = 1 WHERE user_id = ?").bind(account.userId).run();
  expect(await problemOf(await as(both, "/account"))).toBe("401 unauthenticated");
  expect(
    await problemOf(await makeToken(account, { name: "x", scopes: ["read"], expiresAt: "2001-01-01T00:00:00Z" })),
  ).toBe("400 invalid_request");
  expect(await problemOf(await makeToken(account, { name: "x", scopes: ["admin"] }))).toBe("400 invalid_request");
});

it("[A6] [I11] another account's token or session cannot be deleted", async () => {
  const [mine, theirs] = await Promise.all([signUp(), signUp()]);
  const { id } = await (await makeToken(theirs, { name: "t", scopes: ["read"] })).json<{ id: string }>();
  expect(await problemOf(await mine.api(`/account/tokens/${id}`, { method: "DELETE" }))).toBe("404 not_found");
  const { sessions } = await (await theirs.api("/account/sessions")).json<{ sessions: { id: string }[] }>();
  const session = sessions[0]?.id;
  expect(await problemOf(await mine.api(`/account/sessions/${session}`, { method: "DELETE" }))).toBe("404 not_found");
  expect((await theirs.api("/account")).status).toBe(200);
});

it("[A7] sessions are listed, and a revoked one is refused at its next request", async () => {
  const account = await signUp();
  const browser = cookiesOf(await signInAsBrowser(account));
  const { sessions } = await (
    await account.api("/account/sessions")
  ).json<{ sessions: { id: string; current: boolean }[] }>();
  expect(sessions.map(({ current }) => Number(current)).sort((a, b) => a - b)).toEqual([0, 1]);
  const other = sessions.find(({ current }) => !current);
  expect((await account.api(`/account/sessions/${other?.id}`, { method: "DELETE" })).status).toBe(204);
  expect(await problemOf(await call("/account", { headers: { cookie: browser } }))).toBe("401 unauthenticated");
  expect((await account.api("/auth/sign-out", { method: "POST" })).status).toBe(200);
  expect(await problemOf(await account.api("/account"))).toBe("401 unauthenticated");
});

it("[A7] a bearer session that is used lives on, an expired one is refused", async () => {
  const account = await signUp();
  const where = `WHERE user_id = '${account.userId}'`;
  await DIRECTORY.prepare(`UPDATE sessions SET expires_at = ? ${where}`)
    .bind(Date.now() + 60_000)
    .run();
  expect((await account.api("/account")).status).toBe(200);
  const expires = () => DIRECTORY.prepare(`SELECT expires_at AS at FROM sessions ${where}`).first<number>("at");
  await expect.poll(expires).toBeGreaterThan(Date.now() + 29 * 86_400_000);
  await DIRECTORY.prepare(`UPDATE sessions SET expires_at = 1 ${where}`).run();
  expect(await problemOf(await account.api("/account"))).toBe("401 unauthenticated");
});

it("[A7] changing the password can end the other sessions", async () => {
  const account = await signUp();
  const browser = cookiesOf(await signInAsBrowser(account));
  const change = (currentPassword: string) =>
    call("/auth/change-password", {
      method: "POST",
      headers: { authorization: `Bearer ${account.token}` },
      json: { currentPassword, newPassword: "another good password", revokeOtherSessions: true },
    });
  expect(await problemOf(await change("not the password"))).toBe("403 wrong_password");
  const { token } = await (await change(account.password)).json<{ token: string }>();
  expect(await problemOf(await call("/account", { headers: { cookie: browser } }))).toBe("401 unauthenticated");
  expect((await call("/account", { headers: { authorization: `Bearer ${token}` } })).status).toBe(200);
  expect((await signInAsBrowser({ ...account, password: "another good password" })).status).toBe(200);
});

it("what has expired is deleted, what is live stays", async () => {
  const account = await signUp();
  const code =
    "INSERT INTO device_codes (id, device_code, user_code, expires_at, status) VALUES (?1, ?1, ?1, ?2, 'pending')";
  const verification = "INSERT INTO verifications VALUES (?1, ?1, 'x', ?2, 0, 0)";
  const spent = "INSERT INTO spent_codes VALUES (CAST(?1 AS BLOB), ?2)";
  const now = Date.now();
  await DIRECTORY.batch([
    DIRECTORY.prepare("INSERT INTO sessions VALUES ('old', 'old', ?, ?, NULL, NULL, 0, 0)").bind(
      account.userId,
      now - 1,
    ),
    ...[code, verification, spent].flatMap((sql) => [
      DIRECTORY.prepare(sql).bind("old", now - 1),
      DIRECTORY.prepare(sql).bind("new", now + 60_000),
    ]),
  ]);
  await dropExpired(DIRECTORY, now, 100);
  expect((await account.api("/account")).status).toBe(200);
  expect(await DIRECTORY.prepare("SELECT count(*) AS n FROM sessions WHERE expires_at <= ?").bind(now).first("n")).toBe(
    0,
  );
  for (const [table, key] of [
    ["device_codes", "id"],
    ["verifications", "id"],
    ["spent_codes", "CAST(digest AS TEXT)"],
  ] as const) {
    const { results } = await DIRECTORY.prepare(`SELECT ${key} AS id FROM ${table}`).all();
    expect(results, table).toEqual([{ id: "new" }]);
  }
});

it("knowing the caller takes one query and at most five rows", async () => {
  const account = await signUp();
  const { token } = await (await makeToken(account, { name: "t", scopes: ["read"] })).json<{ token: string }>();
  await Promise.all(Array.from({ length: 5 }, () => signUp()));
  const counted = countingReads(DIRECTORY);
  expect(await findSession(counted.database, await sha256Hex(account.token), Date.now())).toMatchObject({
    userId: account.userId,
  });
  expect(counted.queries()).toEqual([expect.any(Number)]);
  const hash = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(token));
  expect(await findToken(counted.database, hash, Date.now())).toMatchObject({ userId: account.userId });
  console.log("rows read for a session and for a token:", counted.queries());
  expect(counted.queries()).toHaveLength(2);
  expect(Math.max(...counted.queries())).toBeLessThanOrEqual(5);
});

function countingReads(database: D1Database): { database: D1Database; queries(): number[] } {
  const rows: number[] = [];
  const prepare = (sql: string) => ({
    bind: (...values: unknown[]) => ({
      first: async () => {
        const { results, meta } = await database
          .prepare(sql)
          .bind(...values)
          .all();
        rows.push(meta.rows_read);
        return results[0] ?? null;
      },
    }),
  });
  return { database: { prepare } as unknown as D1Database, queries: () => rows };
}
