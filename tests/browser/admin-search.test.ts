import type { Page, Request } from "playwright-core";
import { beforeAll, expect, it } from "vitest";
import { SearchApi } from "../../client/search.ts";
import type { SearchState } from "../../protocol/search.ts";
import { until } from "../e2e/support/ledge-process.ts";
import { expectAccessible } from "./support/accessible.ts";
import { putFile, type TestAccount } from "./support/accounts.ts";
import { useStage } from "./support/stage.ts";

const phone = { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true, deviceScaleFactor: 2 } as const;
const LETTER = {
  id: 3,
  body: '{"space":"01jd8z4m2qk7v9t3w5x6y7z8a9","seq":7}',
  at: 1_760_000_000_000,
  redrivenAt: null,
};

const stage = useStage();
let administrator: TestAccount;
let search: SearchApi;

beforeAll(async () => {
  administrator = await stage.account();
  search = new SearchApi(administrator.api.http);
  await putFile(administrator, administrator.root, "heron.txt", "A grey heron waits.");
  // It says that it is a PDF, and is not.
  await putFile(administrator, administrator.root, "poisoned heron.pdf", "%PDF-1.7\nnothing of the kind");
  await until(async () => (await search.search("heron")).hits.length === 2, "both are found", 60_000);
});

async function open(page: Page): Promise<void> {
  await page.goto(`${stage.url}/admin/search`);
  await page.getByRole("group", { name: "Make the index anew" }).waitFor();
}

const part = (page: Page, name: string) => page.getByRole("group", { name, exact: true });

/** Whether an administrator's deed is asked for; the page asks for a socket by itself. */
const isDeed = (request: Request): boolean => request.method() === "POST" && request.url().includes("/api/admin/");

/** Has the page see another state than the server's. */
async function withState(page: Page, change: (state: SearchState) => SearchState): Promise<void> {
  await page.route(/\/api\/admin\/search(\?|$)/, async (route) => {
    const answer = await route.fetch();
    await route.fulfill({ response: answer, json: change((await answer.json()) as SearchState) });
  });
}

it("[X4] a file that cannot be read is found by its name, and shown with the reason, without its name", async () => {
  const state = await search.state("damaged");
  expect(state.parked).toHaveLength(1);
  const { page } = await stage.browse(administrator);
  await open(page);
  const parked = part(page, "Contents without text");
  await parked.getByLabel("Reason").selectOption({ label: "Damaged (1 content)" });
  await parked
    .getByRole("row")
    .filter({ hasText: state.parked[0]?.content ?? "none" })
    .getByText("Damaged")
    .waitFor();
  expect(await page.getByRole("main").innerText()).not.toContain("poisoned");
  await part(page, "Messages that were given up").getByText("No message was given up.").waitFor();
  // What is damaged stays so: there is nothing to try again, also while it is listed.
  expect(await page.getByRole("button", { name: "Try all again" }).count()).toBe(0);
  await part(page, "Spaces behind").getByText("No space is behind.").waitFor();
});

it("[X7] the index is made anew after it was asked, seen live to its end, while searching goes on", async () => {
  const { page } = await stage.browse(administrator);
  const seen: SearchState["spaces"][] = [];
  page.on("response", (response) => {
    if (!/\/api\/admin\/search(\?|$)/.test(response.url())) return;
    void response.json().then(
      (state: SearchState) => seen.push(state.spaces),
      () => undefined,
    );
  });
  // Two files are made anew before the page looks: its first look is as of an index that takes longer.
  let looks = Number.NEGATIVE_INFINITY;
  page.on("request", (request) => {
    if (isDeed(request)) looks = 0;
  });
  const behind = [{ space: "01jd8z4m2qk7v9t3w5x6y7z8a9", seq: 12, indexed: 4 }];
  await withState(page, (state) =>
    looks++ === 0 ? { ...state, spaces: { ...state.spaces, current: 0 }, behind } : state,
  );
  await open(page);
  const anew = part(page, "Make the index anew");
  await anew.getByText("Everything that was changed can be found.").waitFor();
  await anew.getByRole("button", { name: "Make the index anew" }).click();
  const dialog = page.getByRole("dialog", { name: "Make the whole index anew?" });
  await dialog.getByText("Searching goes on with what is there.").waitFor();
  await dialog.getByRole("button", { name: "Make anew" }).click();
  await dialog.waitFor({ state: "detached" });
  expect((await search.search("heron")).hits).toHaveLength(2);
  await expect.poll(() => seen.some(({ current, indexed }) => current < indexed)).toBe(true);
  await expect.poll(() => seen.at(-1)?.current, { timeout: 60_000 }).toBe(seen.at(-1)?.indexed);
  await anew.getByText("Everything that was changed can be found.").waitFor({ timeout: 60_000 });
  expect((await search.search("waits")).hits.map(({ node }) => node.name)).toEqual(["heron.txt"]);
});

it("[X6] a message that was given up is sent again alone, or all are; what fails is said", async () => {
  const { page } = await stage.browse(administrator);
  await withState(page, (state) => ({ ...state, deadLetters: [LETTER, { ...LETTER, id: 2, body: '"oh"' }] }));
  await open(page);
  const dead = part(page, "Messages that were given up");
  const [one] = await Promise.all([
    page.waitForRequest(isDeed),
    dead.getByRole("button", { name: "Send again: Space 01jd8z4m2qk7v9t3w5x6y7z8a9" }).click(),
  ]);
  expect(one.url()).toContain("/api/admin/search/redrive?letter=3");
  const outcome = dead.getByText("0 messages were sent again, 0 contents will be read again.");
  await outcome.waitFor();
  await expect.poll(() => outcome.evaluate((element) => element === document.activeElement)).toBe(true);
  await dead.getByText("A message that is none").waitFor();
  const [all] = await Promise.all([
    page.waitForRequest(isDeed),
    dead.getByRole("button", { name: "Try all again" }).click(),
  ]);
  expect(new URL(all.url()).search).toBe("");
  await page.route("**/api/admin/search/redrive*", (route) => route.abort());
  await dead.getByRole("button", { name: "Try all again" }).click();
  await dead.getByRole("alert").waitFor({ timeout: 30_000 });
  expect((await stage.endVisits()).filter((error) => !error.includes("ERR_FAILED"))).toEqual([]);
});

it.each([
  ["wide", {}],
  ["on a phone", phone],
] as const)("[B17] %s it is accessible, and nothing is cut off at the side", async (_name, options) => {
  const { page } = await stage.browse(administrator, options);
  await withState(page, (state) => ({
    ...state,
    spaces: { indexed: 8, current: 3 },
    behind: [{ space: "01jd8z4m2qk7v9t3w5x6y7z8a9", seq: 12, indexed: 4 }],
    deadLetters: [LETTER],
  }));
  await open(page);
  await part(page, "Make the index anew").getByText("3 of 8 spaces are read anew").waitFor();
  await expectAccessible(page, "/admin/search");
  const width = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  expect(width).toBeLessThanOrEqual(0);
});
