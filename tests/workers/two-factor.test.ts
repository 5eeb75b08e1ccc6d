import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import type { Env } from "../../workers/env.ts";
import { call, cookiesOf, ORIGIN, problemOf, signUp } from "./support/accounts.ts";
import { challengeOf, post, postAs, signInStep, signUpGuarded } from "./support/second-factor.ts";
import { totpCode, wrongCodes } from "./support/totp.ts";

const { DIRECTORY } = env as unknown as Env;

const verify = (json: object, headers: Record<string, string> = {}) => post("/auth/two-factor/verify", json, headers);
const recover = (json: object) => post("/auth/two-factor/recovery", json);

it("[B3] turning it on takes the password and one code; the account says so", async () => {
  const account = await signUp();
  const enable = (password: string) => postAs(account, "/auth/two-factor/enable", { password });
  expect(await problemOf(await enable("not the password"))).toBe("403 wrong_password");
  const begun = await (await enable(account.password)).json<{ totpUri: string; recoveryCodes: string[] }>();
  expect(begun.totpUri).toMatch(/^otpauth:\/\/totp\/Ledge.*issuer=Ledge/);
  expect(new Set(begun.recoveryCodes).size).toBe(10);
  for (const code of begun.recoveryCodes) expect(code).toMatch(/^[0-9a-z]{5}-[0-9a-z]{5}$/);
  expect(await (await account.api("/account")).json()).toMatchObject({ twoFactor: false });
  expect(await (await signInStep(account)).json()).toHaveProperty("token");
  const confirm = (code: string) => postAs(account, "/auth/two-factor/verify", { code });
  const [wrong = ""] = await wrongCodes(begun.totpUri, 1);
  expect(await problemOf(await confirm(wrong))).toBe("403 invalid_code");
  const code = await totpCode(begun.totpUri);
  const confirmed = await confirm(`${code.slice(0, 3)} ${code.slice(3)}`);
  const { token } = await confirmed.json<{ token: string }>();
  expect(await problemOf(await account.api("/account"))).toBe("401 unauthenticated");
  const headers = { authorization: `Bearer ${token}` };
  expect(await (await call("/account", { headers })).json()).toMatchObject({ id: account.userId, twoFactor: true });
  expect(await (await call("/auth/two-factor", { headers })).json()).toEqual({ enabled: true, recoveryCodesLeft: 10 });
  expect(await problemOf(await postAs({ token }, "/auth/two-factor/enable", { password: account.password }))).toBe(
    "409 two_factor_on",
  );
  expect(
    await problemOf(await postAs({ token }, "/auth/two-factor/verify", { code: await totpCode(begun.totpUri, 1) })),
  ).toBe("409 two_factor_on");
});

it("[B3] of two that begin at the same time, one authenticator is the account's", async () => {
  const account = await signUp();
  const begin = () => postAs(account, "/auth/two-factor/enable", { password: account.password });
  const begun = await Promise.all(
    (await Promise.all([begin(), begin()])).map((answer) => answer.json<{ totpUri: string }>()),
  );
  const codes = await Promise.all(begun.map(({ totpUri }) => totpCode(totpUri)));
  const confirmed: number[] = [];
  for (const code of codes) confirmed.push((await postAs(account, "/auth/two-factor/verify", { code })).status);
  expect(confirmed.filter((status) => status === 200)).toHaveLength(1);
});

