import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import type { Env } from "../../workers/env.ts";
import { problemOf, signUp } from "./support/accounts.ts";
import { challengeOf, post, postAs, signInStep, signUpGuarded } from "./support/second-factor.ts";
import { totpCode } from "./support/totp.ts";

/** What turns the second factor on or off is several writes, and may be cut off after the first. */

const { DIRECTORY } = env as unknown as Env;

/** The first write of turning it on or off: the last one where the rest never came. */
async function setTwoFactor(userId: string, on: 0 | 1): Promise<void> {
  await DIRECTORY.prepare("UPDATE users SET two_factor = ? WHERE id = ?").bind(on, userId).run();
}

it("[B3] turning it on that was cut off locks nobody out: the authenticator that was confirmed is the account's", async () => {
  const account = await signUp();
  const begun = await postAs(account, "/auth/two-factor/enable", { password: account.password });
  const { totpUri } = await begun.json<{ totpUri: string }>();
  await setTwoFactor(account.userId, 1);
  const done = await post("/auth/two-factor/verify", {
    code: await totpCode(totpUri),
    challenge: await challengeOf(account),
  });
  expect(done.status).toBe(200);
  expect(await problemOf(await postAs(account, "/auth/two-factor/enable", { password: account.password }))).toBe(
    "409 two_factor_on",
  );
});

it("[B3] turning it off that was cut off leaves nothing behind: it can be turned on again", async () => {
  const { account } = await signUpGuarded();
  await setTwoFactor(account.userId, 0);
  const begun = await postAs(account, "/auth/two-factor/enable", { password: account.password });
  expect(begun.status).toBe(200);
  const { totpUri } = await begun.json<{ totpUri: string }>();
  const confirmed = await postAs(account, "/auth/two-factor/verify", { code: await totpCode(totpUri) });
  expect(confirmed.status).toBe(200);
});

it("[B3] a sign-in that waits for its code ends when the password changes, or the second factor does", async () => {
  const { account, totpUri, recoveryCodes } = await signUpGuarded();
  const stale = await challengeOf(account);
  const newPassword = "another good password";
  const changed = await postAs(account, "/auth/change-password", { currentPassword: account.password, newPassword });
  expect(changed.status).toBe(200);
  const verified = await post("/auth/two-factor/verify", { code: await totpCode(totpUri), challenge: stale });
  expect(await problemOf(verified)).toBe("401 challenge_expired");
  const recovered = await post("/auth/two-factor/recovery", { code: recoveryCodes[0], challenge: stale });
  expect(await problemOf(recovered)).toBe("401 challenge_expired");
  const step = await signInStep({ ...account, password: newPassword });
  const { challenge } = await step.json<{ challenge: string }>();
  expect((await post("/auth/two-factor/recovery", { code: recoveryCodes[0], challenge })).status).toBe(200);
});
