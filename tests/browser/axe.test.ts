import type { Page } from "playwright-core";
import { beforeAll, describe, expect, it } from "vitest";
import { violations } from "./support/accessible.ts";
import { makeFolder, putFile, type TestAccount } from "./support/accounts.ts";
import type { FilesPage } from "./support/files-page.ts";
import { useStage } from "./support/stage.ts";
import { watch } from "./support/watch.ts";

const stage = useStage();
let account: TestAccount;
const files: Record<string, string> = {};

beforeAll(async () => {
  account = await stage.account();
  const { root } = account;
  await makeFolder(account, root, "Folder");
  for (const [name, text] of Object.entries({
    "read me.md":
      "# Title\n\nText with a [link](https://example.org) and `code`.\n\n- [x] done\n\n| a | b |\n| - | - |\n| 1 | 2 |\n",
    "code.ts": "export const answer: number = 42; // why\n",
    "table.csv": "name,size\nred,1\nblue,2\n",
    "picture.svg":
      '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="40"><circle r="20" cx="20" cy="20"/></svg>',
    "other.bin": "\0\0\0",
  })) {
    files[name] = (await putFile(account, root, name, text)).id;
  }
  await putFile(account, root, "read me.md", "# Another title\n");
  await account.api.star(files["code.ts"] ?? "");
  const gone = await putFile(account, root, "gone.txt", "gone");
  await account.api.commitOne({ type: "trash", node: gone.id });
});

type Scene = (page: Page, files: FilesPage) => Promise<unknown>;
const open =
  (path: string, ready: (page: Page) => Promise<unknown>): Scene =>
  async (page) => {
    await page.goto(`${stage.url}${path}`);
    await ready(page);
  };
const rows = (page: Page): Promise<void> => page.locator("[data-id]").first().waitFor();
const heading = (page: Page): Promise<void> => page.getByRole("main").getByRole("heading").first().waitFor();
const viewing =
  (name: string): Scene =>
  async (page) => {
    await page.goto(`${stage.url}/files?view=${files[name]}`);
    await page.getByRole("dialog", { name }).waitFor();
    await page.waitForLoadState("networkidle");
  };
/** In the folder, which it opens anew. */
const inFolder =
  (act: Scene): Scene =>
  async (page, list) => {
    await page.goto(`${stage.url}/files`);
    await rows(page);
    await act(page, list);
  };
const dialog = (page: Page): Promise<void> => page.getByRole("dialog").waitFor();

