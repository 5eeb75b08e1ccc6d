import { expect, it } from "vitest";
import { call, cookiesOf, ORIGIN, problemOf, signUp } from "./support/accounts.ts";
import { post, postAs, signInStep } from "./support/second-factor.ts";

it("[A11] an email is changed with the password; one signs in with the new one only, and sessions stay", async () => {
  const account = await signUp();
  const email = `New.${crypto.randomUUID()}@Example.org`;
  const change = (password: string) => postAs(account, "/account/email", { email, password });
  expect(await problemOf(await change("not the password"))).toBe("403 wrong_password");
  expect(await (await account.api("/account")).json()).toMatchObject({ email: account.email });
  const changed = await change(account.password);
  expect(await changed.json()).toMatchObject({ id: account.userId, email: email.toLowerCase() });
  expect(await (await account.api("/account")).json()).toMatchObject({ email: email.toLowerCase() });
  expect(await problemOf(await signInStep(account))).toBe("401 unauthenticated");
  expect((await signInStep({ ...account, email })).status).toBe(200);
});

it("[A11] another account's email is not to be had, in any case; one's own is", async () => {
  const [mine, theirs] = await Promise.all([signUp(), signUp()]);
  const { password } = mine;
  const taken = await postAs(mine, "/account/email", { email: theirs.email.toUpperCase(), password });
  expect(await problemOf(taken)).toBe("409 email_taken");
  expect((await postAs(mine, "/account/email", { email: mine.email, password })).status).toBe(200);
  expect(await (await theirs.api("/account")).json()).toMatchObject({ email: theirs.email });
});

it("[A11] [A5] a page of another origin changes no email", async () => {
  const account = await signUp();
  const { email, password } = account;
  const cookie = cookiesOf(await signInStep(account));
  const send = (origin: string) => post("/account/email", { email: `x${email}`, password }, { cookie, origin });
  expect(await problemOf(await send("https://evil.test"))).toBe("403 origin_not_allowed");
  expect((await send(ORIGIN)).status).toBe(200);
  expect(await (await call("/account", { headers: { cookie } })).json()).toMatchObject({ email: `x${email}` });
});

it("[A11] [A4] asking whether emails are taken costs what a sign-up costs", async () => {
  const [account, theirs] = await Promise.all([signUp(), signUp()]);
  const answers: number[] = [];
  for (let n = 0; n < 6; n++) {
    const json = { email: theirs.email, password: account.password };
    answers.push((await postAs(account, "/account/email", json)).status);
  }
  expect(answers[0]).toBe(409);
  expect(answers.at(-1)).toBe(429);
});
