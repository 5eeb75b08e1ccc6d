import { randomBytes } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { makeFolder, putFile, type TestAccount } from "./support/accounts.ts";
import { useStage } from "./support/stage.ts";
import { isStored } from "./support/stored.ts";

const stage = useStage();

const namesAt = async ({ api }: TestAccount, folder: string): Promise<string[]> =>
  (await api.childrenPage(folder)).nodes.map(({ name }) => name).toSorted();

describe("without a connection", () => {
  it("[B19] what was seen stays readable, after a reload too", async () => {
    const account = await stage.account();
    const inside = await makeFolder(account, account.root, "inside");
    await putFile(account, inside.id, "deep.txt", "read before");
    const { context, page, files } = await stage.visit(account);
    await files.open("inside");
    await files.open("deep.txt");
    await page.getByText("read before").waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
    await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
    // What is kept of a folder is written a moment after it was seen.
    await expect.poll(() => isStored(page, /ledge-drive-.* folders/, "deep.txt")).toBe(true);
    await context.setOffline(true);
    await page.locator('[role="status"][data-state="offline"]').waitFor();
    await page.reload();
    await files.row("deep.txt").waitFor();
    await files.open("deep.txt");
    await page.getByText("read before").waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
    await page.getByRole("main").getByRole("link", { name: "Files", exact: true }).click();
    await files.row("inside").waitFor();
    await context.setOffline(false);
    await files.untilSaved();
  });

  it("[B6] edits wait, outlive a reload, and are sent once", async () => {
    const account = await stage.account();
    await makeFolder(account, account.root, "old name");
    const { context, page, files } = await stage.visit(account);
    await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
    await expect.poll(() => isStored(page, /ledge-drive-.* folders/, "old name")).toBe(true);
    await context.setOffline(true);
    await files.row("old name").click();
    await page.keyboard.press("F2");
    await page.getByLabel("New name of old name").fill("new name");
    await page.keyboard.press("Enter");
    await page.locator("body").press("Shift+N");
    await page.getByRole("dialog").getByLabel("Name").fill("made offline");
    await page.keyboard.press("Enter");
    await files.row("made offline").getByRole("img", { name: "Not saved yet" }).waitFor();
    await page.getByText("2 changes wait").first().waitFor();
    await expect.poll(() => isStored(page, /ledge-drive-.* outbox/, "made offline")).toBe(true);
    expect(await namesAt(account, account.root)).toEqual(["old name"]);
    await page.reload();
    await files.row("new name").waitFor();
    await files.row("made offline").waitFor();
    await context.setOffline(false);
    await files.untilSaved();
    await expect.poll(() => namesAt(account, account.root)).toEqual(["made offline", "new name"]);
    await page.reload();
    await files.untilSaved();
    // What was seen last is shown at once, what is there now after it.
    await expect.poll(() => files.names()).toEqual(["made offline", "new name"]);
    expect(await namesAt(account, account.root)).toEqual(["made offline", "new name"]);
  });

  it("[B11] an upload goes on after the server was killed under it", async () => {
    const account = await stage.account();
    const folder = await mkdtemp(join(tmpdir(), "ledge-cut-"));
    const bytes = randomBytes(24 * 1024 * 1024);
    await writeFile(join(folder, "large.bin"), bytes);
    const { page, files } = await stage.visit(account);
    const chooser = page.waitForEvent("filechooser");
    await page.getByRole("button", { name: "Upload", exact: true }).click();
    const sending = page.context().waitForEvent("request", (request) => /\/api\/uploads\/.*packs/.test(request.url()));
    await (await chooser).setFiles(join(folder, "large.bin"));
    await sending;
    await stage.server.kill9();
    await stage.server.restart();
    await files.row("large.bin").waitFor({ timeout: 90_000 });
    const { node } = await account.api.nodeAt("/large.bin");
    const sent = await account.api.download(node.id, {}, async (answer) => Buffer.from(await answer.arrayBuffer()));
    expect(sent.equals(bytes)).toBe(true);
    await rm(folder, { recursive: true });
  });
});
