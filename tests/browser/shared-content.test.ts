import sharp from "sharp";
import { expect, it } from "vitest";
import { makeFolder, putFile } from "./support/accounts.ts";
import { shareWith } from "./support/shared-folders.ts";
import { useStage } from "./support/stage.ts";
import { isStored } from "./support/stored.ts";
import { unzipped } from "./support/zip.ts";

const stage = useStage(/ERR_INTERNET_DISCONNECTED|Failed to fetch/);

it("[B19] [M3] pictures, archives and what was seen of a shared folder are as of one's own, offline too", async () => {
  const [owner, member] = [await stage.account(), await stage.account()];
  const plans = await makeFolder(owner, owner.root, "Plans");
  const drafts = await makeFolder(owner, plans.id, "Drafts");
  await putFile(owner, drafts.id, "may.txt", "in May");
  await putFile(owner, plans.id, "note.txt", "hello");
  const red = { create: { width: 64, height: 48, channels: 3, background: "#c02020" } } as const;
  await putFile(owner, plans.id, "red.png", await sharp(red).png().toBuffer());
  await shareWith(stage.url, { owner, member, folder: plans.id, role: "viewer" });
  const { page, files, context } = await stage.visit(member);
  await files.open("Plans");
  await files.row("red.png").waitFor();
  await page.getByRole("radiogroup", { name: "View" }).getByText("Grid").locator("xpath=ancestor::label").click();
  const picture = files.row("red.png").locator("img");
  await picture.waitFor();
  await expect.poll(() => picture.evaluate((each: HTMLImageElement) => each.naturalWidth)).toBeGreaterThan(0);

  await files.row("note.txt").click();
  await files.row("Drafts").click({ modifiers: ["Control"] });
  const [zip] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("toolbar").getByRole("button", { name: "Download" }).click(),
  ]);
  const listed = [...(await unzipped(zip)).keys()];
  expect(listed).toContain("Drafts/may.txt");
  expect(listed).toContain("note.txt");
  expect(listed).not.toContain("red.png");

  await page.waitForFunction(() => navigator.serviceWorker.controller !== null, undefined, { timeout: 30_000 });
  await expect.poll(() => isStored(page, /ledge-drive-.* folders/, "red.png")).toBe(true);
  await context.setOffline(true);
  await page.reload();
  await files.row("red.png").waitFor();
  await page.getByText("Shared by Ada Lovelace · can view").waitFor();
  expect(await page.getByRole("button", { name: "New", exact: true }).count()).toBe(0);
  await page.getByRole("navigation", { name: "Path" }).getByRole("link", { name: "Files" }).click();
  await files.row("Plans").waitFor();
  await context.setOffline(false);
  await putFile(owner, plans.id, "later.txt", "later");
  await files.open("Plans");
  await files.row("later.txt").waitFor();
});
