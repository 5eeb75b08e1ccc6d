import { readFileSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { BrowserContext, Page } from "playwright-core";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { makeFolder, putFile, type TestAccount } from "./support/accounts.ts";
import { signUpIn } from "./support/browser.ts";
import type { FilesPage } from "./support/files-page.ts";
import { signOut } from "./support/sign-in.ts";
import { useStage } from "./support/stage.ts";
import { stored } from "./support/stored.ts";
import { unzipped } from "./support/zip.ts";

const stage = useStage();
let context: BrowserContext;
let page: Page;
let files: FilesPage;
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "ledge-journey-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** An account that is signed in here, its drive in view. */
async function arrive(
  fill: (account: TestAccount) => Promise<unknown> = () => Promise.resolve(),
): Promise<TestAccount> {
  const account = await stage.account();
  await fill(account);
  ({ context, page, files } = await stage.visit(account));
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
    ({ context, page, files } = await stage.browse());
    await signUpIn(page, stage.url, "newcomer@example.org");
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
    await expect.poll(() => files.names()).toEqual(["photos", "empty.txt", "plan.md"]);
    await files.open("photos");
    await files.open("deep");
    await expect.poll(() => files.names()).toEqual(["two.txt"]);
    expect(await page.title()).toContain("deep");
    await page.goBack();
    await expect.poll(() => files.names()).toEqual(["deep", "one.txt"]);
    await page.goForward();
    await expect.poll(() => files.names()).toEqual(["two.txt"]);
    await page.getByRole("link", { name: "trip", exact: true }).click();
    await expect.poll(() => files.names()).toEqual(["photos", "empty.txt", "plan.md"]);

    await signOut(page);
    await page.getByLabel("Email").waitFor();
    expect(await leftOf("newcomer@example.org", ["trip", "photos", "plan.md"])).toEqual([]);
    expect((await context.cookies()).filter(({ name }) => /session/i.test(name))).toEqual([]);
    await page.goto(`${stage.url}/files`);
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
    await expect.poll(() => textAt(account, "/omega.txt").catch(() => "")).toBe("alpha.txt");

    await files.row("beta.txt").dragTo(files.row("Archive"));
    await files.notice("Moved “beta.txt” to “Archive”").waitFor();
    await expect.poll(() => files.names()).toEqual(["Archive", "Work", "gamma.txt", "omega.txt"]);
    await files.act("gamma.txt", "Move to …");
    await page.getByRole("button", { name: "Open Work" }).click();
    await page.getByRole("button", { name: "Move here" }).click();
    // It stays while the mouse is on it; else it may go before what follows.
    await files.notice("Moved “gamma.txt” to “Work”").hover();
    await expect.poll(() => textAt(account, "/Work/gamma.txt").catch(() => "")).toBe("gamma.txt");
    await expect.poll(() => textAt(account, "/Archive/beta.txt").catch(() => "")).toBe("beta.txt");

    await files.notice("Moved “gamma.txt”").getByRole("button", { name: "Undo" }).click();
    await files.row("gamma.txt").waitFor();
    await page.locator("body").press("Control+z");
    await files.row("beta.txt").waitFor();
    await expect.poll(() => textAt(account, "/beta.txt").catch(() => "")).toBe("beta.txt");

    await page.getByLabel("Filter this folder").fill("AM");
    await expect.poll(() => files.names()).toEqual(["gamma.txt"]);
    await page.getByLabel("Clear the filter").click();
    await expect.poll(() => files.names()).toEqual(["Archive", "Work", "beta.txt", "gamma.txt", "omega.txt"]);
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
    await expect.poll(() => files.names()).toEqual(["keep.txt"]);
    await files.untilSaved();

    await page.getByRole("link", { name: "Starred" }).first().click();
    await expect.poll(() => files.names()).toEqual(["keep.txt"]);
    await page.getByRole("link", { name: "Trash" }).first().click();
    await expect.poll(async () => (await files.names()).toSorted()).toEqual(["drop.txt", "gone.txt"]);
    await files.act("drop.txt", "Restore");
    await expect.poll(() => files.names()).toEqual(["gone.txt"]);
    await files.act("gone.txt", "Delete for ever");
    await page.getByRole("dialog").getByRole("button", { name: "Delete for ever" }).click();
    await page.getByText("The trash is empty").waitFor();
    await page.getByRole("link", { name: "Files" }).first().click();
    await expect.poll(() => files.names()).toEqual(["drop.txt", "keep.txt"]);
    await expect.poll(() => textAt(account, "/drop.txt").catch(() => "")).toBe("drop.txt");
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
    const entries = await unzipped(zip);
    expect(entries.get("inside/näme.bin")?.equals(noise)).toBe(true);
    expect(entries.get("note.txt")?.toString()).toBe("a note");
  });
});

/** Of an account: what this browser's storage still mentions. */
async function leftOf(email: string, names: readonly string[]): Promise<string[]> {
  return Object.entries(await stored(page)).flatMap(([place, text]) => {
    const found = [email, ...names].filter((word) => text.includes(word));
    return place.startsWith("cache ") && text !== "" ? [place] : found.map((word) => `${place}: ${word}`);
  });
}