it("[B3] a password alone opens nothing: no token, no cookie that works, no device's approval", async () => {
  const { account } = await signUpGuarded();
  const step = await signInStep(account);
  expect(step.status).toBe(200);
  const body = await step.json<{ challenge: string }>();
  expect(body).toEqual({ twoFactor: true, challenge: expect.any(String) });
  const device = await (
    await post("/auth/device/code", { client_id: "ledge-cli" })
  ).json<{ device_code: string; user_code: string }>();
  const cookies = step.headers.getSetCookie().map((cookie) => cookie.split(";")[0] ?? "");
  const credentials: Record<string, string>[] = [
    { cookie: cookies.join("; "), origin: ORIGIN },
    ...cookies.map((cookie) => ({ cookie, origin: ORIGIN })),
    { authorization: `Bearer ${body.challenge}` },
    { authorization: `Bearer ${body.challenge.split(".")[0]}` },
  ];
  for (const headers of credentials) {
    expect(await problemOf(await call("/account", { headers })), JSON.stringify(headers)).toBe("401 unauthenticated");
    expect(await (await call("/auth/get-session", { headers })).json()).toBeNull();
    const claimed = await call(`/auth/device?user_code=${device.user_code}`, { headers });
    expect(await problemOf(claimed)).toBe("401 unauthenticated");
    const approved = await post("/auth/device/approve", { userCode: device.user_code }, headers);
    expect(await problemOf(approved)).toBe("401 unauthenticated");
    const disabled = await post("/auth/two-factor/disable", { password: account.password }, headers);
    expect(await problemOf(disabled)).toBe("401 unauthenticated");
  }
  expect(
    await DIRECTORY.prepare("SELECT count(*) AS n FROM sessions WHERE user_id = ?").bind(account.userId).first("n"),
  ).toBe(1);
});

it("[B3] a browser finishes with its cookie, and is not asked again where it is trusted; others are", async () => {
  const { account, totpUri } = await signUpGuarded();
  const step = cookiesOf(await signInStep(account));
  const foreign = await verify({ code: await totpCode(totpUri) }, { cookie: step, origin: "https://evil.test" });
  expect(await problemOf(foreign)).toBe("403 origin_not_allowed");
  const done = await verify({ code: await totpCode(totpUri), trustDevice: true }, { cookie: step, origin: ORIGIN });
  const cookie = cookiesOf(done);
  expect(await (await call("/account", { headers: { cookie } })).json()).toMatchObject({ id: account.userId });
  const { email, password } = account;
  const again = () => post("/auth/sign-in/email", { email, password }, { cookie: trust, origin: ORIGIN });
  const trust = cookie.split("; ").find((pair) => pair.includes("trust_device")) ?? "";
  const trusted = await again();
  expect(await trusted.clone().json()).toHaveProperty("token");
  expect(await (await signInStep(account)).json()).toMatchObject({ twoFactor: true });
  const renewed = cookiesOf(trusted)
    .split("; ")
    .find((pair) => pair.includes("trust_device"));
  const changed = await postAs(account, "/auth/change-password", {
    currentPassword: password,
    newPassword: "another good password",
  });
  expect(changed.status).toBe(200);
  const after = await post(
    "/auth/sign-in/email",
    { email, password: "another good password" },
    { cookie: renewed ?? "", origin: ORIGIN },
  );
  expect(await after.json()).toMatchObject({ twoFactor: true });
});

it("[B3] a client without cookies finishes with the challenge, which is good once", async () => {
  const { account, totpUri } = await signUpGuarded();
  const challenge = await challengeOf(account);
  const { token, user } = await (
    await verify({ code: await totpCode(totpUri), challenge })
  ).json<{ token: string; user: { email: string } }>();
  expect(user.email).toBe(account.email);
  expect((await call("/account", { headers: { authorization: `Bearer ${token}` } })).status).toBe(200);
  expect(await problemOf(await verify({ code: await totpCode(totpUri, 1), challenge }))).toBe("401 challenge_expired");
  const forged = `${challenge.slice(0, -4)}AAA=`;
  expect(await problemOf(await verify({ code: await totpCode(totpUri, 1), challenge: forged }))).toBe(
    "401 challenge_expired",
  );
});

