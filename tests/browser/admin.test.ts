import { readFile } from "node:fs/promises";
import type { Page } from "playwright-core";
import { beforeAll, describe, expect, it } from "vitest";
import { makeFolder, putFile, type TestAccount } from "./support/accounts.ts";
import { expectAccessible } from "./support/accessible.ts";
import { signIn } from "./support/sign-in.ts";
import { useStage } from "./support/stage.ts";

const SECTIONS = ["accounts", "usage", "links", "settings", "activity"] as const;
const phone = { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true, deviceScaleFactor: 2 } as const;

const stage = useStage();
let administrator: TestAccount;
beforeAll(async () => {
  administrator = await stage.account();
});

async function open(page: Page, section: string): Promise<void> {
  await page.goto(`${stage.url}/admin/${section}`);
  await page.getByRole("heading", { level: 1 }).waitFor();
  await page.getByRole("status", { name: "Loading" }).waitFor({ state: "detached" });
}

const item = (page: Page, account: TestAccount) => page.getByRole("listitem").filter({ hasText: account.email });

/** Chooses what is to be done to an account, and answers the dialog that asks. */
async function act(page: Page, account: TestAccount, choice: string): Promise<void> {
  await item(page, account)
    .getByRole("button", { name: /^Manage/ })
    .click();
  await page.getByRole("menuitem", { name: choice }).click();
}

const answer = (page: Page, action: string) =>
  page.getByRole("dialog").getByRole("button", { name: action, exact: true }).click();

describe("[R1] [R2] accounts", () => {
  it("[R1] [R2] [L8] a quota is changed; a suspended account's open page is signed out, its link dead; lifted, it is back", async () => {
    const other = await stage.account();
    const folder = await makeFolder(other, other.root, "Shared");
    await putFile(other, folder.id, "note.txt", "to everybody");
    const link = await other.api.share(folder.id, { permission: "download" });
    const [admin, theirs, guest] = [await stage.browse(administrator), await stage.visit(other), await stage.browse()];
    await guest.page.goto(link.url.replace("127.0.0.1", "localhost"));
    await guest.page.getByText("note.txt").waitFor();

    await open(admin.page, "accounts");
    await admin.page.getByLabel("Search", { exact: true }).last().fill(other.email);
    // Until they are found all are listed, and a menu opened there goes with its line.
    await expect.poll(() => admin.page.getByRole("button", { name: /^Manage/ }).count()).toBe(1);
    await act(admin.page, other, "Change quota …");
    const dialog = admin.page.getByRole("dialog");
    await dialog.getByLabel("Quota in GB").fill("much");
    await answer(admin.page, "Change quota");
    await dialog.getByText("Enter a number, 0 or more").waitFor();
    await dialog.getByLabel("Quota in GB").fill("2,5");
    await answer(admin.page, "Change quota");
    await dialog.waitFor({ state: "detached" });
    await item(admin.page, other).getByText("of 2.5 GB").waitFor();
    // The other's page is told of it.
    await theirs.page.getByText(/of 2\.5 GB used/).waitFor();

    await act(admin.page, other, "Suspend …");
    await dialog.getByText("They are signed out everywhere at once").waitFor();
    await answer(admin.page, "Suspend");
    await dialog.waitFor({ state: "detached" });
    await item(admin.page, other).getByText("Suspended").waitFor();
    await theirs.page.waitForURL(/\/sign-in/);
    await signIn(theirs.page, other);
    await theirs.page.getByRole("alert").getByText("This account is suspended").waitFor();
    await guest.page.reload();
    await guest.page.getByText("note.txt").waitFor({ state: "detached" });
    await guest.page.getByRole("heading", { level: 1 }).waitFor();

    await act(admin.page, other, "Lift suspension …");
    await answer(admin.page, "Lift suspension");
    await item(admin.page, other).getByText("Suspended").waitFor({ state: "detached" });
    await signIn(theirs.page, other);
    await theirs.files.row("Shared").waitFor();
    await guest.page.reload();
    await guest.page.getByText("note.txt").waitFor();
    // What the browser says of the answers that were expected here.
    expectedRefusals(await stage.endVisits());
  });

  it("[R1] who is made an administrator has the place in the navigation, others have neither place nor page", async () => {
    const other = await stage.account();
    const theirs = await stage.visit(other);
    expect(await theirs.page.getByRole("link", { name: "Administration" }).count()).toBe(0);
    await theirs.page.goto(`${stage.url}/admin`);
    await theirs.page.getByRole("heading", { name: "This is for administrators" }).waitFor();
    const admin = await stage.browse(administrator);
    await open(admin.page, "accounts");
    await act(admin.page, other, "Make administrator …");
    await answer(admin.page, "Make administrator");
    await item(admin.page, other).getByText("Administrator", { exact: true }).waitFor();
    await theirs.page.getByRole("link", { name: "Administration" }).click();
    await item(theirs.page, administrator).waitFor();
    await act(theirs.page, administrator, "Take administration away …");
    await answer(theirs.page, "Take away");
    await theirs.page.getByRole("dialog").waitFor({ state: "detached" });
    await admin.page.getByRole("heading", { name: "This is for administrators" }).waitFor();
    await act(theirs.page, administrator, "Make administrator …");
    await answer(theirs.page, "Make administrator");
    await theirs.page.getByRole("dialog").waitFor({ state: "detached" });
    await act(theirs.page, other, "Take administration away …");
    await answer(theirs.page, "Take away");
    await theirs.page.getByRole("heading", { name: "This is for administrators" }).waitFor();
    expectedRefusals(await stage.endVisits());
  });
});

