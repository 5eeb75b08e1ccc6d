import type { Locator, Page } from "playwright-core";
import { beforeAll, expect, it } from "vitest";
import type { Node } from "../../protocol/tree.ts";
import { until } from "../e2e/support/ledge-process.ts";
import { expectAccessible } from "./support/accessible.ts";
import { makeFolder, putFile, type TestAccount } from "./support/accounts.ts";
import { numberedPicture } from "./support/numbered-picture.ts";
import { useStage } from "./support/stage.ts";

const PICTURES = 40;
const phone = { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true, deviceScaleFactor: 2 } as const;

const stage = useStage();
let account: TestAccount;
let folder: Node;
let link: string;

beforeAll(async () => {
  account = await stage.account();
  folder = await makeFolder(account, account.root, "Trip");
  const ids: string[] = [];
  for (let at = 0; at < PICTURES; at++)
    ids.push((await putFile(account, folder.id, nameOf(at), await numberedPicture(at))).id);
  await makeFolder(account, folder.id, "Maps");
  await until(
    async () => (await account.api.thumbnails(ids)).every(({ kind }) => kind === "image"),
    "all pictures have thumbnails",
    90_000,
  );
  link = (await account.api.share(folder.id)).url;
});

const nameOf = (at: number): string => `picture ${String(at).padStart(2, "0")}.jpg`;

const choose = (page: Page, look: string): Promise<void> =>
  page.getByRole("radio", { name: look }).locator("xpath=..").click();
const card = (page: Page, name: string): Locator => page.getByRole("listitem").filter({ hasText: name });
const image = (page: Page, name: string): Locator => card(page, name).locator('img[data-thumbnail="image"]');
const isDrawn = (shown: Locator): Promise<boolean> =>
  shown.evaluate((element: HTMLImageElement) => element.naturalWidth > 1);
const focused = (page: Page): Promise<string | undefined> =>
  page.evaluate(() => document.activeElement?.getAttribute("title") ?? undefined);

it("[H4] [B9] a guest's folder of pictures is a gallery: asked about at once, blurred first, and of what is seen alone", async () => {
  const { page } = await stage.browse();
  const asked: string[][] = [];
  const pictures: string[] = [];
  page.on("request", (request) => {
    if (request.url().endsWith("/thumbnails"))
      asked.push((JSON.parse(request.postData() ?? "{}") as { ids: string[] }).ids);
    if (/\/files\/[0-9a-z]+/.test(request.url())) pictures.push(request.url());
  });
  let release = (): void => undefined;
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  await page.route("**/thumbnail?**", async (route) => {
    await held;
    await route.continue();
  });
  await page.goto(link);
  const placeholder = card(page, nameOf(0)).locator('img[data-thumbnail="placeholder"]');
  await expect.poll(() => isDrawn(placeholder)).toBe(true);
  expect(await image(page, nameOf(0)).getAttribute("data-look")).toBe("waits");
  const before = await card(page, nameOf(0)).boundingBox();
  release();
  await expect.poll(() => isDrawn(image(page, nameOf(0)))).toBe(true);
  expect(await card(page, nameOf(0)).boundingBox()).toEqual(before);
  expect(await image(page, nameOf(1)).evaluate((element) => getComputedStyle(element).objectFit)).toBe("contain");
  expect(asked.length, "requests of what is known").toBeLessThanOrEqual(2);
  expect(asked.flat().length).toBeGreaterThan(8);
  expect(pictures.filter((url) => !url.includes("/thumbnail?version=1"))).toEqual([]);
  await expectAccessible(page, "a guest's gallery");

  // What was fetched once is in the browser.
  const again: string[] = [];
  const { origin } = new URL(link);
  page.on("response", (answer) => {
    if (answer.url().startsWith(origin) && answer.url().includes("/thumbnail?"))
      again.push(answer.headers()["cache-control"] ?? "");
  });
  await page.unroute("**/thumbnail?**");
  await page.reload();
  await expect.poll(() => isDrawn(image(page, nameOf(0)))).toBe(true);
  for (const control of again) expect(control).toContain("immutable");
});

