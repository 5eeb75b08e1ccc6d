import type { Locator, Page } from "playwright-core";
import { beforeAll, expect, it } from "vitest";
import type { Node } from "../../protocol/tree.ts";
import { until } from "../e2e/support/ledge-process.ts";
import { expectAccessible } from "./support/accessible.ts";
import { makeFolder, putFile, type TestAccount } from "./support/accounts.ts";
import type { FilesPage } from "./support/files-page.ts";
import { pdf } from "./support/sample-files.ts";
import { shareWith } from "./support/shared-folders.ts";
import { useStage, type Visitor } from "./support/stage.ts";

const stage = useStage();
let photo: Buffer;
let film: Buffer;

const phone = { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true, deviceScaleFactor: 2 } as const;

beforeAll(async () => {
  const { page } = await stage.browse();
  [photo, film] = [await photograph(page), await filmed(page)];
  await stage.endVisits();
});

/** A JPEG of a hill before a sky. */
async function photograph(page: Page): Promise<Buffer> {
  const address = await page.evaluate(() => {
    const canvas = Object.assign(document.createElement("canvas"), { width: 1200, height: 800 });
    const context = canvas.getContext("2d");
    if (!context) throw new Error("no canvas");
    const sky = context.createLinearGradient(0, 0, 0, 800);
    sky.addColorStop(0, "#2b6cb0");
    sky.addColorStop(1, "#fbd38d");
    context.fillStyle = sky;
    context.fillRect(0, 0, 1200, 800);
    context.fillStyle = "#276749";
    context.beginPath();
    context.ellipse(700, 850, 800, 380, 0, 0, 7);
    context.fill();
    return canvas.toDataURL("image/jpeg", 0.9);
  });
  return Buffer.from(address.slice(address.indexOf(",") + 1), "base64");
}

