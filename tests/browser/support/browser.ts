import { existsSync } from "node:fs";
import { chromium, type Browser, type BrowserContext, type Page } from "playwright-core";
import { OF_THE_NETWORK } from "./watch.ts";

/** Where Debian and others put it. `LEDGE_CHROMIUM` names another one. */
const PLACES = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

/** Starts Chromium without a window. Rejects, saying what to install, where there is none. */
export async function launch(): Promise<Browser> {
  const executablePath = process.env.LEDGE_CHROMIUM ?? PLACES.find((place) => existsSync(place));
  if (executablePath === undefined) throw new Error("browser tests need Chromium: apt-get install chromium");
  return chromium.launch({
    executablePath,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
}

/** Closes a context. What a test answers in the server's place may be under way: that its page is gone is no failure. */
export async function closeContext(context: BrowserContext): Promise<void> {
  if (context.isClosed()) return;
  const routed = [context, ...context.pages()];
  await Promise.all(routed.map((each) => each.unrouteAll({ behavior: "ignoreErrors" })));
  await context.close();
}

export interface WatchedPage {
  readonly page: Page;
  /** What the page logged as an error: exceptions, violations of the Content-Security-Policy, failed loads. */
  readonly errors: readonly string[];
}

/** A page that notes what goes wrong in it, but for requests and sockets that fail: those are left to the test. */
export async function openPage(context: BrowserContext): Promise<WatchedPage> {
  const page = await context.newPage();
  const errors: string[] = [];
  page.on("pageerror", (error) => errors.push(String(error)));
  page.on("console", (message) => {
    if (message.type() === "error" && !OF_THE_NETWORK.test(message.text())) errors.push(message.text());
  });
  return { page, errors };
}

/** Fills in the sign-up page; resolves when the files are shown. */
export async function signUpIn(
  page: Page,
  url: string,
  email: string,
  password = "correct horse battery",
): Promise<void> {
  await page.goto(`${url}/sign-up`);
  await page.getByLabel("Your name").fill("Ada Lovelace");
  await page.getByLabel("Email").fill(email);
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByRole("button", { name: /account/i }).click();
  await page.waitForURL(/\/files/);
}
