import type { Browser, BrowserContext, BrowserContextOptions, Page } from "playwright-core";
import { startServer, type TestServer } from "../../e2e/support/server.ts";
import { makeAccount, signInContext, siteOf, type TestAccount } from "./accounts.ts";
import { launch } from "./browser.ts";
import { filesPage, type FilesPage } from "./files-page.ts";
import { watch } from "./watch.ts";

/** Somebody with a browser of their own. */
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

  account(name?: string): Promise<TestAccount> {
    return makeAccount(this.url, `person${++this.#accounts}@example.org`, name);
  }

  /** A fresh browser with an empty page; signed in where an account is given. */
  async browse(account?: TestAccount, options: BrowserContextOptions = {}): Promise<Visitor> {
    const context = await this.browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
    this.#visits.push({ context, errors: (await watch(context)).errors });
    if (account) await signInContext(context, this.url, account);
    const page = await context.newPage();
    return { context, page, files: filesPage(page) };
  }

  /** A fresh browser at the account's files. */
  async visit(account: TestAccount, options: BrowserContextOptions = {}): Promise<Visitor> {
    const visitor = await this.browse(account, options);
    await visitor.page.goto(`${this.url}/files`);
    await visitor.page.getByRole("button", { name: "New", exact: true }).waitFor();
    await visitor.files.untilSaved();
    return visitor;
  }

  /** Closes the browsers; answers what went wrong in their pages (B1). */
  async endVisits(): Promise<string[]> {
    const visits = this.#visits.splice(0);
    await Promise.all(visits.map(({ context }) => context.close()));
    return visits.flatMap(({ errors }) => errors);
  }
}