/** A second of a red square, as WebM. */
async function filmed(page: Page): Promise<Buffer> {
  const letters = await page.evaluate(async () => {
    const canvas = Object.assign(document.createElement("canvas"), { width: 320, height: 180 });
    const context = canvas.getContext("2d");
    const recorder = new MediaRecorder(canvas.captureStream(10), { mimeType: "video/webm" });
    const parts: Blob[] = [];
    recorder.addEventListener("dataavailable", ({ data }) => parts.push(data));
    const ended = new Promise((resolve) => recorder.addEventListener("stop", resolve));
    recorder.start(100);
    for (let at = 0; at < 10 || parts.every(({ size }) => size === 0); at++) {
      if (context) context.fillStyle = at % 2 === 0 ? "#c53030" : "#9b2c2c";
      context?.fillRect(0, 0, 320, 180);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    recorder.stop();
    await ended;
    const bytes = new Uint8Array(await new Blob(parts).arrayBuffer());
    return Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
  });
  return Buffer.from(letters, "latin1");
}

const asGrid = async ({ page }: Visitor): Promise<void> => {
  await page.getByRole("radio", { name: "Grid" }).locator("xpath=..").click();
};
const image = (files: FilesPage, name: string): Locator => files.row(name).locator('img[data-thumbnail="image"]');

async function untilDrawn(shown: Locator): Promise<void> {
  await expect
    .poll(() => shown.evaluate((element: HTMLImageElement) => element.naturalWidth), { timeout: 60_000 })
    .toBeGreaterThan(1);
}

async function kindOf({ api }: TestAccount, { id }: Node): Promise<string | undefined> {
  return (await api.thumbnails([id]))[0]?.kind;
}

it("[H2] [H4] a page asks once for all thumbnails, shows what a few bytes say of a picture, then it; texts as lines", async () => {
  const account = await stage.account();
  const picture = await putFile(account, account.root, "hill.jpg", photo);
  const note = await putFile(account, account.root, "note.md", "# Hills <b>\n\nThey are green.");
  await until(async () => (await kindOf(account, picture)) === "image", "the picture has a thumbnail", 30_000);
  await until(async () => (await kindOf(account, note)) === "text", "the note has lines", 30_000);

  const visitor = await stage.visit(account);
  const { page, files } = visitor;
  const asked: string[] = [];
  page.on("request", (request) => {
    if (request.url().endsWith("/files/thumbnails")) asked.push(request.postData() ?? "");
  });
  let release = (): void => undefined;
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  await page.route("**/thumbnail?**", async (route) => {
    await held;
    await route.continue();
  });
  await asGrid(visitor);
  const card = files.row("hill.jpg");
  const before = await card.boundingBox();
  await untilDrawn(card.locator('img[data-thumbnail="placeholder"]'));
  expect(await image(files, "hill.jpg").getAttribute("data-look")).toBe("waits");
  release();
  await untilDrawn(image(files, "hill.jpg"));
  expect(await image(files, "hill.jpg").getAttribute("src")).toBe(`/api/files/${picture.id}/thumbnail?version=1`);
  expect(await card.boundingBox()).toEqual(before);
  await files.row("note.md").getByText("# Hills <b>").waitFor();
  expect(asked.map((body) => (JSON.parse(body) as { ids: string[] }).ids.toSorted())).toEqual([
    [picture.id, note.id].toSorted(),
  ]);
  await expectAccessible(page, "a grid of thumbnails");
});

it("[H5] the owner's browser draws what the server cannot, and gives it: the next one draws nothing", async () => {
  const account = await stage.account();
  const report = await putFile(account, account.root, "report.pdf", pdf(["Herons of the lower river"]));
  const clip = await putFile(account, account.root, "clip.webm", film);
  const first = await stage.visit(account);
  await asGrid(first);
  await untilDrawn(image(first.files, "report.pdf"));
  await untilDrawn(image(first.files, "clip.webm"));
  expect(await image(first.files, "report.pdf").getAttribute("src")).toMatch(/^blob:/);
  for (const node of [report, clip]) {
    await until(async () => (await kindOf(account, node)) === "image", `${node.name} was given`, 60_000);
  }

  const second = await stage.browse(account, phone);
  const read: string[] = [];
  second.page.on("request", (request) => {
    if (/\/files\/[0-9a-z]+\?/.test(request.url())) read.push(request.url());
  });
  await second.page.goto(`${stage.url}/files`);
  await asGrid(second);
  await untilDrawn(image(second.files, "report.pdf"));
  await untilDrawn(image(second.files, "clip.webm"));
  expect(await image(second.files, "report.pdf").getAttribute("src")).toBe(
    `/api/files/${report.id}/thumbnail?version=1`,
  );
  expect(read, "files that were read whole").toEqual([]);
  await expectAccessible(second.page, "a grid on a phone");
});

it("[H5] a member draws for themselves alone; what was drawn is not drawn again", async () => {
  const [owner, member] = [await stage.account(), await stage.account()];
  const folder = await makeFolder(owner, owner.root, "Papers");
  const paper = await putFile(owner, folder.id, "paper.pdf", pdf(["Geese"]));
  await shareWith(stage.url, { owner, member, folder: folder.id });
  const visitor = await stage.visit(member);
  const { page, files } = visitor;
  const given: string[] = [];
  const read: string[] = [];
  page.on("request", (request) => {
    if (request.method() === "PUT") given.push(request.url());
    if (new RegExp(`/files/${paper.id}\\?`).test(request.url())) read.push(request.url());
  });
  await files.open("Papers");
  await files.row("paper.pdf").waitFor();
  await asGrid(visitor);
  await untilDrawn(image(files, "paper.pdf"));
  const reads = read.length;
  expect(reads).toBeGreaterThan(0);
  await page.reload();
  await untilDrawn(image(files, "paper.pdf"));
  expect(read.length, "reads after the page was loaded again").toBe(reads);
  expect(given).toEqual([]);
  expect(await kindOf(owner, paper)).toBe("none");
});

it("[H2] guests see the server's thumbnails, and draw none", async () => {
  const account = await stage.account();
  const folder = await makeFolder(account, account.root, "Trip");
  const picture = await putFile(account, folder.id, "hill.jpg", photo);
  const paper = await putFile(account, folder.id, "paper.pdf", pdf(["Geese"]));
  await putFile(account, folder.id, "note.txt", "By the sea");
  await until(async () => (await kindOf(account, picture)) === "image", "the picture has a thumbnail", 30_000);
  const { url } = await account.api.share(folder.id);
  const { page } = await stage.browse(undefined, phone);
  const read: string[] = [];
  page.on("request", (request) => {
    if (request.url().includes(`/files/${paper.id}?`)) read.push(request.url());
  });
  await page.goto(url);
  const card = page.getByRole("listitem").filter({ hasText: "hill.jpg" });
  await page.getByRole("radio", { name: "Grid" }).locator("xpath=..").click();
  const shown = card.locator('img[data-thumbnail="image"]');
  await untilDrawn(shown);
  expect(await shown.getAttribute("src")).toContain(`/files/${picture.id}/thumbnail?version=1`);
  await page.getByRole("listitem").filter({ hasText: "note.txt" }).getByText("By the sea").waitFor();
  expect(read).toEqual([]);
  await expectAccessible(page, "a guest's grid");
});
