import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { startServer, type TestServer } from "../e2e/support/server.ts";
import { makeAccount, makeFolder, putFile, signInContext, siteOf, type TestAccount } from "./support/accounts.ts";
import { launch, signUpIn } from "./support/browser.ts";
import { filesPage, type FilesPage } from "./support/files-page.ts";
import { PATIENCE } from "./support/stage.ts";
import { watch, type Watched } from "./support/watch.ts";

let server: TestServer;
let url: string;
let browser: Browser;
let context: BrowserContext;
let watched: Watched;
let page: Page;
let files: FilesPage;
let folder: string;
let people = 0;

beforeAll(async () => {
  [server, browser] = await Promise.all([startServer(), launch()]);
  url = siteOf(server);
});
afterAll(async () => {
  await browser?.close();
  await server?.stop();
});
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "ledge-journey-"));
  context = await browser.newContext({ viewport: { width: 1280, height: 800 }, acceptDownloads: true });
  watched = await watch(context);
  page = await context.newPage();
  page.setDefaultTimeout(15_000);
  files = filesPage(page);
});
afterEach(async () => {
  await context.close();
  await rm(folder, { recursive: true, force: true });
  expect(watched.errors, "[B1] errors in the console").toEqual([]);
});

/** An account that is signed in here, its drive in view. */
async function arrive(
  fill: (account: TestAccount) => Promise<unknown> = () => Promise.resolve(),
): Promise<TestAccount> {
  const account = await makeAccount(url, `person${++people}@example.org`);
  await fill(account);
  await signInContext(context, url, account);
  await page.goto(`${url}/files`);
  await page.getByRole("button", { name: "New", exact: true }).waitFor();
  return account;
}

async function write(path: string, text: string | Buffer): Promise<void> {
  const full = join(folder, path);
  await mkdir(join(full, ".."), { recursive: true });
  await writeFile(full, text);
}

/** What the server has at a path, as text. */
async function textAt({ api }: TestAccount, path: string): Promise<string> {
  const { node } = await api.nodeAt(path);
  return api.download(node.id, {}, (answer) => answer.text());
}

