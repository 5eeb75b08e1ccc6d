import { expect, it } from "vitest";
import { CLOSE } from "../../protocol/close-codes.ts";
import { call, cookiesOf, ORIGIN, problemOf, randomAddress, signUp, type TestAccount } from "./support/accounts.ts";
import { directory, keptMail, tokenIn, untilMail } from "./support/mail.ts";
import { connect } from "./support/push-socket.ts";
import { challengeOf, post, postAs, signInStep, signUpGuarded } from "./support/second-factor.ts";
import { totpCode } from "./support/totp.ts";

const NEW = "an entirely new password";

const forgot = (email: string) => post("/auth/forgot-password", { email });
const reset = (token: string, password = NEW) => post("/auth/reset-password", { token, password });

/** The secret of the link that the account was mailed. */
async function mailedToken({ email }: Pick<TestAccount, "email">): Promise<string> {
  expect((await forgot(email)).status).toBe(204);
  return tokenIn(await untilMail(email, "resetPassword"));
}

it("[E3] a mailed link sets a new password once, and ends all sessions", async () => {
  const account = await signUp();
  expect((await account.api("/account")).status).toBe(200);
  const token = await mailedToken(account);
  const answer = await reset(token);
  expect(await answer.json()).toEqual({ email: account.email });
  expect(answer.headers.getSetCookie()).toEqual([]);
  expect(await problemOf(await account.api("/account"))).toBe("401 unauthenticated");
  expect(await problemOf(await signInStep(account))).toBe("401 unauthenticated");
  expect((await signInStep({ ...account, password: NEW })).status).toBe(200);
  expect(await problemOf(await reset(token, "yet another password"))).toBe("410 invalid_mail_link");
});

it("[E3] [W5] all sockets are closed, and a sign-in that waits for its second factor ends", async () => {
  const { account } = await signUpGuarded();
  const socket = await connect(account);
  const challenge = await challengeOf(account);
  const token = await mailedToken(account);
  expect(await socket.fate()).toBe("open");
  expect((await reset(token)).status).toBe(200);
  expect(await socket.fate()).toBe(CLOSE.revoked);
  const going = await post("/auth/two-factor/verify", { code: "123456", challenge });
  expect(await problemOf(going)).toBe("401 challenge_expired");
});

it("[E3] [B3] the second factor stays, and trusted browsers are asked for it again", async () => {
  const { account, totpUri } = await signUpGuarded();
  const verified = await post(
    "/auth/two-factor/verify",
    { code: await totpCode(totpUri), challenge: await challengeOf(account), trustDevice: true },
    { origin: ORIGIN },
  );
  const cookie = cookiesOf(verified);
  const signIn = (password: string) =>
    post("/auth/sign-in/email", { email: account.email, password }, { cookie, origin: ORIGIN });
  expect(await (await signIn(account.password)).json()).toHaveProperty("token");
  expect((await reset(await mailedToken(account))).status).toBe(200);
  expect(await (await signIn(NEW)).json()).toMatchObject({ twoFactor: true });
});

/** The account as a personal access token of its own has it. */
async function byToken(account: TestAccount): Promise<TestAccount> {
  const made = await postAs(account, "/account/tokens", { name: "script", scopes: ["read"] });
  const { token } = await made.json<{ token: string }>();
  const api = (path: string, init: RequestInit = {}) => {
    const headers = new Headers(init.headers);
    headers.set("authorization", `Bearer ${token}`);
    return call(path, { ...init, headers });
  };
  return { ...account, token, api };
}

it("[E3] what was made before anybody had shown that the email is theirs ends: tokens, their sockets, and passkeys", async () => {
  const account = await signUp();
  const tokens = await byToken(account);
  const socket = await connect(tokens);
  await directory
    .prepare(
      `INSERT INTO passkeys (id, user_id, name, credential_id, public_key, counter, transports, backed_up, aaguid, created_at)
       VALUES (?1, ?2, 'key', ?1, x'00', 0, '', 0, '', 0)`,
    )
    .bind(crypto.randomUUID(), account.userId)
    .run();
  const passkeys = () =>
    directory.prepare("SELECT count(*) AS n FROM passkeys WHERE user_id = ?").bind(account.userId).first("n");
  expect([(await tokens.api("/account")).status, await passkeys()]).toEqual([200, 1]);
  expect((await reset(await mailedToken(account))).status).toBe(200);
  expect([(await tokens.api("/account")).status, await passkeys()]).toEqual([401, 0]);
  expect(await socket.fate()).toBe(CLOSE.revoked);
});

it("[E3] access tokens stay, a device code that was approved does not", async () => {
  const account = await signUp();
  await directory.prepare("UPDATE users SET email_verified = 1 WHERE id = ?").bind(account.userId).run();
  const tokens = await byToken(account);
  const code = await (
    await post("/auth/device/code", { client_id: "ledge-cli" })
  ).json<{ device_code: string; user_code: string }>();
  await account.api(`/auth/device?user_code=${code.user_code}`);
  expect((await postAs(account, "/auth/device/approve", { userCode: code.user_code })).status).toBe(200);
  await reset(await mailedToken(account));
  expect((await tokens.api("/account")).status).toBe(200);
  const grant = { grant_type: "urn:ietf:params:oauth:grant-type:device_code", client_id: "ledge-cli" };
  expect((await post("/auth/device/token", { ...grant, device_code: code.device_code })).status).toBe(400);
});

