import { readFile } from "node:fs/promises";
import type { BrowserContextOptions, Download, Page } from "playwright-core";
import { afterEach, describe, expect, it } from "vitest";
import type { Link, LinkSettings } from "../../protocol/share.ts";
import { makeFolder, putFile, type TestAccount } from "./support/accounts.ts";
import { PNG } from "./support/sample-files.ts";
import { useStage } from "./support/stage.ts";
import { watch } from "./support/watch.ts";

const stage = useStage();
const guests: { readonly end: () => Promise<void>; readonly errors: string[] }[] = [];
const phone = { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true, deviceScaleFactor: 2 } as const;

afterEach(async () => {
  const gone = guests.splice(0);
  await Promise.all(gone.map(({ end }) => end()));
  expect(
    gone.flatMap(({ errors }) => errors),
    "[B1] errors in the console",
  ).toEqual([]);
});

/** A browser in which nobody is signed in, at an address. */
async function guestAt(address: string, options: BrowserContextOptions = phone): Promise<Page> {
  const context = await stage.browser.newContext(options);
  guests.push({ end: () => context.close(), errors: (await watch(context)).errors });
  const page = await context.newPage();
  await page.goto(address);
  return page;
}

function share({ api }: TestAccount, node: string, settings: LinkSettings = {}): Promise<Link> {
  return api.share(node, settings);
}

async function bytesOf(download: Download): Promise<Buffer> {
  return readFile(await download.path());
}

async function downloaded(page: Page, act: () => Promise<unknown>): Promise<Download> {
  const [download] = await Promise.all([page.waitForEvent("download"), act()]);
  return download;
}

const noLink = (page: Page) => page.getByRole("heading", { name: "This link does not work" });
const dialog = (page: Page) => page.getByRole("dialog", { name: /^Share/ });