/** Browsers log each answer that is an error: those to a page whose rights or session ended, and no others. */
function expectedRefusals(errors: readonly string[]): void {
  expect(errors.filter((error) => !/status of (401|403|404)/.test(error))).toEqual([]);
}

it("[R3] who may sign up is changed from the page, after it was asked", async () => {
  const admin = await stage.browse(administrator);
  await open(admin.page, "settings");
  await admin.page.getByLabel("New accounts").selectOption("Nobody");
  await admin.page.getByRole("button", { name: "Save" }).click();
  await answer(admin.page, "Change");
  await admin.page.getByText(/^Changed by/).waitFor();
  const guest = await stage.browse();
  await guest.page.goto(`${stage.url}/sign-up`);
  await guest.page.getByRole("heading", { name: "Sign-up is closed" }).waitFor();
  await admin.page.getByLabel("New accounts").selectOption("Everybody");
  await admin.page.getByRole("button", { name: "Save" }).click();
  await answer(admin.page, "Change");
  await admin.page.getByRole("dialog").waitFor({ state: "detached" });
});

it("[R4] usage is shown; a link is ended after it was asked, and the focus has a place", async () => {
  const other = await stage.account();
  const folder = await makeFolder(other, other.root, "Shared");
  await other.api.share(folder.id, { permission: "view" });
  const { page } = await stage.browse(administrator);
  await open(page, "usage");
  await page.getByRole("group", { name: "Now" }).getByText("Accounts").waitFor();
  await page.getByRole("region", { name: "By database" }).getByText("META_0").waitFor();
  await open(page, "links");
  await item(page, other)
    .getByRole("button", { name: /^End the link/ })
    .click();
  await answer(page, "End");
  await item(page, other).waitFor({ state: "detached" });
  await expect.poll(() => page.evaluate(() => document.activeElement?.textContent)).toBe("Links");
  expect((await other.api.http.json<{ links: unknown[] }>({ path: "/links" })).links).toEqual([]);
});

it("[R5] [V3] what was done is shown, filtered and downloaded", async () => {
  const other = await stage.account();
  await makeFolder(other, other.root, "Mine");
  const { page } = await stage.browse(administrator);
  await open(page, "accounts");
  await act(page, other, "Sign out everywhere …");
  await answer(page, "Sign out everywhere");
  await page.getByRole("dialog").waitFor({ state: "detached" });
  await act(page, other, "Activity");
  await page.getByText(`Only ${other.name}`).waitFor();
  await page.getByRole("row").filter({ hasText: "Mine" }).getByText("Made").waitFor();
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: "Download as NDJSON" }).click(),
  ]);
  const lines = (await readFile(await download.path(), "utf8")).trim().split("\n");
  expect(lines.map((line) => (JSON.parse(line) as { name: string }).name)).toContain("Mine");
  await page.getByText("Administrators", { exact: true }).click();
  await page.getByRole("row").filter({ hasText: "Signed out everywhere" }).waitFor();
  await page.getByLabel("Action").selectOption("Suspended");
  await page.getByText("Nothing was recorded that fits.").waitFor();
});

describe.each([
  ["wide", {}],
  ["on a phone", phone],
] as const)("[R1] [B17] %s", (_name, options) => {
  // Sign-ins are limited for an email (A4): these have an administrator of their own.
  let another: TestAccount;
  beforeAll(async () => {
    another = await stage.account();
    const { id } = await another.api.account();
    await administrator.api.http.json({ method: "PATCH", path: `/admin/accounts/${id}`, json: { admin: true } });
  });

  it.each(SECTIONS)("[R1] [B17] %s is accessible, and nothing is cut off at the side", async (section) => {
    const { api, root } = await stage.account();
    await api.share(root, { permission: "view", password: "secret" });
    const { page } = await stage.browse(another, options);
    await open(page, section);
    await expectAccessible(page, `/admin/${section}`);
    const width = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    expect(width).toBeLessThanOrEqual(0);
  });

  it("[R1] [B17] an account's menu and its dialogs are accessible", async () => {
    const { page } = await stage.browse(another, options);
    await open(page, "accounts");
    await page
      .getByRole("button", { name: /^Manage/ })
      .first()
      .click();
    await page.getByRole("menuitem", { name: "Change quota …" }).waitFor();
    await expectAccessible(page, "an account's menu");
    await page.getByRole("menuitem", { name: "Change quota …" }).click();
    await page.getByRole("dialog").waitFor();
    await expectAccessible(page, "a dialog");
  });
});