it("[E3] of many that use one link at the same time, one sets the password", async () => {
  const account = await signUp();
  const token = await mailedToken(account);
  const passwords = Array.from({ length: 6 }, (_, n) => `${NEW} ${n}`);
  const answers = await Promise.all(passwords.map((password) => reset(token, password)));
  const won = answers.flatMap(({ status }, n) => (status === 200 ? [n] : []));
  expect(won).toHaveLength(1);
  for (const [n, password] of passwords.entries())
    expect((await signInStep({ ...account, password })).status).toBe(n === won[0] ? 200 : 401);
});

it("[E3] [A3] known and unknown emails are answered alike, before either is looked for; only the known one is mailed", async () => {
  const account = await signUp();
  const unknown = `${crypto.randomUUID()}@example.org`;
  const [known, other] = await Promise.all([forgot(account.email.toUpperCase()), forgot(unknown)]);
  const shown = ({ status, headers }: Response) => ({ status, headers: [...headers] });
  expect(shown(known)).toEqual(shown(other));
  await untilMail(account.email, "resetPassword");
  expect(await keptMail(unknown)).toEqual([]);
});

it("[E3] [A4] asking for mails is limited for an email, known or not", async () => {
  const account = await signUp();
  for (const email of [account.email, `${crypto.randomUUID()}@example.org`]) {
    const answers: number[] = [];
    for (let n = 0; n < 4; n++) answers.push((await forgot(email)).status);
    expect(answers).toEqual([204, 204, 204, 429]);
  }
});

it("[E3] [A4] trying links is limited for an address, before a password is hashed", async () => {
  const headers = { "cf-connecting-ip": randomAddress() };
  const answers: number[] = [];
  // Every ten seconds one more is allowed: as many as a slow machine takes.
  for (let n = 0; n < 40; n++) {
    answers.push((await post("/auth/reset-password", { token: `wrong${n}`, password: NEW }, headers)).status);
  }
  expect(answers[0]).toBe(410);
  expect(answers.at(-1)).toBe(429);
});

it("[E3] a link is good for an hour, for the email that it was sent to, and for nothing else", async () => {
  const [late, moved, verified] = await Promise.all([signUp(), signUp(), signUp()]);
  const lateToken = await mailedToken(late);
  await directory
    .prepare("UPDATE mail_tokens SET expires_at = expires_at - 3600000 WHERE user_id = ? AND kind = 'reset'")
    .bind(late.userId)
    .run();
  expect(await problemOf(await reset(lateToken))).toBe("410 invalid_mail_link");

  const movedToken = await mailedToken(moved);
  const email = `new.${crypto.randomUUID()}@example.org`;
  const json = { email, password: moved.password };
  const init = { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(json) };
  expect((await moved.api("/account/email", init)).status).toBe(200);
  expect(await problemOf(await reset(movedToken))).toBe("410 invalid_mail_link");

  const verifyToken = tokenIn(await untilMail(verified.email, "verifyEmail"));
  expect(await problemOf(await reset(verifyToken))).toBe("410 invalid_mail_link");
});

it("[E3] a password that is too short leaves the link as it was", async () => {
  const account = await signUp();
  const token = await mailedToken(account);
  expect(await problemOf(await reset(token, "short"))).toBe("400 invalid_request");
  expect((await reset(token)).status).toBe(200);
});

it("[E3] the directory holds the link's digest, and nothing that the link could be made of", async () => {
  const account = await signUp();
  const token = await mailedToken(account);
  const secret = Buffer.from(token).toString("hex");
  for (const table of ["mail_tokens", "outbox"]) {
    const { results } = await directory.prepare(`SELECT * FROM ${table}`).all();
    const rows = results.flatMap((row) =>
      Object.values(row).map((value) => (Array.isArray(value) ? Buffer.from(value).toString("hex") : String(value))),
    );
    expect(rows.length).toBeGreaterThan(0);
    expect(rows.filter((value) => value.includes(secret) || value.includes(token))).toEqual([]);
  }
});

it("[E3] [A5] a page of another origin asks for nothing and sets nothing", async () => {
  const account = await signUp();
  const origin = { origin: "https://evil.test" };
  const asked = await post("/auth/forgot-password", { email: account.email }, origin);
  expect(await problemOf(asked)).toBe("403 origin_not_allowed");
  const token = await mailedToken(account);
  const set = await post("/auth/reset-password", { token, password: NEW }, origin);
  expect(await problemOf(set)).toBe("403 origin_not_allowed");
});

it("[E3] [E4] who was mailed has the email: a new password verifies it", async () => {
  const account = await signUp();
  expect(await (await account.api("/account")).json()).toMatchObject({ emailVerified: false });
  await reset(await mailedToken(account));
  const row = await directory.prepare("SELECT email_verified FROM users WHERE id = ?").bind(account.userId).first();
  expect(row).toEqual({ email_verified: 1 });
});

it("[E3] the mail is written in the language that was asked for", async () => {
  const account = await signUp();
  await post("/auth/forgot-password", { email: account.email }, { "accept-language": "fr, de-AT;q=0.8, en;q=0.5" });
  expect((await untilMail(account.email, "resetPassword")).subject).toBe("Neues Passwort wählen");
});
