import { createHash, randomBytes } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { makeFolder, type TestAccount } from "./support/accounts.ts";
import { slowLine, type SlowLine } from "./support/slow-line.ts";
import { useStage } from "./support/stage.ts";

const MiB = 1024 * 1024;
const SIZE = 200 * MiB;
/** Packs on their way when the line breaks, and again when the page is closed. */
const IN_FLIGHT = 32 * MiB;
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

async function digestAt({ api }: TestAccount, path: string): Promise<string> {
  const { node } = await api.nodeAt(path);
  return api.download(node.id, {}, async (response, alive) => {
    const hash = createHash("sha256");
    for await (const piece of response.body ?? []) {
      hash.update(piece);
      alive();
    }
    return hash.digest("hex");
  });
}

it("[L7] a guest's 200 MB go on after the line broke and the page was reloaded, and nothing that arrived is sent again", async () => {
  const account = await stage.account();
  const folder = await makeFolder(account, account.root, "Inbox");
  const { url } = await account.api.share(folder.id, { permission: "upload" });
  const bytes = randomBytes(SIZE);
  const file = join(work, "film.bin");
  await writeFile(file, bytes);

  const { page } = await stage.browse(undefined, phone);
  page.setDefaultTimeout(60_000);
  await page.goto(url.replace(new URL(url).origin, line.url));
  await page.getByLabel("Your name").fill("Grace");
  await page.getByRole("button", { name: "Go on" }).tap();
  await page.getByText("As Grace").waitFor();
  const since = line.sent();
  line.limit(32 * MiB);
  const chooser = page.waitForEvent("filechooser");
  await page.getByRole("button", { name: "Choose files" }).tap();
  await (await chooser).setFiles([file]);
  await expect
    .poll(() => line.sent() - since, { timeout: 90_000, interval: 20, message: "half of it is sent" })
    .toBeGreaterThan(SIZE / 2);

  line.cut();
  await page.getByRole("heading", { name: "Waiting for the connection" }).waitFor();
  expect(await account.api.findNode("/Inbox/Grace/film.bin"), "half a file is none").toBeNull();
  line.restore();
  page.on("dialog", (dialog) => void dialog.accept());
  await page.reload();
  await page.getByText("As Grace").waitFor();
  await page.getByText("1 file sent").waitFor({ timeout: 120_000 });
  const sent = line.sent() - since;
  console.log(`200 MiB cut and reloaded in the middle: ${(sent / MiB).toFixed(1)} MiB went up`);
  expect(sent).toBeLessThan(SIZE + IN_FLIGHT);

  const digest = createHash("sha256").update(bytes).digest("hex");
  expect(await digestAt(account, "/Inbox/Grace/film.bin")).toBe(digest);
}, 240_000);
