import type { Page } from "playwright-core";
import { beforeAll, expect, it } from "vitest";
import { SearchApi } from "../../client/search.ts";
import { until } from "../e2e/support/ledge-process.ts";
import { expectAccessible } from "./support/accessible.ts";
import { makeFolder, putFile, type TestAccount } from "./support/accounts.ts";
import { useStage } from "./support/stage.ts";

const stage = useStage();
let ada: TestAccount;

const ON_HERONS = "Herons stand in the shallows. <b>A grey heron</b> waits for hours, then strikes.";

beforeAll(async () => {
  ada = await stage.account();
  const birds = await makeFolder(ada, ada.root, "Water birds");
  await putFile(ada, birds.id, "notes on waiting.md", ON_HERONS);
  await putFile(ada, birds.id, "heron <img src=x>.txt", "nothing of note");
  const ledgers = Array.from({ length: 60 }, (_, i) =>
    putFile(ada, ada.root, `ledger ${i}.csv`, `row,${i}\npelican,${i}\n`),
  );
  await Promise.all(ledgers);
  await untilFound("pelican", 60);
});

async function untilFound(q: string, count: number): Promise<void> {
  const search = new SearchApi(ada.api.http);
  await until(async () => (await search.search(q, { limit: 100 })).hits.length === count, `${count} have ${q}`, 60_000);
}

const field = (page: Page) => page.getByRole("combobox", { name: "Search names and texts" });
const options = (page: Page) => page.getByRole("listbox", { name: "Found as you type" }).getByRole("option");
const results = (page: Page) => page.getByRole("list", { name: "Results" }).getByRole("listitem");

it("[F1] [F3] [F5] [B10] by keyboard alone: types, sees, opens, comes to all results, filters and opens there", async () => {
  const { page } = await stage.visit(ada);
  const press = (key: string): Promise<void> => page.keyboard.press(key);

  await press("Control+Shift+F");
  await expect.poll(() => field(page).evaluate((each) => each === document.activeElement)).toBe(true);
  await page.getByText("a folder and all below").waitFor();
  await page.keyboard.type("heron");
  await expect.poll(() => options(page).count()).toBe(3);
  // A name before a text, and what looks like markup is text.
  expect(await options(page).nth(0).innerText()).toContain("heron <img src=x>.txt");
  const inText = options(page).nth(1);
  expect(await inText.innerText()).toContain("<b>A grey heron</b> waits");
  expect(await inText.innerText()).toContain("Files / Water birds");
  expect(await inText.locator("mark").allInnerTexts()).toEqual(["Heron", "heron"]);
  expect(await inText.locator("b").count()).toBe(0);

  await press("ArrowDown");
  await press("ArrowDown");
  expect(await inText.getAttribute("aria-selected")).toBe("true");
  await press("Enter");
  await page.getByRole("dialog", { name: "notes on waiting.md" }).waitFor();
  expect(await field(page).getAttribute("aria-expanded")).toBe("false");
  await press("Escape");
  await page.getByRole("dialog").waitFor({ state: "detached" });

  await press("Control+Shift+F");
  await press("Escape");
  await options(page).first().waitFor({ state: "detached" });
  await page.keyboard.type("waiting heron");
  await press("Enter");
  await page.getByRole("heading", { name: "Results for “waiting heron”" }).waitFor();
  await expect.poll(() => results(page).count()).toBe(1);
  await page.goBack();
  await expect.poll(() => field(page).inputValue()).toBe("");

  await press("Control+Shift+F");
  await page.keyboard.type("heron");
  await press("Enter");
  await expect.poll(() => results(page).count()).toBe(2);
  expect(new URL(page.url()).searchParams.get("q")).toBe("heron");
  // From the page's beginning, where Enter left the focus.
  await press("Tab");
  const type = page.getByLabel("Type", { exact: true });
  await expect.poll(() => type.evaluate((each) => each === document.activeElement)).toBe(true);
  await page.keyboard.type("Texts");
  await expect.poll(() => new URL(page.url()).searchParams.get("q")).toBe("heron type:text");
  await expect.poll(() => results(page).count()).toBe(1);
  expect(await field(page).inputValue()).toBe("heron type:text");
  await page.getByRole("button", { name: "Clear the filters" }).focus();
  await press("Enter");
  await expect.poll(() => results(page).count()).toBe(2);

  const before = page.getByLabel("Modified before", { exact: true });
  await before.focus();
  await press("ArrowDown");
  await expect.poll(() => new URL(page.url()).searchParams.get("q")).toMatch(/^heron before:\d{4}-\d\d-\d\d$/);
  await page.getByRole("heading", { name: "Nothing was found" }).waitFor();
  await page.goBack();
  await expect.poll(() => results(page).count()).toBe(2);
  expect(await field(page).inputValue()).toBe("heron");

  // From the page's beginning to the first result, and on; Escape leads to the field, and from there back.
  await page.locator("main").focus();
  await press("ArrowDown");
  const first = page.getByRole("link", { name: "heron <img src=x>.txt" });
  await expect.poll(() => first.evaluate((each) => each === document.activeElement)).toBe(true);
  await press("Escape");
  await expect.poll(() => field(page).evaluate((each) => each === document.activeElement)).toBe(true);
  await first.focus();
  await press("ArrowDown");
  await press("Enter");
  await page.getByRole("dialog", { name: "notes on waiting.md" }).waitFor();
  await press("Escape");
  await page.getByRole("dialog").waitFor({ state: "detached" });
  const opened = page.getByRole("link", { name: "notes on waiting.md" });
  await expect.poll(() => opened.evaluate((each) => each === document.activeElement)).toBe(true);
  expect(new URL(page.url()).searchParams.get("q")).toBe("heron");
});

