import { appendFile, cp, mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import { root } from "../../scripts/support/tools.mjs";
import { startServer, type TestServer } from "../e2e/support/server.ts";
import { launch, openPage, signUpIn } from "./support/browser.ts";
import { isStored } from "./support/stored.ts";

let server: TestServer;
let browser: Browser;
let context: BrowserContext;

beforeAll(async () => {
  [server, browser] = await Promise.all([startServer(), launch()]);
});
afterAll(async () => {
  await browser?.close();
  await server?.stop();
});
beforeEach(async () => {
  context = await browser.newContext();
});
afterEach(() => context.close());

/** Resolves when the page's service worker is in charge of it. */
async function untilControlled(page: Page): Promise<void> {
  await page.waitForFunction(() => navigator.serviceWorker.controller !== null, undefined, { timeout: 30_000 });
}

async function makeFolder(page: Page, name: string): Promise<void> {
  await page.getByRole("button", { name: "New", exact: true }).click();
  await page.getByRole("menuitem", { name: "New folder" }).click();
  await page.getByRole("dialog").getByRole("textbox").fill(name);
  await page.getByRole("dialog").getByRole("textbox").press("Enter");
  await page.getByRole("row", { name: new RegExp(name) }).waitFor();
}

it("[B19] the shell and the folders that were seen are there offline, and what is made there is sent later", async () => {
  const { page, errors } = await openPage(context);
  await signUpIn(page, server.url, "offline@example.org");
  await makeFolder(page, "Plans");
  await untilControlled(page);
  // What is kept of a folder is written a moment after it was seen.
  await expect.poll(() => isStored(page, /ledge-drive-.* folders/, "Plans")).toBe(true);

  await context.setOffline(true);
  await page.reload();
  await page.getByRole("row", { name: /Plans/ }).waitFor();
  await page.getByText("Offline", { exact: true }).waitFor();
  await makeFolder(page, "Later");
  await page.getByText("1 change waits for the connection").waitFor();

  await context.setOffline(false);
  await page.getByText("Up to date").waitFor({ state: "attached" });
  const other = await (await browser.newContext({ storageState: await context.storageState() })).newPage();
  await other.goto(`${server.url}/files`);
  await other.getByRole("row", { name: /Later/ }).waitFor();
  await other.context().close();
  expect(errors.filter((error) => !error.includes("ERR_INTERNET_DISCONNECTED"))).toEqual([]);
});

it("[B19] answers of the API are never taken from a cache, but for bytes of a version", async () => {
  const { page } = await openPage(context);
  await signUpIn(page, server.url, "cache@example.org");
  await untilControlled(page);
  await page.reload();
  await page.getByRole("heading", { name: "Your drive is ready" }).waitFor();
  const kept = await page.evaluate(async () => {
    const urls: string[] = [];
    for (const name of await caches.keys()) {
      for (const { url } of await (await caches.open(name)).keys()) urls.push(new URL(url).pathname);
    }
    return urls;
  });
  expect(kept).toContain("/");
  expect(kept.filter((path) => path.startsWith("/api"))).toEqual([]);
});

/** The built app, served from a folder that a test may change. */
async function serveFolder(folder: string): Promise<{ url: string; server: Server }> {
  const types: Record<string, string> = {
    js: "text/javascript",
    css: "text/css",
    html: "text/html",
    svg: "image/svg+xml",
  };
  const files = createServer((request, response) => {
    const path = new URL(request.url ?? "/", "http://localhost").pathname;
    const file = /\.\w+$/.test(path) ? path : "/index.html";
    if (path.startsWith("/api/")) return void response.writeHead(401, { "content-type": "application/json" }).end("{}");
    void readFile(join(folder, file)).then(
      (bytes) =>
        response.writeHead(200, { "content-type": types[file.split(".").pop() ?? ""] ?? "text/plain" }).end(bytes),
      () => response.writeHead(404).end(),
    );
  });
  await new Promise<void>((resolve) => files.listen(0, "127.0.0.1", resolve));
  const { port } = files.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, server: files };
}

/** Puts another release into the folder, which differs in its page alone. */
async function release(folder: string): Promise<void> {
  const html = await readFile(join(folder, "index.html"), "utf8");
  await writeFile(join(folder, "index.html"), html.replace("<title>Ledge</title>", "<title>Ledge 2</title>"));
  const worker = await readFile(join(folder, "service-worker.js"), "utf8");
  const next = worker.replace(/(url:["'`]\/["'`],revision:["'`])[0-9a-f]+/, "$1fedcba9876543210");
  expect(next).not.toBe(worker);
  await writeFile(join(folder, "service-worker.js"), next);
  await appendFile(join(folder, "service-worker.js"), "\n");
}

interface Released {
  readonly page: Page;
  readonly url: string;
  /** What is served. */
  readonly folder: string;
}

/** A page of one release, under the care of its service worker, of which the server has the next one by now. */
async function afterRelease(act: (released: Released) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "ledge-release-"));
  await cp(join(root, "dist", "web"), folder, { recursive: true });
  const app = await serveFolder(folder);
  try {
    const { page } = await openPage(context);
    await page.goto(`${app.url}/sign-in`);
    await untilControlled(page);
    await release(folder);
    await act({ page, url: app.url, folder });
  } finally {
    app.server.closeAllConnections();
    app.server.close();
    await rm(folder, { recursive: true, force: true });
  }
}

it("[B19] a new release waits, is offered, and is taken when the person says so", () =>
  afterRelease(async ({ page }) => {
    await page.reload();
    expect(await page.locator("html").innerHTML()).not.toContain("Ledge 2");
    await page.getByText("A new version of Ledge is ready").waitFor();
    const loaded = page.waitForEvent("load");
    await page.getByRole("button", { name: "Reload" }).click();
    await loaded;
    const answered = await page.evaluate(async () => (await fetch("/")).text());
    expect(answered).toContain("Ledge 2");
  }));

it("[B19] a new release that another page took is taken by this one too when the person says so", () =>
  afterRelease(async ({ page, url }) => {
    await page.reload();
    await page.getByText("A new version of Ledge is ready").waitFor();
    const other = await context.newPage();
    await other.goto(`${url}/sign-in`);
    await other.getByText("A new version of Ledge is ready").waitFor();
    for (const each of [other, page]) {
      await each.evaluate(() => Object.assign(globalThis, { isFormer: true }));
      const loaded = each.waitForEvent("load");
      await each.getByRole("button", { name: "Reload" }).click();
      await loaded;
      expect(await each.evaluate(() => "isFormer" in globalThis)).toBe(false);
      const answered = await each.evaluate(async () => (await fetch("/")).text());
      expect(answered).toContain("Ledge 2");
    }
  }));

it("[B19] a page whose part the server has no more is loaded anew with the new release", () =>
  afterRelease(async ({ page, url, folder }) => {
    for (const part of await readdir(join(folder, "assets")))
      if (part.startsWith("forgot-password-page-")) await rm(join(folder, "assets", part));

    await page.goto(`${url}/forgot-password`);
    const broken = page.getByText("This page could not be loaded");
    await broken.waitFor();
    const loaded = page.waitForEvent("load");
    await broken.locator("..").getByRole("button", { name: "Reload" }).click();
    await loaded;
    expect(await page.evaluate(async () => (await fetch("/")).text())).toContain("Ledge 2");
  }));
