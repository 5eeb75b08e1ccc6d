import type { Locator, Page } from "playwright-core";

/** What a person sees and takes hold of in a list of files. */
export interface FilesPage {
  /** An entry's row or card, by its exact name. */
  row(name: string): Locator;
  /** The names that are drawn, in order. */
  names(): Promise<string[]>;
  /** What is selected, by name. */
  selected(): Promise<string[]>;
  /** Opens a folder or a file by a double click. */
  open(name: string): Promise<void>;
  /** Runs an action of an entry's menu. */
  act(name: string, action: string): Promise<void>;
  /** Resolves when nothing waits to be sent to the server. */
  untilSaved(): Promise<void>;
  /** The notice that holds a text. */
  notice(text: string | RegExp): Locator;
}

export function filesPage(page: Page): FilesPage {
  const rows = page.locator("[data-id]");
  const nameIn = (row: Locator): Locator => row.locator("[title]").first();
  return {
    row: (name) => rows.filter({ has: page.locator(`[title=${JSON.stringify(name)}]`) }),
    names: async () => {
      const titles = await rows.evaluateAll((all) =>
        all
          .map(
            (row) => [row.getBoundingClientRect(), row.querySelector("[title]")?.getAttribute("title") ?? ""] as const,
          )
          .sort(([a], [b]) => a.top - b.top || a.left - b.left)
          .map(([, title]) => title),
      );
      return titles;
    },
    selected: async () => {
      const all = await page.locator('[data-id][aria-selected="true"]').all();
      return Promise.all(all.map(async (row) => (await nameIn(row).getAttribute("title")) ?? ""));
    },
    async open(name) {
      await this.row(name).dblclick();
    },
    async act(name, action) {
      await this.row(name).click({ button: "right" });
      await page.getByRole("menuitem", { name: action }).click();
    },
    async untilSaved() {
      await page.locator('[role="status"][data-state="live"]').waitFor();
    },
    notice: (text) => page.getByRole("alert").filter({ hasText: text }),
  };
}
