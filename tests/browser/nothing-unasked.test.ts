import type { BrowserContext, Page } from "playwright-core";
import { expect, it } from "vitest";
import { makeFolder, putFile, type TestAccount } from "./support/accounts.ts";
import type { FilesPage } from "./support/files-page.ts";
import { useStage } from "./support/stage.ts";

const stage = useStage();
let account: TestAccount;
let context: BrowserContext;
let page: Page;
let files: FilesPage;

async function arrive(prepare: (account: TestAccount) => Promise<unknown>): Promise<void> {
  account = await stage.account();
  await prepare(account);
  ({ context, page, files } = await stage.visit(account));
}

it("[B6] a move to where the name is taken asks, and says nothing else", async () => {
  await arrive(async () => {
    const docs = await makeFolder(account, account.root, "docs");
    await putFile(account, docs.id, "note.txt", "there");
    await putFile(account, account.root, "note.txt", "here");
  });
  await files.row("note.txt").click();
  await page.keyboard.press("Control+x");
  await files.open("docs");
  await page.waitForURL(/\/files\/./);
  await files.row("note.txt").click();
  await page.keyboard.press("Control+v");
  const question = page.getByRole("dialog", { name: "Something of that name is there already" });
  await question.waitFor();
  await files.untilSaved();
  expect(await page.getByRole("alert").count()).toBe(0);
  await question.getByRole("button", { name: "Keep both" }).click();
  await files.row("note (2).txt").waitFor();
});

it("[B13] an upload that waits for an answer does not go with the list unasked", async () => {
  await arrive(() => putFile(account, account.root, "note.txt", "there"));
  const chooser = page.waitForEvent("filechooser");
  await page
    .getByRole("button", { name: /^Upload/ })
    .first()
    .click();
  await (await chooser).setFiles([{ name: "note.txt", mimeType: "text/plain", buffer: Buffer.from("mine") }]);
  await page.getByRole("dialog").getByRole("button", { name: "Decide later" }).click();
  const tray = page.getByRole("region", { name: "Uploads" });
  const close = tray.getByRole("button", { name: "Close the list of uploads" });
  await close.click();
  const question = page.getByRole("dialog", { name: "Discard 1 upload that is not done?" });
  await question.getByRole("button", { name: "Cancel" }).click();
  await tray.getByText("The name is taken").waitFor();
  await close.click();
  await question.getByRole("button", { name: "Discard" }).click();
  await tray.waitFor({ state: "detached" });
});

it("[B8] the trash shows what goes there and leaves it elsewhere", async () => {
  await arrive(() => putFile(account, account.root, "note.txt", "here"));
  await page.goto(`${stage.url}/trash`);
  await page.getByText("The trash is empty").waitFor();
  const [node] = (await account.api.childrenPage(account.root)).nodes;
  await account.api.commitOne({ type: "trash", node: node?.id ?? "" });
  await files.row("note.txt").waitFor();
  await account.api.commitOne({ type: "restore", node: node?.id ?? "" });
  await page.getByText("The trash is empty").waitFor();
});

it("[B15] Markdown draws no fields, dialogs, maps or styles of its writer's", async () => {
  const text = [
    "# Title",
    '<dialog open>d</dialog><map name="m"><area href="https://evil.example"></map>',
    '<form action="https://evil.example"><input name="a"><button>b</button></form>',
    '<p style="position:fixed">styled</p>',
    "- [x] done",
  ].join("\n\n");
  await arrive(() => putFile(account, account.root, "page.md", text));
  await files.open("page.md");
  const shown = page.getByRole("dialog");
  await shown.getByText("styled").waitFor();
  await shown.getByText("☑ done").waitFor();
  const drawn = await shown
    .locator("article")
    .evaluate((article) => [
      ...new Set(
        [...article.querySelectorAll("*")].map((each) => each.localName + (each.hasAttribute("style") ? "!" : "")),
      ),
    ]);
  expect(drawn.filter((name) => /!|^(dialog|map|area|form|input|button)$/.test(name))).toEqual([]);
});

/** Addresses of previews that are kept, and how many times of use are noted. */
function kept(): Promise<[number, number]> {
  return page.evaluate(async () => {
    const previews = await (await caches.open("ledge-previews")).keys();
    const noted = await new Promise<number>((resolve, reject) => {
      const request = indexedDB.open("workbox-expiration");
      // Not made here: its owner would find it without what it makes.
      request.addEventListener("upgradeneeded", () => request.transaction?.abort());
      request.addEventListener("error", () => reject(request.error ?? new Error("no database")));
      request.addEventListener("success", () => {
        const counting = request.result.transaction("cache-entries").objectStore("cache-entries").getAll();
        counting.addEventListener("success", () => {
          request.result.close();
          resolve(counting.result.filter(({ url }: { url: string }) => url.includes("/api/")).length);
        });
      });
    });
    return [previews.length, noted] as [number, number];
  });
}

/** A picture: `wrangler dev` compresses texts, and tells no length of them. */
const PIXEL = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==",
  "base64",
);

it("[B2] previews go with their files, and what was looked at is forgotten at sign-out", async () => {
  await arrive(async () => {
    await putFile(account, account.root, "a.png", PIXEL);
    await putFile(account, account.root, "b.png", PIXEL);
  });
  await page.evaluate(async () => void (await navigator.serviceWorker.ready));
  await page.reload();
  for (const [i, name] of ["a.png", "b.png"].entries()) {
    await files.open(name);
    await page.getByRole("dialog").getByRole("heading", { name }).waitFor();
    // Who closes it before has not looked at it: what was begun to be fetched ends.
    await expect.poll(async () => (await kept().catch(() => [0]))[0]).toBeGreaterThan(i);
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
  }
  await expect.poll(() => kept().catch(() => null)).toEqual([2, 2]);
  const a = (await account.api.childrenPage(account.root)).nodes.find(({ name }) => name === "a.png");
  await account.api.commitOne({ type: "trash", node: a?.id ?? "" });
  await account.api.commitOne({ type: "purge", node: a?.id ?? "" });
  await expect.poll(async () => (await kept())[0]).toBe(1);

  await page.getByRole("button", { name: /^Account of/ }).click();
  await page.getByRole("menuitem", { name: "Sign out" }).click();
  await page.waitForURL(/\/sign-in/);
  expect(await kept()).toEqual([0, 0]);
  expect(await context.cookies()).toEqual([]);
});
