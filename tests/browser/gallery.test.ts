import type { Locator, Page } from "playwright-core";
import { beforeAll, expect, it } from "vitest";
import { until } from "../e2e/support/ledge-process.ts";
import { expectAccessible } from "./support/accessible.ts";
import { makeFolder, putFile, type TestAccount } from "./support/accounts.ts";
import type { FilesPage } from "./support/files-page.ts";
import { numberedPicture } from "./support/numbered-picture.ts";
import { useStage } from "./support/stage.ts";

const PICTURES = 24;
const phone = { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true, deviceScaleFactor: 2 } as const;

const stage = useStage();
let account: TestAccount;

beforeAll(async () => {
  account = await stage.account();
  await makeFolder(account, account.root, "Albums");
  const ids: string[] = [];
  for (let at = 0; at < PICTURES; at++) {
    const node = await putFile(account, account.root, nameOf(at), await numberedPicture(at));
    ids.push(node.id);
  }
  await until(
    async () => (await account.api.thumbnails(ids)).every(({ kind }) => kind === "image"),
    "all pictures have thumbnails",
    60_000,
  );
});

const nameOf = (at: number): string => `picture ${String(at).padStart(2, "0")}.jpg`;

const choose = (page: Page, look: string): Promise<void> =>
  page.getByRole("radio", { name: look }).locator("xpath=..").click();
const image = (files: FilesPage, name: string): Locator => files.row(name).locator('img[data-thumbnail="image"]');
const isDrawn = (shown: Locator): Promise<boolean> =>
  shown.evaluate((element: HTMLImageElement) => element.naturalWidth > 1);

/** The pictures that are selected, by name. */
const selected = (page: Page): Promise<(string | null)[]> =>
  page
    .locator('[data-id][aria-selected="true"] [title$=".jpg"]')
    .evaluateAll((names) => names.map((name) => name.textContent));

/** How many cards are in the first line, and the size of one. */
async function cards(page: Page): Promise<{ across: number; width: number; height: number }> {
  const line = page.getByRole("grid").getByRole("row").first().locator("[data-id]");
  const box = await line.first().boundingBox();
  if (!box) throw new Error("no card");
  return { across: await line.count(), width: box.width, height: box.height };
}

it("[B10] [H2] the gallery's pictures are larger and whole; arrows walk by its lines; a reload keeps it", async () => {
  const { page, files } = await stage.visit(account);
  await choose(page, "Grid");
  await expect.poll(() => isDrawn(image(files, nameOf(0)))).toBe(true);
  const grid = await cards(page);
  await choose(page, "Gallery");
  await expect.poll(() => isDrawn(image(files, nameOf(1)))).toBe(true);
  const gallery = await cards(page);
  expect(gallery.width).toBeGreaterThan(grid.width * 1.3);
  expect(gallery.height).toBeGreaterThan(grid.height * 1.2);
  expect(gallery.across).toBeLessThan(grid.across);
  expect(await image(files, nameOf(1)).evaluate((element) => getComputedStyle(element).objectFit)).toBe("contain");
  await expectAccessible(page, "a gallery");

  await files.row("Albums").click();
  await page.keyboard.press("ArrowDown");
  // The folder is the first card.
  expect(await selected(page)).toEqual([nameOf(gallery.across - 1)]);
  await page.keyboard.press("Shift+ArrowRight");
  expect(await selected(page)).toEqual([nameOf(gallery.across - 1), nameOf(gallery.across)]);
  await page.keyboard.press("End");
  expect(await selected(page)).toEqual([nameOf(PICTURES - 1)]);
  await expect.poll(() => isDrawn(image(files, nameOf(PICTURES - 1)))).toBe(true);

  await page.reload();
  await files.row(nameOf(0)).waitFor();
  await expect.poll(() => cards(page)).toEqual(gallery);
  await page.locator("body").press("Shift+V");
  await page.getByRole("columnheader", { name: "Name" }).waitFor();
});

it("[B9] [B17] on a phone the gallery is of two columns, and only what is in view is in the page", async () => {
  const { page, files } = await stage.browse(account, phone);
  await page.goto(`${stage.url}/files`);
  await choose(page, "Gallery");
  await expect.poll(() => isDrawn(image(files, nameOf(0)))).toBe(true);
  expect((await cards(page)).across).toBe(2);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
  expect(await files.row(nameOf(PICTURES - 1)).count()).toBe(0);
  await expectAccessible(page, "a gallery on a phone");
  await page.getByRole("grid").evaluate((list) => list.scrollTo({ top: list.scrollHeight }));
  await expect.poll(() => isDrawn(image(files, nameOf(PICTURES - 1)))).toBe(true);
});