describe("links, for their owner", () => {
  it("[L8] a link is made and copied with one click, changed, listed, and revoked", async () => {
    const account = await stage.account();
    const folder = await makeFolder(account, account.root, "Holidays");
    await putFile(account, folder.id, "note.txt", "by the sea");
    const { page, files } = await stage.visit(account, { permissions: ["clipboard-read", "clipboard-write"] });
    await files.act("Holidays", "Share …");
    await dialog(page).getByText("Links", { exact: true }).click();
    await dialog(page).getByRole("button", { name: "Create link and copy it" }).click();
    await dialog(page).getByRole("button", { name: "Copied" }).waitFor();
    const url = await page.evaluate(() => navigator.clipboard.readText());
    expect(url).toBe(await dialog(page).getByLabel("Link", { exact: true }).inputValue());

    await dialog(page).getByRole("button", { name: "Settings" }).click();
    await dialog(page).getByRole("button", { name: "Set a password" }).click();
    await dialog(page).getByLabel("Password", { exact: true }).fill("abc");
    await dialog(page).getByRole("button", { name: "Save" }).click();
    await dialog(page).getByText("At least 4 characters", { exact: true }).waitFor();
    await dialog(page).getByLabel("Password", { exact: true }).fill("sesame");
    await dialog(page).getByLabel("Works until").selectOption("week");
    await dialog(page).getByLabel("Note for guests").fill("From the summer");
    await dialog(page).getByLabel("Name in the address").fill("summer");
    await dialog(page).getByRole("button", { name: "Save" }).click();
    await dialog(page).getByText("Saved.").waitFor();
    await dialog(page).getByText("This link asks for a password.").waitFor();
    const [link] = (await account.api.linksPage()).links;
    expect(link).toMatchObject({ hasPassword: true, note: "From the summer", slug: "summer", permission: "download" });
    expect((link?.expiresAt ?? 0) - Date.now()).toBeGreaterThan(6 * 24 * 3_600_000);
    expect(await page.content()).not.toContain("sesame");
    await dialog(page).getByRole("button", { name: "Close" }).click();
    await files.row("Holidays").getByLabel("Shared by a link").waitFor();

    const guest = await guestAt(url);
    await guest.getByLabel("Password", { exact: true }).waitFor();
    await page.getByRole("link", { name: "Shared" }).first().click();
    await page.getByRole("link", { name: "Links" }).click();
    await page.getByRole("link", { name: "Holidays" }).waitFor();
    await page.getByRole("button", { name: "Revoke" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Revoke" }).click();
    await page.getByText("You share nothing yet").waitFor();
    await guest.reload();
    await noLink(guest).waitFor();
  });

  it("[L8] a link that was made elsewhere shows at once, in the list of files and in the viewer's dialog", async () => {
    const account = await stage.account();
    const file = await putFile(account, account.root, "plan.txt", "plan");
    const { page, files } = await stage.visit(account);
    await share(account, file.id, { permission: "view" });
    await files.row("plan.txt").getByLabel("Shared by a link").waitFor();
    await files.open("plan.txt");
    await page.getByRole("dialog", { name: "plan.txt" }).getByRole("button", { name: "Share …" }).click();
    await dialog(page).getByRole("list", { name: "Links" }).getByText("View", { exact: true }).waitFor();
    await dialog(page).getByRole("button", { name: "Create another link" }).click();
    expect(await dialog(page).getByText("Send files").count(), "a file takes none").toBe(0);
    await dialog(page).getByRole("button", { name: "Create link and copy it" }).click();
    await expect.poll(() => dialog(page).getByLabel("Link", { exact: true }).count()).toBe(2);
    await dialog(page).getByRole("button", { name: "Revoke" }).first().click();
    await page.getByRole("dialog", { name: "Revoke this link?" }).getByRole("button", { name: "Revoke" }).click();
    await expect.poll(() => dialog(page).getByLabel("Link", { exact: true }).count()).toBe(1);
  });
});

describe("links, for guests", () => {
  it("[L1] on a phone a guest walks through a folder, looks, and saves; what moves out is gone at the next request", async () => {
    const account = await stage.account();
    const folder = await makeFolder(account, account.root, "Shared folder");
    const inner = await makeFolder(account, folder.id, "Inner");
    await putFile(account, inner.id, "deep.txt", "deep down");
    const note = await putFile(account, folder.id, "note.md", "# Hello guest");
    await putFile(account, account.root, "secret.txt", "not shared");
    const link = await share(account, folder.id, { note: "For you", slug: "for-you" });
    expect(new URL(link.url).pathname).toMatch(/^\/s\/for-you\.[\w-]{24}$/);
    const page = await guestAt(link.url);
    await page.getByRole("heading", { name: "Shared folder" }).waitFor();
    await page.getByText("For you").waitFor();
    await page.getByText(/Shared by Ada Lovelace/).waitFor();
    expect(await page.title()).toContain("Shared folder");
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);

    await page.getByRole("link", { name: "note.md" }).tap();
    await page.getByRole("heading", { name: "Hello guest" }).waitFor();
    const whole = await downloaded(page, () =>
      page.getByRole("dialog").getByRole("button", { name: "Download" }).tap(),
    );
    expect(whole.suggestedFilename()).toBe("note.md");
    expect((await bytesOf(whole)).toString()).toBe("# Hello guest");
    await page.getByRole("dialog").getByRole("button", { name: "Close" }).tap();

    await page.getByLabel("Choose note.md").check();
    await page.getByLabel("Choose Inner").check();
    const toolbar = page.getByRole("toolbar", { name: "2 chosen" });
    const zip = await downloaded(page, () => toolbar.getByRole("button", { name: "Download" }).tap());
    const archive = await bytesOf(zip);
    expect(archive.includes("Inner/deep.txt")).toBe(true);
    expect(archive.includes("secret.txt")).toBe(false);

    await page.getByRole("link", { name: "Inner" }).tap();
    await page.getByRole("link", { name: "deep.txt" }).waitFor();
    await page.getByRole("navigation", { name: "Path" }).getByRole("link", { name: "Shared folder" }).waitFor();
    const innerAddress = page.url();
    await account.api.commitOne({ type: "move", node: inner.id, parent: account.root });
    await page.getByLabel("Sort by").selectOption("size");
    await page.getByText("This is not here any more").waitFor();
    await page.getByRole("link", { name: "To the beginning" }).tap();
    await page.getByRole("link", { name: "note.md" }).waitFor();
    await page.getByRole("link", { name: "Inner" }).waitFor({ state: "detached" });
    await page.goto(innerAddress);
    await page.getByText("This is not here any more").waitFor();

    await account.api.commitOne({ type: "trash", node: note.id });
    await page.goto(link.url);
    await page.getByText("This folder is empty").waitFor();
  });

  it("[L3] [L4] a password is asked for calmly, tells nothing before, and lets in who has it", async () => {
    const account = await stage.account();
    const file = await putFile(account, account.root, "Surprise party.txt", "on Friday");
    const { url } = await share(account, file.id, { password: "sesame", note: "do not tell" });
    const page = await guestAt(url);
    const field = page.getByLabel("Password", { exact: true });
    await field.fill("wrong guess");
    await page.keyboard.press("Enter");
    await page.getByText("That is not the password").waitFor();
    expect(await page.content()).not.toMatch(/Surprise|do not tell|Lovelace/);
    expect(page.url(), "never in an address").not.toContain("guess");
    await field.fill("sesame");
    await page.getByRole("button", { name: "Open" }).tap();
    await page.getByRole("heading", { name: "Surprise party.txt" }).waitFor();
    await page.getByText("on Friday").waitFor();
    await page.reload();
    await page.getByText("on Friday").waitFor();

    const stranger = await guestAt(url);
    for (let attempt = 0; attempt < 12; attempt++) {
      await stranger.getByLabel("Password", { exact: true }).fill(`guess ${attempt}`);
      const answered = stranger.waitForResponse((answer) => answer.url().endsWith("/unlock"));
      // It can be pressed again once the answer is shown.
      await stranger.getByRole("button", { name: "Open" }).click();
      await answered;
    }
    await stranger.getByText(/Too many attempts from here/).waitFor();
  });

  it("[L1] a link that only shows offers nothing to save, and pictures as a gallery to go through", async () => {
    const account = await stage.account();
    const folder = await makeFolder(account, account.root, "Pictures");
    for (const name of ["a.png", "b.png", "c.png"]) await putFile(account, folder.id, name, PNG);
    const { url } = await share(account, folder.id, { permission: "view" });
    const page = await guestAt(url);
    await page.getByText(/View only/).waitFor();
    await expect
      .poll(() =>
        page
          .locator("img")
          .evaluateAll((all) => all.filter((each) => (each as HTMLImageElement).naturalWidth > 0).length),
      )
      .toBe(3);
    await page.getByRole("link", { name: "b.png" }).tap();
    const viewer = page.getByRole("dialog", { name: "b.png" });
    await viewer.getByRole("img", { name: "b.png" }).waitFor();
    await page.keyboard.press("ArrowRight");
    await page.getByRole("dialog", { name: "c.png" }).waitFor();
    expect(await page.getByRole("button", { name: /Download/ }).count()).toBe(0);
    expect(await page.getByRole("checkbox").count()).toBe(0);
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
  });

  it("[L5] [L6] a capped link shows nothing unasked, counts down, and is like one that never was when it is used up", async () => {
    const account = await stage.account();
    const file = await putFile(account, account.root, "ticket.txt", "row 7");
    const { url } = await share(account, file.id, { maxDownloads: 1 });
    const page = await guestAt(url);
    await page.getByText(/1 download left/).waitFor();
    expect(await page.getByText("row 7").count()).toBe(0);
    const saved = await downloaded(page, () => page.getByRole("button", { name: "Download" }).tap());
    expect((await bytesOf(saved)).toString()).toBe("row 7");
    const other = await guestAt(url);
    await noLink(other).waitFor();
    const never = await guestAt(`${stage.url}/s/${"x".repeat(24)}`);
    await noLink(never).waitFor();
    expect(await never.getByRole("main").innerText()).toBe(await other.getByRole("main").innerText());
  });
});
