import { expect, it } from "vitest";
import { call, problemOf, randomAddress, signUp, type TestAccount } from "./support/accounts.ts";
import { connect } from "./support/push-socket.ts";
import { directory, keptMail, tokenIn, untilMail } from "./support/mail.ts";
import { postAs } from "./support/second-factor.ts";

function verify(account: TestAccount, token: string): Promise<Response> {
  return postAs(account, "/auth/verify-email", { token });
}

const isVerified = async ({ api }: TestAccount) =>
  (await (await api("/account")).json<{ emailVerified: boolean }>()).emailVerified;

async function changeEmail(account: TestAccount, email: string): Promise<void> {
  const answer = await postAs(account, "/account/email", { email, password: account.password });
  expect(answer.status).toBe(200);
}

it("[E4] signing up sends a link that verifies the email, opened as often as one likes", async () => {
  const account = await signUp();
  expect(await isVerified(account)).toBe(false);
  const mail = await untilMail(account.email, "verifyEmail");
  expect(mail.link).toMatch(/^https:\/\/ledge\.test\/verify-email#[A-Za-z0-9_-]{32}$/);
  for (let n = 0; n < 2; n++)
    expect(await (await verify(account, tokenIn(mail))).json()).toEqual({ email: account.email });
  expect(await isVerified(account)).toBe(true);
});

it("[E4] nobody confirms an account that somebody else made with their email: it takes the account's own session", async () => {
  const [squatter, other] = [await signUp(), await signUp()];
  const token = tokenIn(await untilMail(squatter.email, "verifyEmail"));
  const headers = { "cf-connecting-ip": randomAddress() };
  const clicked = await call("/auth/verify-email", { method: "POST", headers, json: { token } });
  expect(await problemOf(clicked)).toBe("401 unauthenticated");
  expect(await problemOf(await verify(other, token))).toBe("403 forbidden");
  expect([await isVerified(squatter), await isVerified(other)]).toEqual([false, false]);
  expect((await verify(squatter, token)).status).toBe(200);
});

it("[E4] a changed email is unverified, is sent a link of its own, and an older link says nothing of it", async () => {
  const account = await signUp();
  const first = tokenIn(await untilMail(account.email, "verifyEmail"));
  expect((await verify(account, first)).status).toBe(200);
  const email = `new.${crypto.randomUUID()}@example.org`;
  await changeEmail(account, email);
  expect(await isVerified(account)).toBe(false);
  expect(await problemOf(await verify(account, first))).toBe("410 invalid_mail_link");
  expect(await isVerified(account)).toBe(false);
  expect((await verify(account, tokenIn(await untilMail(email, "verifyEmail")))).status).toBe(200);
  expect(await isVerified(account)).toBe(true);
});

it("[E4] the same email again stays verified", async () => {
  const account = await signUp();
  await verify(account, tokenIn(await untilMail(account.email, "verifyEmail")));
  await changeEmail(account, account.email.toUpperCase());
  expect(await isVerified(account)).toBe(true);
});

it("[E4] a link is good for a day, and none that was made up is", async () => {
  const account = await signUp();
  const token = tokenIn(await untilMail(account.email, "verifyEmail"));
  const soon = await directory
    .prepare("SELECT expires_at - created_at AS life FROM mail_tokens WHERE user_id = ?")
    .bind(account.userId)
    .first("life");
  expect(soon).toBe(86_400_000);
  await directory
    .prepare("UPDATE mail_tokens SET expires_at = expires_at - 86400000 WHERE user_id = ?")
    .bind(account.userId)
    .run();
  expect(await problemOf(await verify(account, token))).toBe("410 invalid_mail_link");
  expect(await problemOf(await verify(account, "A".repeat(32)))).toBe("410 invalid_mail_link");
  expect(await isVerified(account)).toBe(false);
});

it("[E4] a link for a new password verifies nothing by itself", async () => {
  const account = await signUp();
  const { email } = account;
  await call("/auth/forgot-password", {
    method: "POST",
    headers: { "cf-connecting-ip": randomAddress() },
    json: { email },
  });
  expect(await problemOf(await verify(account, tokenIn(await untilMail(email, "resetPassword"))))).toBe(
    "410 invalid_mail_link",
  );
});

it("[E4] [A4] the mail is sent again when asked for, a few times, and not once the email is verified", async () => {
  const account = await signUp();
  await untilMail(account.email, "verifyEmail");
  const statuses: number[] = [];
  for (let n = 0; n < 4; n++) statuses.push((await postAs(account, "/account/verify-email", {})).status);
  expect(statuses).toEqual([204, 204, 204, 429]);
  await expect.poll(async () => (await keptMail(account.email)).length).toBe(4);
  await verify(account, tokenIn(await untilMail(account.email, "verifyEmail")));
  expect((await postAs(account, "/account/verify-email", {})).status).toBe(204);
  expect(await keptMail(account.email)).toHaveLength(4);
});

it("[E4] the account's sockets hear of it, wherever the link was opened", async () => {
  const account = await signUp();
  const token = tokenIn(await untilMail(account.email, "verifyEmail"));
  const socket = await connect(account);
  expect((await verify(account, token)).status).toBe(200);
  expect(await socket.next()).toMatchObject({ type: "notice", about: "account" });
});
