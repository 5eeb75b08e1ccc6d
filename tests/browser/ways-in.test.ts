import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { startServer, type TestServer } from "../e2e/support/server.ts";
import { totpCode } from "../workers/support/totp.ts";
import { violations } from "./support/accessible.ts";
import { siteOf } from "./support/accounts.ts";
import { addAuthenticator } from "./support/authenticator.ts";
import { launch, openPage, signUpIn } from "./support/browser.ts";
import { signIn, signOut } from "./support/sign-in.ts";

const PASSWORD = "correct horse battery";

let server: TestServer;
let browser: Browser;
let context: BrowserContext;
let page: Page;
let errors: readonly string[];
let url: string;

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
});
afterEach(() => context.close());

/** Asks the API as the page does. */
function ask<T>(path: string, json: object): Promise<T> {
  return page.evaluate(
    async ([address, body]) => {
      const headers = { "content-type": "application/json" };
      return (await fetch(`/api${address}`, { method: "POST", headers, body })).json() as Promise<T>;
    },
    [path, JSON.stringify(json)] as const,
  );
}

describe("[B2] signing up", () => {
  it("[B2] leads who comes first to sign up, and says that they administer; checks what is typed; opens the files", async () => {
    await page.goto(url);
    await page.waitForURL(`${url}/sign-up`);
    await page.getByText("You will be the administrator").waitFor();
    await page.getByLabel("Your name").fill("Ada");
    await page.getByLabel("Email").fill("ada");
    await page.getByLabel("Password", { exact: true }).fill("short");
    await page.getByRole("button", { name: "Make account" }).click();
    await page.getByText("This does not look like an email address.").waitFor();
    await page.getByText("Use at least 10 characters.").waitFor();
    expect(await page.getByLabel("Email").evaluate((field) => field === document.activeElement)).toBe(true);

    await signUpIn(page, url, "ada@example.org", PASSWORD);
    await page.getByRole("heading", { name: "Your drive is ready" }).waitFor();
    expect(await page.title()).toBe("Files · Ledge");
    expect(errors).toEqual([]);
  });

  it("[B2] says that an email is taken at the email", async () => {
    await signUpIn(page, url, "alan@example.org", PASSWORD);
    await signOut(page);
    await page.goto(`${url}/sign-up`);
    await page.getByLabel("Your name").fill("Alan");
    await page.getByLabel("Email").fill("alan@example.org");
    await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
    await page.getByRole("button", { name: "Make account" }).click();
    await page.getByText("There is an account with this email already.").waitFor();
  });
});

describe("[B2] signing in and out", () => {
  it("[B2] refuses a wrong password, leads back to where one was going, and forgets the account at sign-out", async () => {
    await signUpIn(page, url, "linus@example.org", PASSWORD);
    await signOut(page);
    await page.goto(`${url}/starred`);
    await page.waitForURL(/\/sign-in\?next=/);
    await signIn(page, { email: "linus@example.org", password: "not the password" });
    await page.getByText("Email or password is wrong.").waitFor();
    await signIn(page, { email: "linus@example.org", password: PASSWORD });
    await page.waitForURL(`${url}/starred`);

    const other = await context.newPage();
    await other.goto(`${url}/files`);
    await other.getByRole("button", { name: /^Account of/ }).waitFor();
    await signOut(page);
    await other.waitForURL(/\/sign-in/);
    expect(await page.evaluate(() => localStorage.getItem("ledge-account"))).toBeNull();
    const kept = await page.evaluate(async () => (await indexedDB.databases()).map(({ name }) => name));
    expect(kept.filter((name) => name?.startsWith("ledge-"))).toEqual([]);
    await page.goto(`${url}/files`);
    await page.waitForURL(/\/sign-in/);
    expect(errors).toEqual([]);
  });

  it("[B2] asks for the second factor, by code or by recovery code", async () => {
    await signUpIn(page, url, "grace@example.org", PASSWORD);
    type Begun = { totpUri: string; recoveryCodes: string[] };
    const { totpUri, recoveryCodes } = await ask<Begun>("/auth/two-factor/enable", { password: PASSWORD });
    await ask("/auth/two-factor/verify", { code: await totpCode(totpUri) });
    await signOut(page);

    await signIn(page, { email: "grace@example.org", password: PASSWORD });
    await page.getByLabel("Code").fill("12");
    await page.getByRole("button", { name: "Continue" }).click();
    await page.getByText("Enter the six digits").waitFor();
    await page.getByLabel("Code").fill(await totpCode(totpUri, 1));
    await page.getByRole("button", { name: "Continue" }).click();
    await page.waitForURL(/\/files/);
    await signOut(page);

    await signIn(page, { email: "grace@example.org", password: PASSWORD });
    await page.getByRole("button", { name: "Use a recovery code instead" }).click();
    await page.getByLabel("Recovery code").fill(recoveryCodes[0] ?? "");
    await page.getByRole("button", { name: "Continue" }).click();
    await page.waitForURL(/\/files/);
  });

  it("[B2] takes a passkey where the email is typed", async () => {
    await addAuthenticator(page);
    await signUpIn(page, url, "joan@example.org", PASSWORD);
    await page.evaluate(async () => {
      const headers = { "content-type": "application/json" };
      const post = async (path: string, body: object): Promise<{ options: PublicKeyCredentialCreationOptionsJSON }> =>
        (await fetch(`/api/auth/passkeys${path}`, { method: "POST", headers, body: JSON.stringify(body) })).json();
      const { options } = await post("/options", {});
      const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(options);
      const made = (await navigator.credentials.create({ publicKey })) as PublicKeyCredential;
      await post("", { credential: made.toJSON() as object });
    });
    await signOut(page);
    // The authenticator answers the offer by itself, as a person does who picks what the field suggests.
    await page.waitForURL(({ pathname }) => pathname.startsWith("/files"));
    expect(errors).toEqual([]);
  });
});

it("[B4] approves a device only by its button, and names the account", async () => {
  await signUpIn(page, url, "mary@example.org", PASSWORD);
  type Code = { user_code: string; device_code: string };
  const device = await ask<Code>("/auth/device/code", { client_id: "ledge-cli" });
  await page.goto(`${url}/device?user_code=${device.user_code}`);
  await page.getByRole("button", { name: "Continue" }).click();
  await page.getByText("mary@example.org").waitFor();
  await page.getByText("Ledge command line").waitFor();
  const token = {
    grant_type: "urn:ietf:params:oauth:grant-type:device_code",
    device_code: device.device_code,
    client_id: "ledge-cli",
  };
  expect(await ask("/auth/device/token", token)).toMatchObject({ error: "authorization_pending" });
  await page.getByRole("button", { name: "Approve" }).click();
  await page.getByRole("heading", { name: "The device is signed in" }).waitFor();
});

for (const scheme of ["light", "dark"] as const) {
  it(`[B17] the ways in have no axe violation and fit a phone, ${scheme}`, async () => {
    await page.emulateMedia({ colorScheme: scheme, reducedMotion: "reduce" });
    await page.setViewportSize({ width: 360, height: 740 });
    for (const path of ["/sign-in", "/sign-up", "/forgot-password"]) {
      await page.goto(url + path);
      await page.getByRole("heading", { level: 1 }).waitFor();
      expect(await violations(page), path).toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
    }
    expect(errors).toEqual([]);
  });
}
