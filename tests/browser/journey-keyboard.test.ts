import type { Page } from "playwright-core";
import { expect, it } from "vitest";
import { putFile } from "./support/accounts.ts";
import { filesPage } from "./support/files-page.ts";
import { useStage } from "./support/stage.ts";
import { watch } from "./support/watch.ts";

const stage = useStage();

/** What has the focus, as a screen reader would call it. */
const focused = (page: Page): Promise<string> =>
  page.evaluate(() => {
    const at = document.activeElement;
    return (
      at?.getAttribute("aria-label") ?? at?.querySelector("[title]")?.getAttribute("title") ?? at?.textContent ?? ""
    );
  });

/** Goes on with Tab until something has the focus. */
async function tabTo(page: Page, wanted: string | RegExp): Promise<void> {
  for (let i = 0; i < 40; i++) {
    const at = await focused(page);
    if (typeof wanted === "string" ? at === wanted : wanted.test(at)) return;
    await page.keyboard.press("Tab");
  }
  throw new Error(`Tab does not come to ${wanted}`);
}

it("[B10] the keyboard alone signs in, makes, renames, selects, opens, moves, trashes and undoes", async () => {
  const account = await stage.account();
  for (const name of ["a.txt", "b.txt", "c.txt"]) await putFile(account, account.root, name, `text of ${name}`);
  const context = await stage.browser.newContext({ viewport: { width: 1280, height: 800 } });
  const { errors } = await watch(context);
  const page = await context.newPage();
  const files = filesPage(page);
  const press = (...keys: string[]): Promise<void> =>
    keys.reduce((before, key) => before.then(() => page.keyboard.press(key)), Promise.resolve());

  await page.goto(`${stage.url}/sign-in`);
  await page.getByLabel("Email").waitFor();
  await page.getByLabel("Email").focus();
  await page.keyboard.type(account.email);
  await press("Tab");
  await page.keyboard.type(account.password);
  await press("Enter");
  await files.row("a.txt").waitFor();

  await press("Shift+N");
  const name = page.getByRole("dialog").getByLabel("Name");
  await expect.poll(() => name.evaluate((field) => field === document.activeElement)).toBe(true);
  await page.keyboard.type("box");
  await press("Enter");
  await files.row("box").waitFor();
  await page.getByRole("dialog").waitFor({ state: "detached" });

  await tabTo(page, "box");
  await press("End");
  await expect.poll(() => focused(page)).toBe("c.txt");
  await press("F2");
  await page.getByLabel("New name of c.txt").waitFor();
  await page.keyboard.type("d");
  await press("Enter");
  await files.row("d.txt").waitFor();
  await expect.poll(() => focused(page)).toBe("d.txt");

  await press("Enter");
  await page.getByText("text of c.txt").waitFor();
  await press("ArrowLeft");
  await page.getByRole("dialog", { name: "b.txt" }).waitFor();
  await press("Escape");
  await page.getByRole("dialog").waitFor({ state: "detached" });
  await expect.poll(() => focused(page)).toBe("b.txt");

  await press("Home", "ArrowDown", "Shift+ArrowDown");
  expect(await files.selected()).toEqual(["a.txt", "b.txt"]);
  await press("Shift+M");
  await page.getByRole("button", { name: "Move here" }).waitFor();
  await tabTo(page, "Open box");
  await press("Enter");
  await page.getByText("No folders in here").waitFor();
  await tabTo(page, "Move here");
  await press("Enter");
  await expect.poll(() => files.names()).toEqual(["box", "d.txt"]);

  await tabTo(page, /^(box|d\.txt)$/);
  await press("Home", "Enter");
  await expect.poll(() => files.names()).toEqual(["a.txt", "b.txt"]);
  await tabTo(page, /^[ab]\.txt$/);
  await press("Home", "Delete");
  await expect.poll(() => files.names()).toEqual(["b.txt"]);
  await expect.poll(() => focused(page)).toBe("b.txt");
  await files.notice("to the trash").waitFor();
  await press("Control+z");
  await expect.poll(() => files.names()).toEqual(["a.txt", "b.txt"]);
  await press("Backspace");
  await expect.poll(() => files.names()).toEqual(["box", "d.txt"]);

  await press("Control+k");
  await page.getByPlaceholder(/Find a file/).waitFor();
  await page.keyboard.type("trash");
  await page
    .getByRole("option", { name: /Trash/ })
    .first()
    .waitFor()
    .catch(() => undefined);
  await press("Escape");
  await press("?");
  await page.getByRole("dialog").waitFor();
  await press("Escape");
  await page.getByRole("dialog").waitFor({ state: "detached" });
  await context.close();
  expect(errors).toEqual([]);
});
