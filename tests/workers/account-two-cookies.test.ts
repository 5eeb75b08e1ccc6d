import { expect, it } from "vitest";
import { call, cookiesOf, ORIGIN, problemOf, signUp, type TestAccount } from "./support/accounts.ts";
import { challengeOf, post, postAs, signInStep, signUpGuarded, type GuardedAccount } from "./support/second-factor.ts";
import { totpCode } from "./support/totp.ts";

/**
 * A request may name one cookie twice. Libraries differ in which of them they take, above all where one is not well-formed:
 * whoever is asked for must be who is answered for.
 */

const SESSION = "__Secure-better-auth.session_token";
const CHALLENGE = "__Secure-better-auth.two_factor";

/** The first is quoted without an end, which some take and some pass over. */
function both(name: string, first: string, second: string): string {
  return `${name}="${first}x; ${name}=${second}`;
}

async function sessionOf(account: TestAccount): Promise<string> {
  return sessionIn(await signInStep(account));
}

/** The value of the session's cookie. */
function sessionIn(answer: Response): string {
  const pair = cookiesOf(answer)
    .split("; ")
    .find((cookie) => cookie.startsWith(`${SESSION}=`));
  return pair?.slice(SESSION.length + 1) ?? "";
}

it("[A11] [B2] the password that is asked for is that of the account that changes, whatever cookies come", async () => {
  const [victim, mine] = await Promise.all([signUp(), signUp()]);
  const [stolen, own] = await Promise.all([sessionOf(victim), sessionOf(mine)]);
  const password = "correct horse battery!";
  const changed = await postAs(mine, "/auth/change-password", {
    currentPassword: mine.password,
    newPassword: password,
  });
  expect(changed.status).toBe(200);
  for (const cookie of [
    both(SESSION, own, stolen),
    both(SESSION, stolen, own),
    `${SESSION}=${stolen}; ${SESSION}=${own}`,
  ]) {
    const headers = { cookie, origin: ORIGIN };
    const { id } = await (await call("/account", { headers })).json<{ id: string }>();
    const email = `${crypto.randomUUID()}@example.org`;
    const answer = await post("/account/email", { email, password }, headers);
    expect(answer.status).toBe(id === mine.userId ? 200 : 403);
    const begun = await post("/auth/passkeys/options", { password }, headers);
    expect(begun.status).toBe(id === mine.userId ? 200 : 403);
  }
  expect(await (await victim.api("/account")).json()).toMatchObject({ email: victim.email });
});

it("[A4] [B3] a code is charged to, and spent for, the account that it signs in to", async () => {
  const [victim, mine] = await Promise.all([signUpGuarded(), signUpGuarded()]);
  const code = await totpCode(victim.totpUri);
  const used = await post("/auth/two-factor/verify", { code, challenge: await challengeOf(victim.account) });
  expect(used.status).toBe(200);
  const [theirs, own] = (await Promise.all([challengeOf(victim.account), challengeOf(mine.account)])).map(
    encodeURIComponent,
  ) as [string, string];
  for (const cookie of [both(CHALLENGE, theirs, own), both(CHALLENGE, own, theirs)]) {
    const again = await post("/auth/two-factor/verify", { code }, { cookie, origin: ORIGIN });
    expect(await problemOf(again)).toBe("403 invalid_code");
  }
});

it("[B3] a recovery code finishes the sign-in that waits, also where somebody is signed in there", async () => {
  const [waiting, other] = await Promise.all([signUpGuarded(), signUp()]);
  for (const [n, session] of [await sessionOf(other), await guardedSession(waiting)].entries()) {
    const challenge = encodeURIComponent(await challengeOf(waiting.account));
    const cookie = `${SESSION}=${session}; ${CHALLENGE}=${challenge}`;
    const code = waiting.recoveryCodes[n];
    const answer = await post("/auth/two-factor/recovery", { code }, { cookie, origin: ORIGIN });
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({ token: expect.any(String), user: { id: waiting.account.userId } });
  }
});

/** The cookie of a sign-in that was finished. */
async function guardedSession({ account, totpUri }: GuardedAccount): Promise<string> {
  const cookie = cookiesOf(await signInStep(account));
  const code = await totpCode(totpUri);
  return sessionIn(await post("/auth/two-factor/verify", { code }, { cookie, origin: ORIGIN }));
}

it("[P1] a challenge that is no text is no sign-in", async () => {
  for (const challenge of ["\ud800", "%", "a.b", "\u0000"]) {
    const verified = await post("/auth/two-factor/verify", { code: "123456", challenge });
    const recovered = await post("/auth/two-factor/recovery", { code: "\ud800", challenge });
    for (const answer of [verified, recovered]) expect([400, 401]).toContain(answer.status);
  }
});