it("[F4] explains a malformed operator where it was typed, and on the page of results", async () => {
  const { page } = await stage.visit(ada);
  await field(page).fill("heron size:huge");
  const explanation = page.getByText("size: takes a comparison with bytes, as in size:>10mb or size:<1kb.");
  await explanation.first().waitFor();
  await field(page).press("Enter");
  await page.getByRole("alert").filter({ has: explanation }).waitFor();
  await page.getByLabel("Size", { exact: true }).selectOption("<100kb");
  await expect.poll(() => results(page).count()).toBe(2);
});

it("[F2] says what it searched for instead, and that nothing was found", async () => {
  const { page } = await stage.browse(ada);
  await page.goto(`${stage.url}/search?q=herron`);
  await page.getByText("Nothing has “herron”: these have heron.").waitFor();
  await expect.poll(() => results(page).count()).toBe(1);
  await page.goto(`${stage.url}/search?q=unheardofword`);
  await page.getByRole("heading", { name: "Nothing was found" }).waitFor();
});

it("[F3] [F6] goes on as one scrolls, without a hit twice", async () => {
  const { page } = await stage.browse(ada);
  await page.goto(`${stage.url}/search?q=pelican`);
  await expect.poll(() => results(page).count()).toBeGreaterThanOrEqual(40);
  await results(page).last().scrollIntoViewIfNeeded();
  await page.mouse.wheel(0, 10_000);
  await expect.poll(() => results(page).count()).toBe(60);
  // Of what is out of sight nothing is laid out.
  const names = await results(page).locator("a").allTextContents();
  expect(new Set(names).size).toBe(60);
  await page.getByText("60 results", { exact: true }).waitFor();
});

it("[F1] shows the answer to what was typed last, whatever comes first", async () => {
  const { page } = await stage.visit(ada);
  let isHeld = false;
  await page.route(/\/api\/search\?.*q=ledger(&|$)/, async (route) => {
    isHeld = true;
    await new Promise((resolve) => setTimeout(resolve, 2_000));
    await route.continue().catch(() => undefined);
  });
  await field(page).fill("ledger");
  await expect.poll(() => isHeld).toBe(true);
  await field(page).fill("shallows");
  await expect.poll(() => options(page).first().innerText()).toContain("notes on waiting.md");
  await page.waitForTimeout(2_500);
  expect(await options(page).first().innerText()).toContain("notes on waiting.md");
});

it("[F1] the palette shows what the server finds, too", async () => {
  const { page } = await stage.visit(ada);
  await page.getByRole("button", { name: "Search and commands" }).click();
  await page.getByPlaceholder(/Find a file/).fill("shallows");
  await page.getByRole("option", { name: /notes on waiting\.md/ }).click();
  await page.getByRole("dialog", { name: "notes on waiting.md" }).waitFor();
});

it("[B19] offline it looks through the names that were seen, and says so", async () => {
  const { page, context } = await stage.visit(ada);
  // What searching needs is there once it was looked at, or the page has settled.
  await field(page).click();
  await page.getByText("a folder and all below").waitFor();
  await context.setOffline(true);
  await page.locator('[role="status"][data-state="offline"]').waitFor();
  await field(page).fill("water");
  await page.getByText("You are offline: these are names from folders").waitFor();
  await expect.poll(() => options(page).first().innerText()).toContain("Water birds");
  await field(page).press("ArrowDown");
  await field(page).press("Enter");
  await page.waitForURL(/\/files\/[0-9a-z]+$/);
  await context.setOffline(false);
  await page.locator('[role="status"][data-state="live"]').waitFor();
});

it("[B17] nothing for axe to find in the field's list and on the page of results", async () => {
  const { page } = await stage.visit(ada);
  await field(page).fill("heron");
  await expect.poll(() => options(page).count()).toBe(3);
  await field(page).press("ArrowDown");
  await expectAccessible(page, "what is found as one types");
  await field(page).fill("");
  await page.getByText("a folder and all below").waitFor();
  await expectAccessible(page, "the hints below the field");
  await page.goto(`${stage.url}/search?q=heron+type%3Atext+size%3A%3C100kb`);
  await expect.poll(() => results(page).count()).toBe(1);
  await expectAccessible(page, "results");
  await page.goto(`${stage.url}/search?q=`);
  await page.getByRole("heading", { name: "Find anything" }).waitFor();
  await expectAccessible(page, "the page without a query");
});

it("[B17] is usable at 360 px", async () => {
  const { page } = await stage.visit(ada, { viewport: { width: 360, height: 720 } });
  const fits = (): Promise<boolean> =>
    page.evaluate(() => document.documentElement.scrollWidth <= document.documentElement.clientWidth);
  await field(page).click();
  await page.keyboard.type("heron");
  await expect.poll(() => options(page).count()).toBe(3);
  expect((await field(page).boundingBox())?.width).toBeGreaterThan(240);
  expect((await options(page).first().boundingBox())?.width).toBeGreaterThan(300);
  expect(await fits()).toBe(true);
  await expectAccessible(page, "what is found as one types, on a phone");
  await page.keyboard.press("Enter");
  await expect.poll(() => results(page).count()).toBe(2);
  expect(await fits()).toBe(true);
  await expectAccessible(page, "results on a phone");
});
