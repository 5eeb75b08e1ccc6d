import type { Page, Route } from "playwright-core";
import { beforeAll, expect, it } from "vitest";
import { SearchApi } from "../../client/search.ts";
import type { SearchPage } from "../../protocol/search.ts";
import { until } from "../e2e/support/ledge-process.ts";
import { putFile, type TestAccount } from "./support/accounts.ts";
import { useStage } from "./support/stage.ts";

const FOLDERS = 50;

const stage = useStage();
let ada: TestAccount;

beforeAll(async () => {
  ada = await stage.account();
  const operations = Array.from({ length: FOLDERS }, (_, at) => ({
    type: "createFolder" as const,
    parent: ada.root,
    name: `bittern ${String(at).padStart(2, "0")}`,
  }));
  await ada.api.commit(operations);
  await putFile(ada, ada.root, "日本の鳥.txt", "Birds of the marshes");
  const search = new SearchApi(ada.api.http);
  await until(
    async () => (await search.search("bittern", { limit: 100 })).hits.length === FOLDERS,
    "all are found",
    60_000,
  );
});

const field = (page: Page) => page.getByRole("combobox", { name: "Search names and texts" });
const panel = (page: Page) => page.getByRole("listbox", { name: "Found as you type" });
const options = (page: Page) => panel(page).getByRole("option");
const results = (page: Page) => page.getByRole("list", { name: "Results" }).getByRole("listitem");
const said = (page: Page) => page.getByRole("search").getByRole("status");

/** The queries that the page sends. */
function queriesOf(page: Page): string[] {
  const queries: string[] = [];
  page.on("request", (request) => {
    const { pathname, searchParams } = new URL(request.url());
    if (pathname === "/api/search") queries.push(searchParams.get("q") ?? "");
  });
  return queries;
}

/** Answers of searches that `isHeld` names are held back until the answer is called. */
async function hold(page: Page, isHeld: (address: URL) => boolean): Promise<() => void> {
  let release = (): void => undefined;
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  await page.route(
    (address) => address.pathname === "/api/search" && isHeld(address),
    async (route) => {
      await released;
      await route.continue().catch(() => undefined);
    },
  );
  return release;
}

it("[F1] what an input method is still composing is not searched for, and the Enter that ends it opens nothing", async () => {
  const { page, context } = await stage.visit(ada);
  const queries = queriesOf(page);
  await field(page).click();
  const devtools = await context.newCDPSession(page);
  for (const text of ["n", "に", "にほん"]) {
    await devtools.send("Input.imeSetComposition", { text, selectionStart: text.length, selectionEnd: text.length });
    await page.waitForTimeout(300);
  }
  expect(queries).toEqual([]);
  await devtools.send("Input.insertText", { text: "日本" });
  await expect.poll(() => options(page).first().innerText()).toContain("日本の鳥.txt");
  expect(queries).toEqual(["日本"]);
  await page.keyboard.press("ArrowDown");
  // As Safari tells of it: after the composition's end.
  await field(page).evaluate((element) => {
    const enter = { key: "Enter", keyCode: 229, bubbles: true, cancelable: true };
    element.dispatchEvent(new KeyboardEvent("keydown", enter));
  });
  expect(await options(page).first().getAttribute("aria-selected")).toBe("true");
  expect(await field(page).evaluate((element) => element === document.activeElement)).toBe(true);
});

it("[F1] [B10] an answer that comes late puts nothing else below the choice", async () => {
  const { page } = await stage.visit(ada);
  const release = await hold(page, (address) => address.searchParams.get("q") === "bittern 07");
  await field(page).fill("bittern");
  await expect.poll(() => options(page).count()).toBe(8);
  await said(page).getByText("7 results, and more").waitFor({ state: "attached" });
  const isAsked = page.waitForRequest(/q=bittern(\+|%20)07/);
  await field(page).fill("bittern 07");
  await isAsked;
  await page.keyboard.press("ArrowDown");
  expect(await panel(page).locator("[aria-selected=true]").innerText()).not.toContain("bittern 07");
  release();
  await expect.poll(() => options(page).first().innerText()).toContain("bittern 07");
  expect(await panel(page).locator("[aria-selected=true]").count()).toBe(0);
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "Results for “bittern 07”" }).waitFor();
});

