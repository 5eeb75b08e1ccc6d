import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import { newId } from "../../protocol/new-id.ts";
import type { NodePage } from "../../protocol/tree.ts";
import { startServer, type TestServer } from "../e2e/support/server.ts";
import { closeContext, launch, openPage, signUpIn } from "./support/browser.ts";
import { askToSignOut } from "./support/sign-in.ts";

let server: TestServer;
let browser: Browser;
let context: BrowserContext;
let page: Page;
let accounts = 0;

beforeAll(async () => {
  [server, browser] = await Promise.all([startServer(), launch()]);
});
afterAll(async () => {
  await browser?.close();
  await server?.stop();
});
beforeEach(async () => {
  context = await browser.newContext();
  ({ page } = await openPage(context));
  await signUpIn(page, server.url, `unsent${++accounts}@example.org`);
  await page.getByRole("heading", { name: "Your drive is ready" }).waitFor();
});
afterEach(() => closeContext(context));

/** Makes a text file, and opens it in the editor with the cursor in the text. */
async function editText(name: string): Promise<void> {
  const chooser = page.waitForEvent("filechooser");
  await page
    .getByRole("button", { name: /^Upload/ })
    .first()
    .click();
  await (await chooser).setFiles([{ name, mimeType: "text/plain", buffer: Buffer.from("first\n") }]);
  await page.getByRole("row", { name: new RegExp(name) }).dblclick();
  await page.getByRole("button", { name: "Edit" }).click();
  const text = page.getByRole("textbox", { name: new RegExp(name) });
  await expect.poll(() => text.evaluate((element) => element.matches(":focus"))).toBe(true);
}

function typed(): Promise<string> {
  return page.getByRole("textbox", { name: /note/ }).innerText();
}

it("[B2] signing out asks first where edits wait, and loses them only when told to", async () => {
  await page.route("**/api/commits", (route) => route.abort());
  await page.getByRole("button", { name: "New", exact: true }).click();
  await page.getByRole("menuitem", { name: "New folder" }).click();
  await page.getByRole("dialog").getByRole("textbox").fill("Plans");
  await page.getByRole("dialog").getByRole("textbox").press("Enter");
  await page.getByRole("row", { name: /Plans/ }).waitFor();

  await askToSignOut(page);
  const dialog = page.getByRole("dialog", { name: "Not everything is sent yet" });
  await dialog.getByText("1 change waits to be sent").waitFor();
  await dialog.getByRole("button", { name: "Stay signed in" }).click();
  await page.getByRole("row", { name: /Plans/ }).waitFor();

  await askToSignOut(page);
  await dialog.getByRole("button", { name: "Lose it and sign out" }).click();
  await page.waitForURL(/\/sign-in/);
  const kept = await page.evaluate(async () => (await indexedDB.databases()).map(({ name }) => name));
  expect(kept.filter((name) => /^ledge-(drive|drafts)/.test(name ?? ""))).toEqual([]);
});

it("[B14] what is typed stays while the file is renamed elsewhere, and is a draft when Back closes the editor", async () => {
  await editText("note.txt");
  await page.keyboard.type("typed by me ");
  const account = (await (await context.request.get(`${server.url}/api/account`)).json()) as { home: { root: string } };
  const listing = await context.request.get(`${server.url}/api/folders/${account.home.root}/children`);
  const [file] = ((await listing.json()) as NodePage).nodes;
  const operations = [{ type: "move", node: file?.id, name: "note-2.txt" }];
  const data = { operationId: newId(), operations };
  const answer = await context.request.post(`${server.url}/api/commits`, { headers: { origin: server.url }, data });
  expect(answer.status()).toBe(200);
  await page.getByRole("heading", { name: "note-2.txt" }).waitFor();
  expect(await typed()).toContain("typed by me first");

  await page.keyboard.type("at the last moment ");
  await page.goBack();
  await page.getByRole("row", { name: /note-2\.txt/ }).dblclick();
  await page.getByRole("button", { name: "Edit" }).click();
  await page.getByRole("textbox", { name: /note-2/ }).waitFor();
  expect(await typed()).toContain("typed by me at the last moment first");

  await page.goBack();
  await askToSignOut(page);
  await page.getByRole("dialog").getByText("1 file has text that was not saved").waitFor();
});

it("[B14] what was typed into a file that is deleted for good elsewhere becomes a new file", async () => {
  await editText("note.txt");
  await page.keyboard.type("typed by me ");
  const account = (await (await context.request.get(`${server.url}/api/account`)).json()) as { home: { root: string } };
  const listing = await context.request.get(`${server.url}/api/folders/${account.home.root}/children`);
  const [file] = ((await listing.json()) as NodePage).nodes;
  for (const type of ["trash", "purge"]) {
    const data = { operationId: newId(), operations: [{ type, node: file?.id }] };
    const answer = await context.request.post(`${server.url}/api/commits`, { headers: { origin: server.url }, data });
    expect(answer.status()).toBe(200);
  }
  await page.getByText("what you typed into it").waitFor();
  await page.getByRole("button", { name: "Save your draft as a new file" }).click();
  await page.getByRole("button", { name: "Edit" }).click();
  await page.getByRole("textbox", { name: /note/ }).waitFor();
  expect(await typed()).toContain("typed by me first");
  await page.goto(`${server.url}/files?view=${file?.id}`);
  await page.getByText("It was deleted, or is not yours to see.").waitFor();
});
