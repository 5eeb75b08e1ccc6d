import { randomBytes } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { makeFolder, type TestAccount } from "./support/accounts.ts";
import { slowLine, type SlowLine } from "./support/slow-line.ts";
import { useStage } from "./support/stage.ts";
import { dropFiles, watch } from "./support/watch.ts";

const MiB = 1024 * 1024;
const stage = useStage();
let line: SlowLine;
let work: string;
const phone = { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true, deviceScaleFactor: 2 } as const;

beforeAll(async () => {
  line = await slowLine(stage.server.url);
  work = await mkdtemp(join(tmpdir(), "ledge-drop-"));
});
afterAll(async () => {
  await line?.close();
  await rm(work, { recursive: true, force: true });
});

async function bytesAt(account: TestAccount, path: string): Promise<Buffer> {
  const node = await account.api.nodeAt(path);
  return account.api.download(node.node.id, {}, async (response) => Buffer.from(await response.arrayBuffer()));
}

it("[L7] a guest sends 30 MB from a phone, goes on after a reload, and sees nothing; the owner sees it arrive", async () => {
  const account = await stage.account();
  const folder = await makeFolder(account, account.root, "Inbox");
  await makeFolder(account, folder.id, "Secret neighbour");
  const { url } = await account.api.share(folder.id, { permission: "upload", note: "Thank you" });
  const owner = await stage.visit(account);
  await owner.files.open("Inbox");

  const context = await stage.browser.newContext(phone);
  const { errors } = await watch(context);
  const page = await context.newPage();
  page.setDefaultTimeout(30_000);
  await page.goto(url.replace(new URL(url).origin, line.url));
  await page.getByRole("heading", { name: "Send files to Inbox" }).waitFor();
  await page.getByRole("button", { name: "Go on" }).tap();
  await page.getByText("Type your name").waitFor();
  await page.getByLabel("Your name").fill("Grace");
  await page.getByRole("button", { name: "Go on" }).tap();
  await page.getByText("As Grace").waitFor();

  const bytes = randomBytes(30 * MiB);
  await writeFile(join(work, "film.bin"), bytes);
  const since = line.sent();
  line.limit(6 * MiB);
  const chooser = page.waitForEvent("filechooser");
  await page.getByRole("button", { name: "Choose files" }).tap();
  await (await chooser).setFiles([join(work, "film.bin")]);
  await expect.poll(() => line.sent() - since, { timeout: 60_000, interval: 20 }).toBeGreaterThan(16 * MiB);
  page.on("dialog", (dialog) => void dialog.accept());
  await page.reload();
  await page.getByText("As Grace").waitFor();
  await page.getByText("1 file sent").waitFor({ timeout: 90_000 });
  const sent = (line.sent() - since) / MiB;
  line.limit(Number.POSITIVE_INFINITY);
  expect(sent, "MiB that went up: packs in flight at the cut are sent again, all else is not").toBeLessThan(30 + 16);

  await owner.files.row("Grace").waitFor();
  await owner.files.open("Grace");
  await owner.files.row("film.bin").waitFor();
  expect((await bytesAt(account, "/Inbox/Grace/film.bin")).equals(bytes)).toBe(true);
  expect(await page.content()).not.toContain("Secret neighbour");

  // A name that is taken is numbered, and nobody is told.
  await dropFiles(page, { "hello.txt": "first" });
  await page.getByText("2 files sent").waitFor();
  await dropFiles(page, { "hello.txt": "second" });
  await page.getByText("3 files sent").waitFor();
  await owner.files.row("hello (2).txt").waitFor();
  expect((await bytesAt(account, "/Inbox/Grace/hello.txt")).toString()).toBe("first");
  expect((await bytesAt(account, "/Inbox/Grace/hello (2).txt")).toString()).toBe("second");
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
  expect(errors).toEqual([]);
  await context.close();
}, 240_000);