it("[F4] [B17] says aloud what is wrong with a query, not that it has no results", async () => {
  const { page } = await stage.visit(ada);
  await field(page).fill("bittern size:huge");
  await said(page).getByText("size: takes a comparison").waitFor({ state: "attached" });
  await field(page).fill("unheardofword");
  await said(page).getByText("0 results").waitFor({ state: "attached" });
  await page.getByText("Nothing was found").waitFor();
});

it("[F6] says at once that there were too many searches, instead of waiting a minute without a word", async () => {
  const { page } = await stage.visit(ada);
  const refuse = async (route: Route): Promise<void> => {
    const problem = { type: "about:blank", title: "Too many", status: 429, code: "rate_limited", detail: "wait" };
    const headers = { "content-type": "application/problem+json", "retry-after": "60" };
    await route.fulfill({ status: 429, headers, body: JSON.stringify(problem) });
  };
  await page.route("**/api/search?**", refuse);
  await field(page).fill("bittern");
  await page.getByText("Too many attempts.").first().waitFor({ timeout: 10_000 });
  await field(page).press("Enter");
  await page.getByRole("heading", { name: "The search did not work" }).waitFor({ timeout: 10_000 });
  await page.unroute("**/api/search?**", refuse);
  await page.getByRole("button", { name: "Try again" }).click();
  await expect.poll(() => results(page).count()).toBeGreaterThanOrEqual(40);
  expect((await stage.endVisits()).filter((error) => !error.includes("429"))).toEqual([]);
});

it("[F3] the next page comes to whoever scrolled to the end while the results were asked for again", async () => {
  const { page } = await stage.browse(ada);
  await page.goto(`${stage.url}/search?q=bittern`);
  await expect.poll(() => results(page).count()).toBe(40);
  await page.locator('[role="status"][data-state="live"]').waitFor({ state: "attached" });
  const release = await hold(page, (address) => !address.searchParams.has("cursor"));
  const isAsked = page.waitForRequest(/\/api\/search\?/, { timeout: 20_000 });
  await putFile(ada, ada.root, "news.txt", "news");
  await isAsked;
  await page.mouse.move(600, 500);
  await page.mouse.wheel(0, 20_000);
  await page.waitForTimeout(500);
  release();
  await expect.poll(() => results(page).count()).toBe(FOLDERS);
});

it("[F3] [F6] goes on over pages without a hit, but not for ever", async () => {
  const { page } = await stage.browse(ada);
  let asked = 0;
  await page.route("**/api/search?**", async (route) => {
    const address = new URL(route.request().url());
    if (address.searchParams.has("cursor")) {
      asked += 1;
      const empty: SearchPage = { hits: [], next: `more ${asked}`, corrected: [] };
      return route.fulfill({ json: empty });
    }
    const answer = await route.fetch();
    return route.fulfill({ response: answer, json: { ...((await answer.json()) as SearchPage), next: "more" } });
  });
  await page.goto(`${stage.url}/search?q=bittern`);
  await expect.poll(() => results(page).count()).toBe(40);
  await page.mouse.move(600, 500);
  await page.mouse.wheel(0, 20_000);
  await expect.poll(() => asked).toBe(5);
  const more = page.getByRole("button", { name: "Show more" });
  await more.click();
  await expect.poll(() => asked).toBe(6);
  await page.waitForTimeout(500);
  expect(asked).toBe(6);
});

it("[B8] [F3] back from a folder that was found, the results stand where they were, with the focus on it", async () => {
  const { page } = await stage.browse(ada);
  await page.goto(`${stage.url}/search?q=bittern`);
  await expect.poll(() => results(page).count()).toBe(40);
  await page.mouse.move(600, 500);
  await page.mouse.wheel(0, 20_000);
  await expect.poll(() => results(page).count()).toBe(FOLDERS);
  const found = results(page)
    .nth(FOLDERS - 2)
    .getByRole("link");
  const name = await found.innerText();
  await found.focus();
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/files\/[0-9a-z]+$/);
  await page.getByText("This folder is empty").first().waitFor();
  await page.goBack();
  await expect.poll(() => results(page).count()).toBe(FOLDERS);
  expect(await field(page).inputValue()).toBe("bittern");
  const again = page.getByRole("link", { name, exact: true });
  await expect.poll(() => again.evaluate((element) => element === document.activeElement)).toBe(true);
  await expect
    .poll(() =>
      again.evaluate((element) => {
        const { top, bottom } = element.getBoundingClientRect();
        return top >= 0 && bottom <= window.innerHeight;
      }),
    )
    .toBe(true);
});
