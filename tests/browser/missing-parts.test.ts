import { readFile } from "node:fs/promises";
import type { BrowserContext, Page } from "playwright-core";
import { expect, it } from "vitest";
import { putFile } from "./support/accounts.ts";
import { useStage } from "./support/stage.ts";

// What a boundary of errors caught, as React tells the console, and what the browser says of a page in a script's place.
const stage = useStage(/A part is missing|Failed to load module script|ERR_INTERNET_DISCONNECTED|Failed to fetch/);

const STARRED = "**/assets/starred-page-*.js";
/** What the page asks for to know which release the server has. */
const RELEASE = "**/?release";

interface Opened {
  readonly page: Page;
  readonly context: BrowserContext;
  /** Says whether the page is still the one that was opened. */
  readonly isSame: () => Promise<boolean>;
}

/** A page of files, without the service worker, which would answer in the server's place. */
async function open(): Promise<Opened> {
  const account = await stage.account();
  await putFile(account, account.root, "plan.csv", "day,what\nMonday,rest\n");
  const { page, context } = await stage.visit(account, { serviceWorkers: "block" });
  await page.evaluate(() => Object.assign(globalThis, { isOpened: true }));
  return { page, context, isSame: () => page.evaluate(() => "isOpened" in globalThis) };
}

const goToStarred = (page: Page) => page.getByRole("link", { name: "Starred" }).click();
const alert = (page: Page) => page.getByRole("main").getByRole("alert");

it("[B19] a part that the server does not have is not called a lost connection, and can be asked for again", async () => {
  const { page, context, isSame } = await open();
  for (const answer of [{ status: 404 }, { status: 200, contentType: "text/html", body: "<p>no script</p>" }]) {
    await page.goto(`${stage.url}/files`);
    await page.evaluate(() => Object.assign(globalThis, { isOpened: true }));
    await context.route(STARRED, (route) => route.fulfill(answer));
    await goToStarred(page);
    await alert(page).getByText("The server does not have it").waitFor();
    expect(await alert(page).getByText("This page could not be loaded").count()).toBe(1);
    expect(await alert(page).getByRole("button", { name: "Reload" }).count()).toBe(1);
    await context.unroute(STARRED);
    await alert(page).getByRole("button", { name: "Try again" }).click();
    await page.getByRole("heading", { name: "Starred", exact: true }).waitFor();
    expect(await isSame()).toBe(true);
  }
});

it("[B19] a part of a release that the server has no more offers the new one, and takes it when asked to", async () => {
  const { page, context, isSame } = await open();
  await context.route(STARRED, (route) => route.fulfill({ status: 404 }));
  const html = await readFile(new URL("../../dist/web/index.html", import.meta.url), "utf8");
  await context.route(RELEASE, (route) =>
    route.fulfill({
      contentType: "text/html",
      body: html.replace(/assets\/index-[\w-]+\.js/, "assets/index-other.js"),
    }),
  );
  await goToStarred(page);
  await alert(page).getByText("A new version of Ledge is ready").waitFor();
  expect(await alert(page).getByRole("button", { name: "Try again" }).count()).toBe(0);
  expect(await isSame()).toBe(true);
  await context.unroute(STARRED);
  await alert(page).getByRole("button", { name: "Reload" }).click();
  await page.getByRole("heading", { name: "Starred", exact: true }).waitFor();
  expect(await isSame()).toBe(false);
});

it("[B19] a server that cannot be reached, and one in trouble, are told apart where a part is missing", async () => {
  const { page, context, isSame } = await open();
  await context.route(STARRED, (route) => route.abort("connectionrefused"));
  await context.route(RELEASE, (route) => route.abort("connectionrefused"));
  await goToStarred(page);
  await alert(page).getByText("The server cannot be reached").waitFor();

  await context.unroute(RELEASE);
  await context.route(RELEASE, (route) => route.fulfill({ status: 503 }));
  await alert(page).getByRole("button", { name: "Try again" }).click();
  await alert(page).getByText("The server answers, but with an error").waitFor();
  expect(await isSame()).toBe(true);
});

it("[B19] offline, what was never loaded says so, and comes by itself with the connection", async () => {
  const { page, context, isSame } = await open();
  await context.setOffline(true);
  await goToStarred(page);
  await alert(page).getByText("You are offline").waitFor();
  await context.setOffline(false);
  await page.getByRole("heading", { name: "Starred", exact: true }).waitFor();
  expect(await isSame()).toBe(true);
});

it("[B15] a preview whose code could not be had says why in its file's place, and is drawn when it is asked for again", async () => {
  const { page, context, isSame } = await open();
  await context.route("**/assets/table-preview-*.js", (route) => route.fulfill({ status: 500 }));
  await page.getByRole("row", { name: /plan\.csv/ }).dblclick();
  const viewer = page.getByRole("dialog");
  await viewer.getByText("The server does not have it").waitFor();
  await context.unroute("**/assets/table-preview-*.js");
  await viewer.getByRole("button", { name: "Try again" }).click();
  await viewer.getByText("Monday").waitFor();
  expect(await isSame()).toBe(true);
});

it("[B19] what could not be had is asked for anew when it is opened anew", async () => {
  const { page, context, isSame } = await open();
  await context.route("**/assets/table-preview-*.js", (route) => route.fulfill({ status: 500 }));
  const row = page.getByRole("row", { name: /plan\.csv/ });
  const viewer = page.getByRole("dialog");
  await row.dblclick();
  await viewer.getByText("The server does not have it").waitFor();
  await page.keyboard.press("Escape");
  await viewer.waitFor({ state: "detached" });
  await context.unroute("**/assets/table-preview-*.js");
  // Not at once: what fails is not to be asked for without end.
  await page.waitForTimeout(2_000);
  await row.dblclick();
  await viewer.getByText("Monday").or(viewer.getByText("The server does not have it")).waitFor();
  expect(await viewer.getByText("Monday").count()).toBe(1);
  expect(await isSame()).toBe(true);
});

it("[B19] a release that is to be taken later is not offered again with each part that is asked for", async () => {
  const { page, context } = await open();
  await context.route(RELEASE, (route) => route.fulfill({ contentType: "text/html", body: "<p>another</p>" }));
  const askForPart = async (): Promise<void> => {
    const asked = page.waitForResponse(/[?]release$/, { timeout: 1_000 }).catch(() => undefined);
    await page.evaluate(() => {
      dispatchEvent(Object.assign(new Event("vite:preloadError"), { payload: new TypeError("gone") }));
    });
    await asked;
  };
  const offer = page.getByText("A new version of Ledge is ready");
  await askForPart();
  await offer.waitFor();
  await page.getByRole("button", { name: "Later" }).click();
  await offer.waitFor({ state: "detached" });
  await askForPart();
  await page.waitForTimeout(500);
  expect(await offer.count()).toBe(0);
});
