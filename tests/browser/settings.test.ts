import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { startServer, type TestServer } from "../e2e/support/server.ts";
import { totpCode } from "../workers/support/totp.ts";
import { siteOf } from "./support/accounts.ts";
import { addAuthenticator, withoutOffers } from "./support/authenticator.ts";
import { launch, openPage, signUpIn } from "./support/browser.ts";
import { signIn, signOut } from "./support/sign-in.ts";

const PASSWORD = "correct horse battery";

let server: TestServer;
let browser: Browser;
let context: BrowserContext;
let page: Page;
let errors: readonly string[];
let url: string;
let email: string;
let accounts = 0;

beforeAll(async () => {
  [server, browser] = await Promise.all([startServer(), launch()]);
  url = siteOf(server);
});
afterAll(async () => {
  await browser?.close();
  await server?.stop();
});
beforeEach(async () => {
  context = await browser.newContext();
  ({ page, errors } = await openPage(context));
  email = `settler${++accounts}@example.com`;
  await signUpIn(page, url, email, PASSWORD);
});
afterEach(() => context.close());

const card = (name: string) => page.getByRole("group", { name, exact: true });
const dialog = () => page.getByRole("dialog");
const focused = () => page.evaluate(() => document.activeElement?.textContent);

async function openSection(section: string): Promise<void> {
  await page.goto(`${url}/settings/${section}`);
  await page.getByRole("heading", { level: 1 }).waitFor();
}

/** Gives the password that a dialog asks for. */
async function confirmByPassword(action: string): Promise<void> {
  await dialog().getByLabel("Your password", { exact: true }).fill(PASSWORD);
  await dialog().getByRole("button", { name: action, exact: true }).click();
}

async function shownCodes(): Promise<string[]> {
  const list = dialog().getByRole("list", { name: "Recovery codes" });
  await list.waitFor();
  const codes = await list.getByRole("listitem").allTextContents();
  expect(codes).toHaveLength(10);
  return codes;
}

/** Turns the second factor on; answers the recovery codes and the authenticator's address. */
async function turnTwoFactorOn(): Promise<{ codes: string[]; totpUri: string }> {
  await openSection("security");
  await card("Two-factor sign-in").getByRole("button", { name: "Turn on" }).click();
  await confirmByPassword("Continue");
  await dialog().getByRole("img", { name: "QR code for the authenticator app" }).waitFor();
  const key = (await dialog().getByLabel("Key", { exact: true }).textContent())?.replaceAll(" ", "") ?? "";
  const totpUri = `otpauth://totp/Ledge?secret=${key}`;
  await dialog()
    .getByLabel("Code that the app shows")
    .fill(await totpCode(totpUri));
  await dialog().getByRole("button", { name: "Turn on" }).click();
  return { codes: await shownCodes(), totpUri };
}

describe("[B2] profile and password", () => {
  it("[B2] changes the name and the email", async () => {
    await openSection("profile");
    await card("Name").getByLabel("Your name").fill("Grace Hopper");
    await card("Name").getByRole("button", { name: "Save" }).click();
    await card("Name").getByRole("status").getByText("Saved").waitFor();
    await page.getByRole("button", { name: "Account of Grace Hopper" }).waitFor();

    const form = card("Email");
    await form.getByLabel("Email").fill(`new-${email}`);
    await form.getByLabel("Your password", { exact: true }).fill("not my password");
    await form.getByRole("button", { name: "Change email" }).click();
    await form.getByText("The password is wrong.").waitFor();
    await form.getByLabel("Your password", { exact: true }).fill(PASSWORD);
    await form.getByRole("button", { name: "Change email" }).click();
    await form.getByText(`From now on you sign in as new-${email}.`).waitFor();
    expect(errors).toEqual([]);
  });

  it("[B2] changes the password, stays signed in and live, and signs everything else out", async () => {
    const other = await browser.newContext();
    const otherPage = await other.newPage();
    await otherPage.goto(`${url}/sign-in`);
    await signIn(otherPage, { email, password: PASSWORD });
    await otherPage.waitForURL(/\/files/);

    await openSection("security");
    const form = card("Password");
    await form.getByLabel("Current password", { exact: true }).fill(PASSWORD);
    await form.getByLabel("New password", { exact: true }).fill("short");
    await form.getByText("Too short").waitFor();
    await form.getByLabel("New password", { exact: true }).fill("the moss grows on both sides");
    await form.getByText("Strong").waitFor();
    await form.getByRole("button", { name: "Change password" }).click();
    await form.getByText("The password is changed. Everywhere else you are signed out.").waitFor();
    await otherPage.waitForURL(/\/sign-in/, { timeout: 30_000 });
    await other.close();

    // The session was replaced under the page: it goes on, with a socket of the new one.
    await expect.poll(isConnected, { timeout: 20_000 }).toBe(true);
    expect(page.url()).toContain("/settings/security");
    await signOut(page);
    await signIn(page, { email, password: "the moss grows on both sides" });
    await page.waitForURL(/\/files/);
    expect(errors).toEqual([]);
  });
});

