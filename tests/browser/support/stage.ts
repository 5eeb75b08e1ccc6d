import type { Browser, BrowserContext, BrowserContextOptions, Page } from "playwright-core";
import { startServer, type TestServer } from "../../e2e/support/server.ts";
import { makeAccount, signInContext, siteOf, type TestAccount } from "./accounts.ts";
import { launch } from "./browser.ts";
import { filesPage, type FilesPage } from "./files-page.ts";
import { watch } from "./watch.ts";

/** How long, in milliseconds, a poll waits for what a page or the server will show. */
export const PATIENCE = { timeout: 15_000, interval: 50 } as const;

/** A browser of its own that somebody is signed in with. */
export interface Visitor {
  readonly context: BrowserContext;
  readonly page: Page;
  readonly files: FilesPage;
}

/** A server, a browser, and people who come and go. */
export class Stage {
  readonly server: TestServer;
  readonly browser: Browser;
  /** Where browsers find the server. */
  readonly url: string;
  readonly #visits: { readonly context: BrowserContext; readonly errors: string[] }[] = [];
  #accounts = 0;

  private constructor(server: TestServer, browser: Browser) {
    this.server = server;
    this.browser = browser;
    this.url = siteOf(server);
  }

  static async open(): Promise<Stage> {
    const [server, browser] = await Promise.all([startServer(), launch()]);
    return new Stage(server, browser);
  }

  async close(): Promise<void> {
    await this.browser.close();
    await this.server.stop();
  }

  account(): Promise<TestAccount> {
    return makeAccount(this.url, `person${++this.#accounts}@example.org`);
  }

  /** A fresh browser at the account's files. */
  async visit(account: TestAccount, options: BrowserContextOptions = {}): Promise<Visitor> {
    const context = await this.browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
    this.#visits.push({ context, errors: (await watch(context)).errors });
    await signInContext(context, this.url, account);
    const page = await context.newPage();
    page.setDefaultTimeout(15_000);
    await page.goto(`${this.url}/files`);
    const files = filesPage(page);
    await page.getByRole("button", { name: "New", exact: true }).waitFor();
    await files.untilSaved();
    return { context, page, files };
  }

  /** Closes the browsers; answers what went wrong in their pages (B1). */
  async endVisits(): Promise<string[]> {
    const visits = this.#visits.splice(0);
    await Promise.all(visits.map(({ context }) => context.close()));
    return visits.flatMap(({ errors }) => errors);
  }
}