it("[B10] arrows walk through a guest's gallery by its lines, the focus comes back from a picture, the look is kept", async () => {
  const { page } = await stage.browse();
  await page.goto(link);
  await choose(page, "Grid");
  await expect.poll(() => isDrawn(image(page, nameOf(0)))).toBe(true);
  const lefts = await page
    .getByRole("listitem")
    .evaluateAll((all) => all.map((each) => Math.round(each.getBoundingClientRect().left)));
  const across = new Set(lefts).size;
  expect(across).toBeGreaterThan(3);

  await page.getByRole("link", { name: "Maps" }).focus();
  await page.keyboard.press("ArrowDown");
  // The folder is the first card.
  expect(await focused(page)).toBe(nameOf(across - 1));
  await page.keyboard.press("ArrowLeft");
  await page.keyboard.press("ArrowUp");
  expect(await focused(page)).toBe(nameOf(across - 2));
  await page.keyboard.press("End");
  await expect.poll(() => focused(page)).toBe(nameOf(PICTURES - 1));
  await page.keyboard.press("Space");
  await page.getByRole("toolbar", { name: "1 chosen" }).waitFor();
  expect(await page.getByLabel(`Choose ${nameOf(PICTURES - 1)}`).isChecked()).toBe(true);
  await page.keyboard.press("Space");

  await page.keyboard.press("Enter");
  await page.getByRole("dialog", { name: nameOf(PICTURES - 1) }).waitFor();
  for (let back = 2; back <= 4; back++) {
    await page.keyboard.press("ArrowLeft");
    await page.getByRole("dialog", { name: nameOf(PICTURES - back) }).waitFor();
  }
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "detached" });
  await expect.poll(() => focused(page)).toBe(nameOf(PICTURES - 4));
  // One stop of the tab key for the whole list: the entry's box before its link, and then what is after the list.
  await page.keyboard.press("Shift+Tab");
  expect(await page.evaluate(() => document.activeElement?.getAttribute("aria-label"))).toBe(
    `Choose ${nameOf(PICTURES - 4)}`,
  );
  await page.keyboard.press("Shift+Tab");
  expect(await page.evaluate(() => document.activeElement?.closest("li"))).toBeNull();

  await page.reload();
  await card(page, "Maps").waitFor();
  expect(await page.getByRole("radio", { name: "Grid" }).isChecked()).toBe(true);
});

it("[B17] on a phone a guest's gallery is of two columns, without a scroll to the side", async () => {
  const { page } = await stage.browse(undefined, { ...phone, colorScheme: "dark" });
  await page.goto(link);
  await expect.poll(() => isDrawn(image(page, nameOf(0)))).toBe(true);
  const lefts = await page
    .getByRole("listitem")
    .evaluateAll((all) => all.map((each) => Math.round(each.getBoundingClientRect().left)));
  expect(new Set(lefts).size).toBe(2);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
  expect(await page.getByRole("listitem").count()).toBeLessThan(PICTURES);
  await expectAccessible(page, "a guest's gallery on a phone");
});

it("[L5] [H2] where showing counts a guest's page asks for no thumbnail", async () => {
  const capped = await account.api.share(folder.id, { maxDownloads: 5 });
  const { page } = await stage.browse();
  const asked: string[] = [];
  page.on("request", (request) => {
    if (/thumbnail|\/files\//.test(new URL(request.url()).pathname)) asked.push(request.url());
  });
  await page.goto(capped.url);
  await card(page, nameOf(0)).waitFor();
  await choose(page, "Gallery");
  await page.waitForLoadState("networkidle");
  await card(page, nameOf(0)).waitFor();
  expect(asked.filter((url) => !url.includes("/assets/"))).toEqual([]);
  await page.getByText(/5 downloads left/).waitFor();
});
