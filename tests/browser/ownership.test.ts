import type { Page } from "playwright-core";
import { expect, it } from "vitest";
import { expectAccessible } from "./support/accessible.ts";
import { makeFolder, putFile } from "./support/accounts.ts";
import { idOf, membersOf, shareWith } from "./support/shared-folders.ts";
import { useStage } from "./support/stage.ts";

const stage = useStage();

const dialog = (page: Page) => page.getByRole("dialog", { name: /^Share/ });

async function offer(page: Page, name: string): Promise<void> {
  await dialog(page)
    .getByRole("button", { name: `Make ${name} the owner …` })
    .click();
  await page
    .getByRole("dialog", { name: new RegExp(`^Make ${name} the owner`) })
    .getByRole("button", { name: "Offer it" })
    .click();
}

it("[M13] [V4] a folder is offered, taken back, offered again, declined, and at last accepted: then it is the member's", async () => {
  const [owner, member] = [await stage.account("Ada Lovelace"), await stage.account("Grace Hopper")];
  const plans = await makeFolder(owner, owner.root, "Plans");
  const note = await putFile(owner, plans.id, "note.txt", "one");
  await putFile(owner, plans.id, "note.txt", "two");
  await shareWith(stage.url, { owner, member, folder: plans.id });
  const [theirs, mine] = [await stage.visit(owner), await stage.visit(member)];
  await theirs.files.act("Plans", "Share …");
  await dialog(theirs.page).getByRole("button", { name: "Make Grace Hopper the owner …" }).click();
  const question = theirs.page.getByRole("dialog", { name: "Make Grace Hopper the owner of “Plans”?" });
  await question.getByText("counts for their storage, not yours").waitFor();
  await question.getByText("Links to it, and into it, end.").waitFor();
  await expectAccessible(theirs.page, "what a new owner means");
  await question.getByRole("button", { name: "Offer it" }).click();
  const waiting = dialog(theirs.page).getByText("Grace Hopper is asked to become the owner, and has not answered yet.");
  await waiting.waitFor();
  await expectAccessible(theirs.page, "a folder that is offered");

  await mine.page.getByRole("button", { name: "Notifications, 1 new" }).click();
  await mine.page.getByRole("button", { name: /Ada Lovelace wants you to be the owner of “Plans”/ }).click();
  await mine.page.waitForURL(/\/shared$/);
  const offers = mine.page.getByRole("list", { name: "Offered to you" });
  await offers.getByText("Ada Lovelace wants to make you the owner of “Plans”").waitFor();
  await expectAccessible(mine.page, "an offer");
  await dialog(theirs.page).getByRole("button", { name: "Take back" }).click();
  await waiting.waitFor({ state: "detached" });
  await offers.waitFor({ state: "detached" });

  await offer(theirs.page, "Grace Hopper");
  await offers.getByRole("button", { name: "Decline to own Plans" }).click();
  await offers.waitFor({ state: "detached" });
  await waiting.waitFor({ state: "detached" });
  await theirs.page.getByRole("button", { name: "Notifications, 2 new" }).waitFor();

  await offer(theirs.page, "Grace Hopper");
  await mine.page.getByRole("link", { name: "Files" }).first().click();
  await mine.files.open("Plans");
  await mine.page.getByRole("link", { name: "You are to be its owner" }).click();
  await offers.getByRole("button", { name: "Become the owner of Plans" }).click();
  await mine.page.getByRole("list", { name: "Shared by me" }).getByRole("link", { name: "Plans" }).waitFor();
  await mine.page.getByRole("list", { name: "Shared by me" }).getByRole("link", { name: "Plans" }).click();
  await mine.page.getByText("Shared by you with 1 person").waitFor();
  await mine.files.row("note.txt").waitFor();

  const { members } = await membersOf(member).members(plans.id);
  const roles = new Map(members.map(({ person, role }) => [person.id, role]));
  expect([roles.get(await idOf(member)), roles.get(await idOf(owner))]).toEqual(["owner", "manager"]);
  expect((await member.api.versionsPage(note.id)).versions.map(({ version }) => version)).toEqual([2, 1]);
  await theirs.page.keyboard.press("Escape");
  await theirs.files.open("Plans");
  await theirs.page.getByText("Shared by Grace Hopper · can edit and manage people").waitFor();
  await theirs.files.row("note.txt").waitFor();
});

it("[M13] [B17] the offer fits a phone, and what fails is said", async () => {
  const [owner, member] = [await stage.account("Ada Lovelace"), await stage.account("Grace Hopper")];
  const plans = await makeFolder(owner, owner.root, "Plans");
  await shareWith(stage.url, { owner, member, folder: plans.id });
  await membersOf(owner).offerFolder(plans.id, await idOf(member));
  const { page } = await stage.browse(member, { viewport: { width: 360, height: 740 } });
  await page.route("**/owner/accept", (route) =>
    route.fulfill({
      status: 413,
      contentType: "application/problem+json",
      body: JSON.stringify({ status: 413, code: "over_quota", title: "", detail: "" }),
    }),
  );
  await page.goto(`${stage.url}/shared`);
  await page.getByRole("button", { name: "Become the owner of Plans" }).click();
  await page.getByText("Your storage has no room for it.").waitFor();
  await expectAccessible(page, "an offer on a phone");
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
});