it("[B3] a challenge ends with its time", async () => {
  const { account, totpUri, recoveryCodes } = await signUpGuarded();
  const challenge = await challengeOf(account);
  const lifetime = await DIRECTORY.prepare(
    "SELECT max(expires_at) AS at FROM verifications WHERE value = ? AND identifier GLOB '2fa-*'",
  )
    .bind(account.userId)
    .first<number>("at");
  expect(Math.abs((lifetime ?? 0) - Date.now() - 600_000)).toBeLessThan(30_000);
  await DIRECTORY.prepare("UPDATE verifications SET expires_at = ?")
    .bind(Date.now() - 1)
    .run();
  expect(await problemOf(await verify({ code: await totpCode(totpUri), challenge }))).toBe("401 challenge_expired");
  expect(await problemOf(await recover({ code: recoveryCodes[0], challenge }))).toBe("401 challenge_expired");
});

it("[B3] a TOTP code is good once within its window, also of two that come at the same time", async () => {
  const { account, totpUri } = await signUpGuarded();
  const code = await totpCode(totpUri);
  const challenges = await Promise.all([challengeOf(account), challengeOf(account)]);
  const answers = await Promise.all(challenges.map((challenge) => verify({ code, challenge })));
  expect(answers.map(({ status }) => status).sort((a, b) => a - b)).toEqual([200, 403]);
  expect(await problemOf(await verify({ code, challenge: await challengeOf(account) }))).toBe("403 invalid_code");
  expect((await verify({ code: await totpCode(totpUri, 1), challenge: await challengeOf(account) })).status).toBe(200);
});

it("[B3] a recovery code is good once, also of two that come at the same time, however it is typed", async () => {
  const { account, recoveryCodes } = await signUpGuarded();
  const [first = "", second = ""] = recoveryCodes;
  const challenges = await Promise.all([challengeOf(account), challengeOf(account)]);
  const answers = await Promise.all(
    challenges.map((challenge) => recover({ code: first.toUpperCase().replace("-", " "), challenge })),
  );
  expect(answers.map(({ status }) => status).sort((a, b) => a - b)).toEqual([200, 403]);
  expect(await problemOf(await recover({ code: first, challenge: await challengeOf(account) }))).toBe(
    "403 invalid_code",
  );
  expect(await (await account.api("/auth/two-factor")).json()).toEqual({ enabled: true, recoveryCodesLeft: 9 });
  expect((await recover({ code: second, challenge: await challengeOf(account) })).status).toBe(200);
});

it("[B3] new recovery codes take the password and replace all old ones", async () => {
  const { account, recoveryCodes } = await signUpGuarded();
  const renew = (password: string) => postAs(account, "/auth/two-factor/recovery-codes", { password });
  expect(await problemOf(await renew("not the password"))).toBe("403 wrong_password");
  const fresh = await (await renew(account.password)).json<{ recoveryCodes: string[] }>();
  expect(fresh.recoveryCodes).toHaveLength(10);
  expect(await problemOf(await recover({ code: recoveryCodes[3], challenge: await challengeOf(account) }))).toBe(
    "403 invalid_code",
  );
  expect((await recover({ code: fresh.recoveryCodes[3], challenge: await challengeOf(account) })).status).toBe(200);
});

it("[B3] turning it off takes the password; then the password is enough again", async () => {
  const { account, recoveryCodes } = await signUpGuarded();
  const challenge = await challengeOf(account);
  const disable = (as: { token: string }, password: string) => postAs(as, "/auth/two-factor/disable", { password });
  expect(await problemOf(await disable(account, "not the password"))).toBe("403 wrong_password");
  const { token } = await (await disable(account, account.password)).json<{ token: string }>();
  expect(await problemOf(await account.api("/account"))).toBe("401 unauthenticated");
  expect(await (await signInStep(account)).json()).toHaveProperty("token");
  expect((await recover({ code: recoveryCodes[0], challenge })).status).toBeGreaterThanOrEqual(400);
  expect(await problemOf(await disable({ token }, account.password))).toBe("409 two_factor_off");
  expect(
    await problemOf(await postAs({ token }, "/auth/two-factor/recovery-codes", { password: account.password })),
  ).toBe("409 two_factor_off");
});

