import type { Page } from "playwright-core";
import { expect, it } from "vitest";
import { expectAccessible } from "./support/accessible.ts";
import { signIn } from "./support/sign-in.ts";
import { useStage } from "./support/stage.ts";

const NEW = "an entirely new password";

const stage = useStage();

/** Follows the link of the newest message of a subject, as its receiver would: out of the inbox that development has. */
async function followMail(page: Page, to: string, subject: string): Promise<Page> {
  await page.goto(`${stage.url}/dev/mail`);
  const row = page.getByRole("row").filter({ hasText: to }).filter({ hasText: subject });
  await expect.poll(async () => (await row.count()) || (await page.reload(), 0)).toBeGreaterThan(0);
  await row.first().getByRole("link").click();
  await page.getByRole("heading", { name: subject }).first().waitFor();
  const opened = page.waitForEvent("popup");
  await page.frameLocator("iframe").getByRole("link").first().click();
  return opened;
}

it("[E3] [E1] a forgotten password leads over a mail to a new one, signed in; who was signed in is so no more", async () => {
  const account = await stage.account();
  const elsewhere = await stage.visit(account);
  const { page } = await stage.browse();
  await page.goto(`${stage.url}/sign-in`);
  await page.getByRole("link", { name: "Forgot your password?" }).click();
  await page.getByRole("heading", { name: "Forgot your password?" }).waitFor();
  await page.getByRole("button", { name: "Send me a link" }).click();
  await page.getByText("Enter your email address.").waitFor();
  await page.getByLabel("Email").fill(account.email);
  await page.getByRole("button", { name: "Send me a link" }).click();
  await page.getByRole("heading", { name: "Look at your mail" }).waitFor();
  await expectAccessible(page, "where a link was asked for");

  const reset = await followMail(page, account.email, "Choose a new password");
  await reset.getByRole("heading", { name: "Choose a new password" }).waitFor();
  await expectAccessible(reset, "choosing a new password");
  await reset.getByLabel("New password", { exact: true }).fill("short");
  await reset.getByRole("button", { name: "Set password and sign in" }).click();
  await reset.getByText("Use at least 10 characters.").waitFor();
  await reset.getByLabel("New password", { exact: true }).fill(NEW);
  await reset.getByRole("button", { name: "Set password and sign in" }).click();
  await reset.waitForURL(/\/files/);

  await elsewhere.page.waitForURL(/\/sign-in/);
  await signIn(elsewhere.page, account);
  await elsewhere.page.getByText("Email or password is wrong.").waitFor();
  await signIn(elsewhere.page, { ...account, password: NEW });
  await elsewhere.page.waitForURL(/\/files/);
});

it("[E3] a link that was used, or is none, says so and leads to a new one", async () => {
  const { page } = await stage.browse();
  await page.goto(`${stage.url}/reset-password#notasecret`);
  await page.getByLabel("New password", { exact: true }).fill(NEW);
  await page.getByRole("button", { name: "Set password and sign in" }).click();
  await page.getByRole("heading", { name: "This link does not work any more" }).waitFor();
  await page.getByRole("link", { name: "Send a new link" }).click();
  await page.waitForURL(/\/forgot-password/);
});

it("[E4] an email is confirmed by the link of its mail and one press, and the settings show it at once", async () => {
  const account = await stage.account();
  const { page } = await stage.visit(account);
  await page.goto(`${stage.url}/settings/profile`);
  await page.getByText("Not confirmed").waitFor();
  await page.getByRole("button", { name: "Send the mail again" }).click();
  await page.getByText("It is on its way.").waitFor();
  await expectAccessible(page, "an email that is not confirmed");

  const inbox = await page.context().newPage();
  const verify = await followMail(inbox, account.email, "Confirm your email address");
  await verify.getByRole("button", { name: "Confirm my email" }).waitFor();
  await expectAccessible(verify, "confirming an email");
  expect(await account.api.account()).toMatchObject({ emailVerified: false });
  await verify.getByRole("button", { name: "Confirm my email" }).click();
  await verify.getByRole("heading", { name: "Your email is confirmed" }).waitFor();
  expect(await account.api.account()).toMatchObject({ emailVerified: true });
  await page.getByText("Confirmed", { exact: true }).waitFor();
  expect(await page.getByRole("button", { name: "Send the mail again" }).count()).toBe(0);
});

it("[E4] the mail that confirms an email leads over signing in to that account, and is taken from no other", async () => {
  const [account, other] = [await stage.account(), await stage.account()];
  const { page } = await stage.browse();
  const opened = await followMail(page, account.email, "Confirm your email address");
  await opened.getByText("Sign in to the account that has this email.").waitFor();
  expect(new URL(opened.url()).hash).toBe("");
  await expectAccessible(opened, "a link that takes signing in");
  await opened.getByRole("link", { name: "Sign in" }).click();
  await signIn(opened, account);
  await opened.getByRole("button", { name: "Confirm my email" }).click();
  await opened.getByText(`${account.email} belongs to your account.`).waitFor();

  const elsewhere = await stage.visit(other);
  await account.api.http.json({
    method: "POST",
    path: "/account/email",
    json: { email: `new.${account.email}`, password: account.password },
  });
  const wrong = await followMail(elsewhere.page, `new.${account.email}`, "Confirm your email address");
  await wrong.getByRole("button", { name: "Confirm my email" }).click();
  await wrong.getByText(`You are signed in as ${other.email}`).waitFor();
});
