import type { Browser, BrowserContext, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect } from "vitest";
import { startServer, type TestServer } from "../../e2e/support/server.ts";
import { makeAccount, signInContext, siteOf, type TestAccount } from "./accounts.ts";
import { closeContext, launch } from "./browser.ts";
import { filesPage, type FilesPage } from "./files-page.ts";
import { watch } from "./watch.ts";

/** Somebody with a browser of their own. */
export interface Visitor {
  readonly context: BrowserContext;
  readonly page: Page;
  readonly files: FilesPage;
}

/** A server, a browser, and people who come and go. See `useStage`. */
class Stage {
  #opened: { readonly server: TestServer; readonly browser: Browser } | null = null;
  readonly #visits: { readonly context: BrowserContext; readonly errors: string[] }[] = [];
  #accounts = 0;

  async open(): Promise<void> {
    const [server, browser] = await Promise.all([startServer(), launch()]);
    this.#opened = { server, browser };
  }

  async close(): Promise<void> {
    await this.#opened?.browser.close();
    await this.#opened?.server.stop();
  }

  get server(): TestServer {
    return this.#there().server;
  }

  get browser(): Browser {
    return this.#there().browser;
  }

  /** Where browsers find the server. */
  get url(): string {
    return siteOf(this.server);
  }

  #there(): { readonly server: TestServer; readonly browser: Browser } {
    if (!this.#opened) throw new Error("the stage is not open yet: ask for it in a hook or a test");
    return this.#opened;
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
    await Promise.all(visits.map(({ context }) => closeContext(context)));
    return visits.flatMap(({ errors }) => errors);
  }
}

/**
 * A stage for the tests of a file: open before its hooks and tests, closed after them. A test in whose pages something went
 * wrong fails (B1), but for what was to be expected.
 */
export function useStage(expected?: RegExp): Stage {
  const stage = new Stage();
  beforeAll(() => stage.open());
  afterAll(() => stage.close());
  afterEach(async () => {
    const errors = await stage.endVisits();
    expect(
      errors.filter((error) => !expected?.test(error)),
      "[B1] errors in the console",
    ).toEqual([]);
  });
  return stage;
}
