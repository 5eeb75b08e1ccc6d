import { expect, it } from "vitest";
import { makeFolder, putFile } from "./support/accounts.ts";
import { useStage } from "./support/stage.ts";

const stage = useStage();
const phone = { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true, deviceScaleFactor: 2 } as const;

it("[B17] a phone of 360 pixels: taps open, a menu acts, places are at the bottom, nothing is cut off at the side", async () => {
  const account = await stage.account();
  const folder = await makeFolder(
    account,
    account.root,
    "A folder with a name that is much too long for so small a screen",
  );
  await makeFolder(account, account.root, "Other");
  await putFile(account, folder.id, "note.txt", "on the phone");
  const { page, files } = await stage.visit(account, phone);
  const fits = async (): Promise<void> => {
    expect(await page.evaluate(() => document.documentElement.scrollWidth), page.url()).toBeLessThanOrEqual(360);
  };
  await fits();
  await files.row(folder.name).tap();
  await files.row("note.txt").tap();
  await page.getByText("on the phone").waitFor();
  await fits();
  await page.getByRole("dialog").getByRole("button", { name: "Close" }).tap();
  await page.getByRole("dialog").waitFor({ state: "detached" });

  await files.row("note.txt").locator('[data-act="menu"]').tap();
  await page.getByRole("dialog").getByRole("button", { name: "Move to …" }).tap();
  await page.getByRole("button", { name: "Up one folder" }).tap();
  await page.getByRole("button", { name: "Open Other" }).tap();
  await fits();
  await page.getByRole("button", { name: "Move here" }).tap();
  await page.getByText("This folder is empty").waitFor();

  const bar = page.getByRole("navigation", { name: "Main" }).last();
  await bar.getByRole("link", { name: "Files" }).tap();
  await files.row("Other").locator('[data-act="menu"]').tap();
  await page.getByRole("dialog").getByRole("button", { name: "Move to trash" }).tap();
  await files.row("Other").waitFor({ state: "detached" });
  await bar.getByRole("link", { name: "Trash" }).tap();
  await files.row("Other").waitFor();
  await fits();
  await bar.getByRole("link", { name: "Settings" }).tap();
  await page.getByRole("main").getByRole("heading").first().waitFor();
  await fits();
});
