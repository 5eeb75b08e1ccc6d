import type { Page } from "playwright-core";
import { beforeAll, describe, expect, it } from "vitest";
import { violations } from "./support/accessible.ts";
import { makeFolder, putFile, type TestAccount } from "./support/accounts.ts";
import { PNG } from "./support/sample-files.ts";
import { useStage } from "./support/stage.ts";
import { watch } from "./support/watch.ts";

const stage = useStage();
let account: TestAccount;
/** What guests open, by what it is, and what of it is waited for. */
const pages: Record<string, readonly [url: string, ready: (page: Page) => Promise<unknown>]> = {};

beforeAll(async () => {
  account = await stage.account();
  const folder = await makeFolder(account, account.root, "Folder");
  await makeFolder(account, folder.id, "Inner");
  await putFile(account, folder.id, "note.md", "# Title");
  for (const name of ["a.png", "b.png"]) await putFile(account, folder.id, name, PNG);
  const file = await putFile(account, account.root, "alone.txt", "text");
  const url = async (node: string, settings = {}): Promise<string> => (await account.api.share(node, settings)).url;
  const heading = (name: string) => (page: Page) => page.getByRole("heading", { name }).waitFor();
  const chosen = async (page: Page): Promise<void> => {
    // Without the mouse: cards get their places once the list's width is known.
    await page.getByLabel("Choose note.md").dispatchEvent("click");
    await page.getByRole("toolbar").waitFor();
  };
  const listed = await url(folder.id, { note: "Look at this", expiresAt: Date.now() + 3_600_000 });
  pages.list = [
    listed,
    async (page) => {
      await page.getByTitle("List").click();
      await chosen(page);
    },
  ];
  pages.grid = [listed, chosen];
  pages.file = [await url(file.id), heading("alone.txt")];
  pages.counted = [await url(file.id, { maxDownloads: 3 }), (page) => page.getByText("counts as a download").waitFor()];
  pages.locked = [await url(file.id, { password: "sesame" }), heading("This link has a password")];
  pages.drop = [await url(folder.id, { permission: "upload" }), heading("Send files to Folder")];
  pages.gone = [`${stage.url}/s/${"x".repeat(24)}`, heading("This link does not work")];
});

describe.each(["light", "dark"] as const)("in %s", (colorScheme) => {
  it.each([
    ["phone", { width: 360, height: 740 }],
    ["desk", { width: 1440, height: 900 }],
  ])("[L9] [B10] guests' pages on a %s are found whole by axe, and keep to the policy", async (_name, viewport) => {
    const context = await stage.browser.newContext({ viewport, colorScheme });
    const { errors } = await watch(context);
    const found: Record<string, string[]> = {};
    for (const [name, [url, ready]] of Object.entries(pages)) {
      const page = await context.newPage();
      await page.goto(url);
      await ready(page);
      const wrong = await violations(page);
      if (wrong.length > 0) found[name] = wrong;
      await page.close();
    }
    await context.close();
    expect(found).toEqual({});
    expect(errors, "[B1] errors in the console").toEqual([]);
  });

  it("[L8] [B10] the owner's dialog and page of links are found whole by axe", async () => {
    const { page, files } = await stage.visit(account, { colorScheme });
    await files.act("Folder", "Share …");
    await page.getByRole("dialog").getByText("Links", { exact: true }).click();
    await page.getByRole("button", { name: "Settings" }).first().click();
    await page.getByLabel("Note for guests").waitFor();
    expect(await violations(page)).toEqual([]);
    await page.goto(`${stage.url}/links`);
    await page.getByRole("button", { name: "Copy" }).first().waitFor();
    expect(await violations(page)).toEqual([]);
  });
});