const scenes: Readonly<Record<string, Scene>> = {
  folder: open("/files", rows),
  grid: inFolder(async (page) => {
    await page.locator("body").press("Shift+V");
    await rows(page);
  }),
  gallery: inFolder(async (page) => {
    await page.locator("body").press("Shift+V");
    await rows(page);
  }),
  "selection in a list": inFolder(async (page, list) => {
    await page.locator("body").press("Shift+V");
    await list.row("code.ts").click();
    await page.getByRole("toolbar").waitFor();
  }),
  details: inFolder(async (page, list) => {
    await list.row("code.ts").click();
    await page.locator("body").press("Shift+D");
    await page.getByText("Takes up").waitFor();
    await page.waitForLoadState("networkidle");
  }),
  menu: inFolder(async (page, list) => {
    await page.locator("body").press("Shift+D");
    await list.row("code.ts").click({ button: "right" });
    await page.getByRole("menuitem", { name: "Move to …" }).waitFor();
  }),
  "new menu": inFolder(async (page) => {
    await page.getByRole("button", { name: "New", exact: true }).click();
    await page.getByRole("menuitem").first().waitFor();
  }),
  "moving dialog": inFolder(async (page, list) => {
    await list.act("code.ts", "Move to …");
    await dialog(page);
  }),
  "new folder": inFolder(async (page) => {
    await page.locator("body").press("Shift+N");
    await dialog(page);
  }),
  renaming: inFolder(async (page, list) => {
    await list.row("code.ts").click();
    await page.keyboard.press("F2");
    await page.getByLabel("New name of code.ts").fill("table.csv");
  }),
  palette: inFolder(async (page) => {
    await page.keyboard.press("Control+k");
    await page.getByPlaceholder(/Find a file/).fill("co");
  }),
  shortcuts: inFolder(async (page) => {
    await page.locator("body").press("?");
    await dialog(page);
  }),
  "account menu": inFolder(async (page) => {
    await page.getByRole("button", { name: /Account of/ }).click();
    await page.getByRole("menuitem").first().waitFor();
  }),
  "empty folder": inFolder(async (page, list) => {
    await list.open("Folder");
    await page.getByText("This folder is empty").waitFor();
  }),
  starred: open("/starred", rows),
  trash: open("/trash", rows),
  nowhere: open("/no-such-page", (page) => page.getByText("There is nothing at this address.").waitFor()),
  "missing folder": open("/files/01m81tbx8tacxry3x477tw6gq5", (page) =>
    page.getByText("is not here any more").first().waitFor(),
  ),
  "markdown file": viewing("read me.md"),
  "code file": viewing("code.ts"),
  "csv file": viewing("table.csv"),
  picture: viewing("picture.svg"),
  "unknown file": viewing("other.bin"),
  "versions of a file": async (page, list) => {
    await viewing("read me.md")(page, list);
    await page.getByRole("button", { name: "Versions" }).click();
    await page.waitForLoadState("networkidle");
  },
  editor: async (page, list) => {
    await viewing("code.ts")(page, list);
    await page.getByRole("button", { name: "Edit" }).click();
    await page.getByRole("button", { name: /^Save/ }).waitFor();
  },
  ...Object.fromEntries(
    ["profile", "security", "devices", "tokens", "storage", "appearance", "about"].map((section) => [
      `settings: ${section}`,
      async (page: Page) => {
        await page.goto(`${stage.url}/settings/${section}`);
        await heading(page);
        await page.waitForLoadState("networkidle");
      },
    ]),
  ),
  device: open("/device", (page) => page.getByLabel("Device code").waitFor()),
};

describe.each(["light", "dark"] as const)("in the %s look", (colorScheme) => {
  it("[B17] axe finds nothing on any page or dialog", { timeout: 300_000 }, async () => {
    const { page, files: list } = await stage.visit(account, { colorScheme, reducedMotion: "reduce" });
    const found: Record<string, string[]> = {};
    for (const [name, scene] of Object.entries(scenes)) {
      try {
        await scene(page, list);
        const all = await violations(page);
        if (all.length > 0) found[name] = all;
      } catch (error) {
        found[name] = [String(error).slice(0, 300)];
      }
    }
    expect(found).toEqual({});
  });

  it("[B17] nor on a phone, nor on the ways in", { timeout: 120_000 }, async () => {
    const phone = { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true, colorScheme } as const;
    const { page } = await stage.visit(account, phone);
    const found: Record<string, string[]> = { folder: await violations(page) };
    await page.locator('[data-id] [data-act="menu"]').first().tap();
    await dialog(page);
    found.sheet = await violations(page);

    const context = await stage.browser.newContext({ colorScheme, reducedMotion: "reduce" });
    const { errors } = await watch(context);
    const outside = await context.newPage();
    for (const path of ["/sign-in", "/sign-up", "/forgot-password"]) {
      await outside.goto(`${stage.url}${path}`);
      await outside.getByRole("heading").first().waitFor();
      found[path] = await violations(outside);
    }
    await outside.goto(`${stage.url}/sign-in`);
    await outside.getByRole("button", { name: "Sign in", exact: true }).click();
    found["sign-in with errors"] = await violations(outside);
    await context.close();
    expect(errors).toEqual([]);
    expect(Object.entries(found).filter(([, all]) => all.length > 0)).toEqual([]);
  });
});