it("[B3] [A4] wrong codes end a challenge after five, and an account's attempts are limited from anywhere", async () => {
  const { account, totpUri } = await signUpGuarded();
  const wrong = await wrongCodes(totpUri, 10);
  const challenge = await challengeOf(account);
  const answers: string[] = [];
  for (const code of wrong.slice(0, 6)) answers.push(await problemOf(await verify({ code, challenge })));
  expect(answers).toEqual([...Array<string>(5).fill("403 invalid_code"), "401 challenge_expired"]);
  expect(await problemOf(await verify({ code: await totpCode(totpUri), challenge }))).toBe("401 challenge_expired");
  const next = await challengeOf(account);
  const more: string[] = [];
  // One of the account's ten went into turning the second factor on.
  for (const code of wrong.slice(6)) more.push(await problemOf(await verify({ code, challenge: next })));
  expect(more.slice(-1)).toEqual(["429 rate_limited"]);
  expect(await problemOf(await recover({ code: "aaaaa-aaaaa", challenge: next }))).toBe("429 rate_limited");
});

it("[B3] [A7] tokens, and sessions that were there before, stay valid", async () => {
  const account = await signUp();
  const { token: other } = await (await signInStep(account)).json<{ token: string }>();
  const made = await postAs(account, "/account/tokens", { name: "t", scopes: ["read"] });
  const { token: personal } = await made.json<{ token: string }>();
  const begun = await postAs(account, "/auth/two-factor/enable", { password: account.password });
  const { totpUri } = await begun.json<{ totpUri: string }>();
  expect(await problemOf(await postAs({ token: personal }, "/auth/two-factor/verify", { code: "123456" }))).toBe(
    "403 insufficient_scope",
  );
  const code = await totpCode(totpUri);
  expect((await postAs(account, "/auth/two-factor/verify", { code })).status).toBe(200);
  for (const token of [other, personal]) {
    const headers = { authorization: `Bearer ${token}` };
    expect(await (await call("/account", { headers })).json()).toMatchObject({ twoFactor: true });
  }
});

it("[A10] neither the TOTP secret, nor a recovery code, nor a challenge that works is in the directory", async () => {
  const { account, totpUri, recoveryCodes } = await signUpGuarded();
  const challenge = await challengeOf(account);
  const tables = await Promise.all(
    ["users", "two_factors", "verifications", "spent_codes", "sessions"].map((name) =>
      DIRECTORY.prepare(`SELECT * FROM ${name}`).all(),
    ),
  );
  const text = JSON.stringify(tables.map(({ results }) => results));
  expect(text).toContain(account.userId);
  const secret = new URL(totpUri).searchParams.get("secret") ?? "";
  for (const hidden of [secret, challenge, ...recoveryCodes]) expect(text).not.toContain(hidden);
  const identifier = challenge.split(".")[0] ?? "";
  expect(await problemOf(await recover({ code: recoveryCodes[0], challenge: identifier }))).toBe(
    "401 challenge_expired",
  );
});

it("[A5] without remembering, cookies end with the browser, through the second step too", async () => {
  const plain = await signUp();
  const guarded = await signUpGuarded();
  const lasting = await signInStep(plain);
  expect(sessionCookies(lasting)).toEqual([expect.stringMatching(/Max-Age=/i)]);
  const passing = await signInStep(plain, { rememberMe: false });
  expect(sessionCookies(passing)).toEqual([expect.not.stringMatching(/Max-Age|Expires/i)]);
  const step = cookiesOf(await signInStep(guarded.account, { rememberMe: false }));
  const done = await verify({ code: await totpCode(guarded.totpUri) }, { cookie: step, origin: ORIGIN });
  expect(sessionCookies(done)).toEqual([expect.not.stringMatching(/Max-Age|Expires/i)]);
});

function sessionCookies(answer: Response): string[] {
  return answer.headers.getSetCookie().filter((cookie) => cookie.includes("session_token="));
}