/** Whether the server has a socket of this browser. */
async function isConnected(): Promise<boolean> {
  const answer = await context.request.get(`${url}/api/devices`);
  const { devices } = (await answer.json()) as { devices: { connected: boolean; current: boolean }[] };
  return devices.some((device) => device.connected && device.current);
}

describe("[B3] two-factor sign-in", () => {
  it("[B3] is turned on with a code, then asked for, by code or recovery code, and turned off", async () => {
    const { codes, totpUri } = await turnTwoFactorOn();
    const done = dialog().getByRole("button", { name: "Done" });
    expect(await done.isDisabled()).toBe(true);
    await page.keyboard.press("Escape");
    const download = page.waitForEvent("download");
    await dialog().getByRole("button", { name: "Download" }).click();
    expect((await download).suggestedFilename()).toBe("ledge-recovery-codes.txt");
    await dialog().getByLabel("I have kept these codes in a safe place").check();
    await done.click();
    await card("Two-factor sign-in").getByText("10 recovery codes are left.").waitFor();

    await signOut(page);
    await signIn(page, { email, password: PASSWORD });
    // The code of this period confirmed that it is on, and a code is good once.
    await page.getByLabel("Code", { exact: true }).fill(await totpCode(totpUri, 1));
    await page.getByRole("button", { name: "Continue" }).click();
    await page.waitForURL(/\/files/);
    await signOut(page);
    await signIn(page, { email, password: PASSWORD });
    await page.getByRole("button", { name: "Use a recovery code instead" }).click();
    await page.getByLabel("Recovery code").fill(codes[3] ?? "");
    await page.getByRole("button", { name: "Continue" }).click();
    await page.waitForURL(/\/files/);

    await openSection("security");
    await card("Two-factor sign-in").getByText("9 recovery codes are left.").waitFor();
    await card("Two-factor sign-in").getByRole("button", { name: "Turn off" }).click();
    await confirmByPassword("Turn off");
    await card("Two-factor sign-in").getByText("Two-factor sign-in is off.").waitFor();
    await expect.poll(focused).toBe("Turn on");
    await expect.poll(isConnected, { timeout: 20_000 }).toBe(true);
    expect(page.url()).toContain("/settings/security");
    expect(errors).toEqual([]);
  });

  it("[B3] makes new recovery codes in place of the old ones", async () => {
    const { codes } = await turnTwoFactorOn();
    await dialog().getByLabel("I have kept these codes in a safe place").check();
    await dialog().getByRole("button", { name: "Done" }).click();
    await card("Two-factor sign-in").getByRole("button", { name: "New recovery codes" }).click();
    await confirmByPassword("Make new codes");
    const fresh = await shownCodes();
    expect(fresh.filter((code) => codes.includes(code))).toEqual([]);
    expect(errors).toEqual([]);
  });
});

describe("[B2] passkeys", () => {
  it("[B2] are added, renamed, used and removed", async () => {
    await addAuthenticator(page);
    await withoutOffers(page);
    await openSection("security");
    await card("Passkeys").getByText("No passkey yet.").waitFor();
    await card("Passkeys").getByRole("button", { name: "Add a passkey" }).click();
    await dialog().getByLabel("Name").fill("My key");
    await dialog().getByRole("button", { name: "Create passkey" }).click();
    await card("Passkeys")
      .getByText(/^Made (today|yesterday)/)
      .waitFor();
    await card("Passkeys").getByRole("button", { name: "Rename My key" }).click();
    await dialog().getByLabel("Name").fill("Office key");
    await dialog().getByRole("button", { name: "Rename" }).click();
    await card("Passkeys").getByText("Office key").waitFor();
    await card("Passkeys").getByText("never used").waitFor();

    // Another one of the same authenticator is refused by the browser.
    await card("Passkeys").getByRole("button", { name: "Add a passkey" }).click();
    await dialog().getByRole("button", { name: "Create passkey" }).click();
    await dialog().getByText("This device holds a passkey of your account already.").waitFor();
    await page.keyboard.press("Escape");

    await signOut(page);
    await page.getByRole("button", { name: "Sign in with a passkey" }).click();
    await page.waitForURL(/\/files/);
    await openSection("security");
    await card("Passkeys")
      .getByText(/last used/)
      .waitFor();
    await card("Passkeys").getByRole("button", { name: "Remove Office key" }).click();
    await dialog().getByRole("button", { name: "Remove" }).click();
    await card("Passkeys").getByText("No passkey yet.").waitFor();
    await expect.poll(focused).toBe("Passkeys");
    expect(errors).toEqual([]);
  });

  it("[B2] says at an address that cannot have them what they need", async () => {
    await page.goto(`${server.url}/sign-in`);
    await signIn(page, { email, password: PASSWORD });
    await page.waitForURL(/\/files/);
    await page.goto(`${server.url}/settings/security`);
    await card("Passkeys").getByText("Passkeys need a secure address").waitFor();
    expect(await card("Passkeys").getByRole("button", { name: "Add a passkey" }).count()).toBe(0);
  });
});