describe("a person's way through the app", () => {
  it("[B2] signs up, sees an empty drive, uploads a folder, and leaves nothing behind at sign-out", async () => {
    await write("trip/plan.md", "# Plan\n");
    await write("trip/photos/one.txt", "one");
    await write("trip/photos/deep/two.txt", "two");
    await write("trip/empty.txt", "");
    await signUpIn(page, url, "newcomer@example.org");
    await page.getByText("Your drive is ready").waitFor();

    const chooser = page.waitForEvent("filechooser");
    await page.getByRole("button", { name: "New", exact: true }).click();
    await page.getByRole("menuitem", { name: "Upload folder" }).click();
    await (await chooser).setFiles(join(folder, "trip"));
    await page
      .getByText(/uploads? (is|are) done$/)
      .first()
      .waitFor();
    await files.open("trip");
    await expect.poll(() => files.names(), PATIENCE).toEqual(["photos", "empty.txt", "plan.md"]);
    await files.open("photos");
    await files.open("deep");
    await expect.poll(() => files.names(), PATIENCE).toEqual(["two.txt"]);
    expect(await page.title()).toContain("deep");
    await page.goBack();
    await expect.poll(() => files.names(), PATIENCE).toEqual(["deep", "one.txt"]);
    await page.goForward();
    await expect.poll(() => files.names(), PATIENCE).toEqual(["two.txt"]);
    await page.getByRole("link", { name: "trip", exact: true }).click();
    await expect.poll(() => files.names(), PATIENCE).toEqual(["photos", "empty.txt", "plan.md"]);

    await page.getByRole("button", { name: "Account of Ada Lovelace" }).click();
    await page.getByRole("menuitem", { name: "Sign out" }).click();
    await page.waitForURL(/\/sign-in/);
    await page.getByLabel("Email").waitFor();
    expect(await leftOf("newcomer@example.org", ["trip", "photos", "plan.md"])).toEqual([]);
    expect((await context.cookies()).filter(({ name }) => /session/i.test(name))).toEqual([]);
    await page.goto(`${url}/files`);
    await page.waitForURL(/\/sign-in/);
  });

  it("[B6] renames in place, moves by dragging and by the picker, filters, and undoes", async () => {
    const account = await arrive(async (account) => {
      await makeFolder(account, account.root, "Archive");
      await makeFolder(account, account.root, "Work");
      for (const name of ["alpha.txt", "beta.txt", "gamma.txt"]) await putFile(account, account.root, name, name);
    });
    await files.row("alpha.txt").click();
    await page.keyboard.press("F2");
    await page.getByLabel("New name of alpha.txt").fill("omega.txt");
    await page.keyboard.press("Enter");
    await files.row("omega.txt").waitFor();
    await files.untilSaved();
    await expect.poll(() => textAt(account, "/omega.txt").catch(() => ""), PATIENCE).toBe("alpha.txt");

    await files.row("beta.txt").dragTo(files.row("Archive"));
    await files.notice("Moved “beta.txt” to “Archive”").waitFor();
    await expect.poll(() => files.names(), PATIENCE).toEqual(["Archive", "Work", "gamma.txt", "omega.txt"]);
    await files.act("gamma.txt", "Move to …");
    await page.getByRole("button", { name: "Open Work" }).click();
    await page.getByRole("button", { name: "Move here" }).click();
    await files.notice("Moved “gamma.txt” to “Work”").waitFor();
    await expect.poll(() => textAt(account, "/Work/gamma.txt").catch(() => ""), PATIENCE).toBe("gamma.txt");
    await expect.poll(() => textAt(account, "/Archive/beta.txt").catch(() => ""), PATIENCE).toBe("beta.txt");

    await files.notice("Moved “gamma.txt”").getByRole("button", { name: "Undo" }).click();
    await files.row("gamma.txt").waitFor();
    await page.locator("body").press("Control+z");
    await files.row("beta.txt").waitFor();
    await expect.poll(() => textAt(account, "/beta.txt").catch(() => ""), PATIENCE).toBe("beta.txt");

    await page.getByLabel("Filter this folder").fill("AM");
    await expect.poll(() => files.names(), PATIENCE).toEqual(["gamma.txt"]);
    await page.getByLabel("Clear the filter").click();
    await expect.poll(() => files.names(), PATIENCE).toEqual(["Archive", "Work", "beta.txt", "gamma.txt", "omega.txt"]);
  });

  it("[B7] stars, trashes, restores and deletes for ever", async () => {
    const account = await arrive(async (account) => {
      for (const name of ["keep.txt", "drop.txt", "gone.txt"]) await putFile(account, account.root, name, name);
    });
    await files.act("keep.txt", "Add to starred");
    await files.row("keep.txt").getByRole("img", { name: "Starred" }).waitFor();
    await files.row("drop.txt").click();
    await files.row("gone.txt").click({ modifiers: ["Control"] });
    await page.keyboard.press("Delete");
    await files.notice("Moved 2 items to the trash").waitFor();
    await expect.poll(() => files.names(), PATIENCE).toEqual(["keep.txt"]);
    await files.untilSaved();

    await page.getByRole("link", { name: "Starred" }).first().click();
    await expect.poll(() => files.names(), PATIENCE).toEqual(["keep.txt"]);
    await page.getByRole("link", { name: "Trash" }).first().click();
    await expect.poll(async () => (await files.names()).toSorted(), PATIENCE).toEqual(["drop.txt", "gone.txt"]);
    await files.act("drop.txt", "Restore");
    await expect.poll(() => files.names(), PATIENCE).toEqual(["gone.txt"]);
    await files.act("gone.txt", "Delete for ever");
    await page.getByRole("dialog").getByRole("button", { name: "Delete for ever" }).click();
    await page.getByText("The trash is empty").waitFor();
    await page.getByRole("link", { name: "Files" }).first().click();
    await expect.poll(() => files.names(), PATIENCE).toEqual(["drop.txt", "keep.txt"]);
    await expect.poll(() => textAt(account, "/drop.txt").catch(() => ""), PATIENCE).toBe("drop.txt");
  });

  it("downloads a file and a selection as a zip, byte for byte", async () => {
    const noise = Buffer.from(Array.from({ length: 200_000 }, (_, i) => (i * 7919) % 251));
    await arrive(async (account) => {
      const inside = await makeFolder(account, account.root, "inside");
      await putFile(account, inside.id, "näme.bin", noise);
      await putFile(account, account.root, "note.txt", "a note");
    });
    const [file] = await Promise.all([page.waitForEvent("download"), files.act("note.txt", "Download")]);
    expect(file.suggestedFilename()).toBe("note.txt");
    expect(readFileSync(await file.path(), "utf8")).toBe("a note");

    await files.row("inside").click();
    await page.keyboard.press("Control+a");
    const [zip] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("toolbar").getByRole("button", { name: "Download" }).click(),
    ]);
    const at = join(folder, "all.zip");
    await zip.saveAs(at);
    execFileSync("python3", ["-m", "zipfile", "-e", at, join(folder, "out")]);
    expect(readFileSync(join(folder, "out", "inside", "näme.bin")).equals(noise)).toBe(true);
    expect(readFileSync(join(folder, "out", "note.txt"), "utf8")).toBe("a note");
  });
});

/** Of an account: what this browser's storage still mentions. */
async function leftOf(email: string, names: readonly string[]): Promise<string[]> {
  return page.evaluate(
    async ({ email, names }) => {
      const found: string[] = [];
      const look = (where: string, value: unknown): void => {
        const text = typeof value === "string" ? value : (JSON.stringify(value) ?? "");
        for (const word of [email, ...names]) if (text.includes(word)) found.push(`${where}: ${word}`);
      };
      for (const [kind, store] of Object.entries({ localStorage, sessionStorage })) {
        for (const key of Object.keys(store)) look(`${kind} ${key}`, store.getItem(key));
      }
      for (const name of await caches.keys()) {
        for (const request of await (await caches.open(name)).keys()) {
          if (new URL(request.url).pathname.startsWith("/api/")) found.push(`cache ${name}: ${request.url}`);
        }
      }
      for (const { name } of await indexedDB.databases()) {
        const database = await new Promise<IDBDatabase>((resolve, reject) => {
          const opening = indexedDB.open(name ?? "");
          opening.addEventListener("success", () => resolve(opening.result));
          opening.addEventListener("error", () => reject(opening.error ?? new Error("no database")));
        });
        for (const store of database.objectStoreNames) {
          const all = database.transaction(store).objectStore(store).getAll();
          await new Promise((resolve) => all.addEventListener("success", resolve));
          look(`database ${name} ${store}`, all.result);
        }
        database.close();
      }
      return found;
    },
    { email, names: [...names] },
  );
}