describe("[A6] access tokens", () => {
  it("[A6] are made with scopes, shown once, used, and deleted", async () => {
    await openSection("tokens");
    await page.getByRole("button", { name: "Make token" }).click();
    await page.getByText("Say what it is for.").waitFor();
    await page.getByLabel("What is it for?").fill("Backup");
    await page.getByRole("button", { name: "Make token" }).click();
    const token = (await page.getByLabel("Token", { exact: true }).textContent()) ?? "";
    expect(token).toMatch(/^ldg_[\w-]{43}$/);

    const bearer = { headers: { authorization: `Bearer ${token}` } };
    expect((await fetch(`${server.url}/api/account`, bearer)).status).toBe(200);
    const write = { ...bearer, method: "PATCH", body: '{"name":"Eve"}' };
    expect((await fetch(`${server.url}/api/account`, write)).status).toBe(403);

    await page.reload();
    const list = card("Access tokens");
    await list.getByText("Backup").waitFor();
    await list.getByText("Reads").waitFor();
    expect(await page.getByText(token).count()).toBe(0);
    await list.getByRole("button", { name: "Delete Backup" }).click();
    await dialog().getByRole("button", { name: "Delete" }).click();
    await list.getByText("No token yet.").waitFor();
    expect((await fetch(`${server.url}/api/account`, bearer)).status).toBe(401);
    expect(errors).toEqual([]);
  });
});

describe("[A7] sessions and devices", () => {
  it("[A7] a session that is signed out elsewhere lands on the sign-in page", async () => {
    const other = await browser.newContext({
      userAgent: "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0",
    });
    const otherPage = await other.newPage();
    await otherPage.goto(`${url}/sign-in`);
    await signIn(otherPage, { email, password: PASSWORD });
    await otherPage.waitForURL(/\/files/);

    await openSection("devices");
    const sessions = card("Where you are signed in");
    await sessions.getByText("This browser").waitFor();
    await card("Devices that sync").getByText("Firefox on Linux").waitFor();
    await sessions.getByRole("button", { name: "Sign out Firefox on Linux" }).click();
    await dialog().getByRole("button", { name: "Sign out" }).click();
    await sessions.getByText("You are signed in nowhere else.").waitFor();
    await expect.poll(focused).toBe("Where you are signed in");
    await otherPage.waitForURL(/\/sign-in/, { timeout: 30_000 });
    await other.close();
    expect(errors).toEqual([]);
  });

  it("[W7] a device is renamed and revoked", async () => {
    const other = await browser.newContext();
    const otherPage = await other.newPage();
    await otherPage.goto(`${url}/sign-in`);
    await signIn(otherPage, { email, password: PASSWORD });
    await otherPage.waitForURL(/\/files/);

    await openSection("devices");
    const devices = card("Devices that sync");
    await devices.getByText("Connected").waitFor();
    const theirs = devices.getByRole("listitem").filter({ hasNotText: "This device" });
    await theirs.getByRole("button", { name: /^Rename/ }).click();
    await dialog().getByLabel("Name").fill("Kitchen");
    await dialog().getByRole("button", { name: "Rename" }).click();
    await devices.getByText("Kitchen").waitFor();
    await devices.getByRole("button", { name: "Revoke Kitchen" }).click();
    await dialog().getByRole("button", { name: "Revoke" }).click();
    await devices.getByText("Kitchen").waitFor({ state: "detached" });
    await otherPage.waitForURL(/\/sign-in/, { timeout: 30_000 });
    await other.close();
    expect(errors).toEqual([]);
  });
});
