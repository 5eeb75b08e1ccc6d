import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { expectAccessible } from "./support/accessible.ts";
import { makeFolder, putFile, type TestAccount } from "./support/accounts.ts";
import { mailedLink } from "./support/mailed.ts";
import { idOf, membersOf, shareWith } from "./support/shared-folders.ts";
import { signIn } from "./support/sign-in.ts";
import { useStage } from "./support/stage.ts";

const stage = useStage();
const phone = { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true, deviceScaleFactor: 2 } as const;

const dialog = (page: Page) => page.getByRole("dialog", { name: /^Share/ });
const bell = (page: Page) => page.getByRole("button", { name: /^Notifications/ });
const heard = (page: Page, count: number) =>
  page.getByRole("button", { name: `Notifications, ${count} new` }).waitFor();

const linkOf = (email: string, kind: string): Promise<string> => mailedLink(stage.url, email, kind);

/** Has the account's email confirmed, by the secret of its mail. */
async function confirmEmail({ api, email }: TestAccount): Promise<void> {
  await api.http.json({ method: "POST", path: "/account/verify-email" });
  const token = (await linkOf(email, "verifyEmail")).split("#")[1];
  await api.http.json({ method: "POST", path: "/auth/verify-email", json: { token } });
}

async function invite(page: Page, emails: string): Promise<void> {
  await dialog(page).getByLabel("Invite by email").fill(emails);
  await dialog(page).getByRole("button", { name: "Invite", exact: true }).click();
}

describe("sharing with people", () => {
  it("[M4] [M5] [M2] [V4] an invitation goes from the dialog to the bell, is accepted, and roles and removal show at once", async () => {
    const [owner, member] = [await stage.account(), await stage.account()];
    await confirmEmail(member);
    await makeFolder(owner, owner.root, "Plans");
    await makeFolder(member, member.root, "Work");
    const [theirs, mine] = [await stage.visit(owner), await stage.visit(member)];
    await theirs.files.act("Plans", "Share …");
    await dialog(theirs.page).getByText("Invite people:").waitFor();
    await expectAccessible(theirs.page, "a folder that is shared with nobody");
    await dialog(theirs.page).getByLabel("Role", { exact: true }).selectOption("viewer");
    await dialog(theirs.page).getByRole("button", { name: "Add a message" }).click();
    await dialog(theirs.page).getByLabel("Message").fill("Have a look");
    await invite(theirs.page, `${member.email}, nobody@example.org`);
    await dialog(theirs.page).getByText("2 people are invited").waitFor();
    const pending = dialog(theirs.page).getByRole("list", { name: "Invited, not answered yet" });
    await pending.getByText(member.email).waitFor();
    await expectAccessible(theirs.page, "people and invitations");
    await pending.getByRole("button", { name: "Revoke the invitation of nobody@example.org" }).click();
    await expect.poll(() => pending.getByText("nobody@example.org").count()).toBe(0);

    await heard(mine.page, 1);
    await bell(mine.page).click();
    const panel = mine.page.getByRole("dialog", { name: "Notifications" });
    await panel.getByText("Ada Lovelace invites you to “Plans”").waitFor();
    await expectAccessible(mine.page, "notifications");
    await panel.getByRole("button", { name: /Ada Lovelace invites you/ }).click();
    await mine.page.waitForURL(/\/shared$/);
    await mine.page.getByText("Have a look").waitFor();
    await mine.page.getByRole("button", { name: "Notifications", exact: true }).waitFor();
    await expectAccessible(mine.page, "an invitation");
    await mine.page.getByRole("button", { name: "Choose another folder" }).click();
    await mine.page.getByRole("button", { name: "Open Work" }).click();
    await mine.page.getByRole("button", { name: "Put it here" }).click();
    await mine.page.getByText("Put into: Work").waitFor();
    await mine.page.getByRole("button", { name: "Accept the invitation to Plans" }).click();
    const withMe = mine.page.getByRole("list", { name: "Shared with me" });
    await withMe.getByText("Ada Lovelace · View · 2 people").waitFor();
    await withMe.getByRole("link", { name: "Plans" }).click();
    await mine.page.getByText("Shared by Ada Lovelace · can view").waitFor();
    const path = mine.page.getByRole("navigation", { name: "Path" });
    await path.getByRole("link", { name: "Work" }).waitFor();

    await heard(theirs.page, 1);
    const members = dialog(theirs.page).getByRole("list", { name: "Who has this folder" });
    await members.getByText(member.email).waitFor();
    await members.getByLabel("What Ada Lovelace may do").selectOption("editor");
    await mine.page.getByText("Shared by Ada Lovelace · can edit").waitFor();
    await mine.page.getByRole("button", { name: "Upload", exact: true }).waitFor();

    await members.getByRole("button", { name: "Remove Ada Lovelace" }).click();
    const question = theirs.page.getByRole("dialog", { name: "Remove Ada Lovelace?" });
    await question.getByText("They have no access from now on.").waitFor();
    await question.getByRole("button", { name: "Remove", exact: true }).click();
    await mine.page.getByText("This folder is not shared with you any more").waitFor();
    await heard(mine.page, 2);
    await bell(mine.page).click();
    await panel.getByRole("button", { name: "Mark all as read" }).click();
    await mine.page.getByRole("button", { name: "Notifications", exact: true }).waitFor();
    await mine.page.keyboard.press("Escape");
    await expect.poll(() => panel.count()).toBe(0);
    await expect.poll(() => bell(mine.page).evaluate((each) => each === document.activeElement)).toBe(true);
  });

  it("[M4] takes a pasted list, and says which is no address", async () => {
    const owner = await stage.account();
    await makeFolder(owner, owner.root, "Plans");
    const { page, files } = await stage.visit(owner, { permissions: ["clipboard-read", "clipboard-write"] });
    await files.act("Plans", "Share …");
    await dialog(page).getByRole("button", { name: "Invite", exact: true }).click();
    await dialog(page).getByText("Enter at least one email address.").waitFor();
    await page.evaluate(() => navigator.clipboard.writeText("Bo <bo@example.org>; cy@example.org\nwrong@"));
    await dialog(page).getByLabel("Invite by email").focus();
    await page.keyboard.press("ControlOrMeta+v");
    await dialog(page).getByRole("button", { name: "Take bo@example.org out" }).waitFor();
    await dialog(page).getByRole("button", { name: "Invite", exact: true }).click();
    await dialog(page).getByText("Not an email address: wrong@").waitFor();
    await dialog(page).getByLabel("Invite by email").fill("");
    await page.keyboard.press("Backspace");
    expect(await dialog(page).getByRole("button", { name: "Take cy@example.org out" }).count()).toBe(0);
    await dialog(page).getByRole("button", { name: "Invite", exact: true }).click();
    await dialog(page).getByText("1 person is invited").waitFor();
  });

  it("[M4] the mail's address leads over signing in or signing up to the invitation; its secret stays out of addresses", async () => {
    const [owner, member] = [await stage.account(), await stage.account()];
    const plans = await makeFolder(owner, owner.root, "Plans");
    await membersOf(owner).invite(plans.id, { emails: [member.email, "newcomer@example.org"] });
    const { page } = await stage.browse(undefined, phone);
    const asked: string[] = [];
    page.on("request", (request) => asked.push(request.url()));
    const address = await linkOf(member.email, "invitation");
    const secret = address.split("#")[1] ?? "";
    await page.goto(address);
    await page.getByText("Ada Lovelace invites you to “Plans”").waitFor();
    await expectAccessible(page, "an invitation by mail, signed out");
    await page.getByRole("link", { name: "Sign in", exact: true }).click();
    await signIn(page, member);
    await page.waitForURL(/\/invitations$/);
    await page.getByText(`(${member.email})`).waitFor();
    await expectAccessible(page, "an invitation by mail, signed in");
    await page.getByRole("button", { name: "Accept" }).click();
    await page.waitForURL(new RegExp(`/files/${plans.id}$`));
    await page.getByText("Shared by Ada Lovelace · can edit").waitFor();
    expect(
      asked.filter((url) => new URL(url).search.includes(secret) || new URL(url).pathname.includes(secret)),
    ).toEqual([]);
    await page.goto(address);
    await page.getByRole("heading", { name: "This invitation does not work any more" }).waitFor();

    const newcomer = await stage.browse();
    const second = await linkOf("newcomer@example.org", "invitation");
    await newcomer.page.goto(second);
    await newcomer.page.getByRole("link", { name: "Create an account" }).click();
    await newcomer.page.getByLabel("Name").fill("Bo");
    await newcomer.page.getByLabel("Email").fill("newcomer@example.org");
    await newcomer.page.getByLabel("Password", { exact: true }).fill("correct horse battery");
    await newcomer.page.getByRole("button", { name: "Make account" }).click();
    await newcomer.page.getByRole("button", { name: "Decline" }).click();
    await newcomer.page.getByRole("dialog").getByRole("button", { name: "Decline" }).click();
    await newcomer.page.waitForURL(/\/shared$/);
    expect((await membersOf(owner).members(plans.id)).invitations).toEqual([]);
  });

  it("[M2] [M9] [M10] a member sees who has the folder and leaves; the owner stops sharing; what was taken out comes back", async () => {
    const [owner, member, other] = [await stage.account(), await stage.account(), await stage.account()];
    const plans = await makeFolder(owner, owner.root, "Plans");
    await shareWith(stage.url, { owner, member, folder: plans.id, role: "viewer" });
    await shareWith(stage.url, { owner, member: other, folder: plans.id, role: "manager" });
    const mine = await stage.visit(member);
    await mine.files.row("Plans").waitFor();
    await mine.files.act("Plans", "Move to trash");
    await expect.poll(() => mine.files.row("Plans").count()).toBe(0);
    await mine.page.getByRole("link", { name: "Shared" }).first().click();
    await mine.page.getByRole("button", { name: "Add Plans to my files" }).click();
    await mine.page.getByRole("list", { name: "Shared with me" }).getByRole("link", { name: "Plans" }).waitFor();
    await mine.page.getByRole("button", { name: "People of Plans" }).click();
    await dialog(mine.page).getByText("You can view this folder.").waitFor();
    expect(await dialog(mine.page).getByLabel("Invite by email").count()).toBe(0);
    await expectAccessible(mine.page, "who has a folder, for a viewer");
    await dialog(mine.page).getByRole("button", { name: "Leave folder" }).click();
    await mine.page
      .getByRole("dialog", { name: /^Leave/ })
      .getByRole("button", { name: "Leave folder" })
      .click();
    await mine.page.getByText("Nobody shares a folder with you yet.").waitFor();
    await expectAccessible(mine.page, "the page of what is shared");

    const theirs = await stage.visit(owner);
    await theirs.page.goto(`${stage.url}/shared`);
    await theirs.page.getByRole("button", { name: "People of Plans" }).click();
    await dialog(theirs.page).getByRole("button", { name: "Stop sharing" }).click();
    const question = theirs.page.getByRole("dialog", { name: /^Stop sharing/ });
    await question.getByText("1 person loses access at once").waitFor();
    await question.getByRole("button", { name: "Stop sharing" }).click();
    await theirs.page.getByText("You share no folder with people yet.").waitFor();
    await expect(membersOf(other).space(plans.id)).rejects.toMatchObject({ code: "not_found" });
    expect(await idOf(owner)).toBeTruthy();
  });
});

describe("activity", () => {
  it("[V2] of a file, a folder and the whole drive is told by day: who, what, from where, page by page", async () => {
    const [owner, member] = [await stage.account(), await stage.account()];
    const plans = await makeFolder(owner, owner.root, "Plans");
    const note = await putFile(owner, plans.id, "note.txt", "one");
    await shareWith(stage.url, { owner, member, folder: plans.id });
    for (let at = 0; at < 42; at++) await owner.api.commitOne({ type: "move", node: note.id, name: `note ${at}.txt` });
    const { page, files } = await stage.visit(owner);
    await files.act("Plans", "Details");
    await page.getByRole("radiogroup", { name: "What to show" }).getByText("Activity").click();
    const today = page.getByRole("list", { name: /^What was done: (Today|Yesterday)$/ });
    await today.getByText("Renamed note 40.txt to note 41.txt").waitFor();
    expect(await today.getByText("Added note.txt").count()).toBe(0);
    await page.getByRole("button", { name: "Show more" }).click();
    await today.getByText("Added note.txt").waitFor();
    await today.getByText(`Invited ${member.email} to Plans`).waitFor();
    await expectAccessible(page, "activity in the details");
    await files.open("Plans");
    await files.open("note 41.txt");
    const viewer = page.getByRole("dialog", { name: "note 41.txt" });
    await viewer.getByRole("button", { name: "Details" }).click();
    await viewer.getByText("Renamed note 40.txt to note 41.txt").waitFor();
    await expectAccessible(page, "activity in the viewer");
    await page.goto(`${stage.url}/activity`);
    await today.getByText("Renamed note 40.txt to note 41.txt").waitFor();
    await today
      .getByText(/^You · /)
      .first()
      .waitFor();
    await expectAccessible(page, "the page of activity");
    await putFile(owner, owner.root, "new.txt", "new");
    await today.getByText("Added new.txt").waitFor();
  });

  it("[V2] leads to what something was done to, where that is to be opened", async () => {
    const owner = await stage.account();
    const { page } = await stage.visit(owner);
    await putFile(owner, owner.root, "new.txt", "new");
    await owner.api.commitOne({ type: "trash", node: (await putFile(owner, owner.root, "old.txt", "old")).id });
    const album = await makeFolder(owner, owner.root, "Album");
    await page.goto(`${stage.url}/activity`);
    const today = page.getByRole("list", { name: /^What was done: (Today|Yesterday)$/ });
    await today.getByText("Moved old.txt to the trash").waitFor();
    expect(await today.getByRole("link", { name: "Moved old.txt to the trash" }).count()).toBe(0);
    await today.getByRole("link", { name: "Added new.txt" }).click();
    await page.getByRole("dialog", { name: "new.txt" }).waitFor();
    await page.goBack();
    await today.getByRole("link", { name: "Added Album" }).click();
    await page.waitForURL(new RegExp(`/files/${album.id}$`));
  });

  it("[M2] a viewer who opens a shared folder at its address is offered nothing for a moment that they may not do", async () => {
    const [owner, member] = [await stage.account(), await stage.account()];
    const plans = await makeFolder(owner, owner.root, "Plans");
    await putFile(owner, plans.id, "note.txt", "one");
    await shareWith(stage.url, { owner, member, folder: plans.id, role: "viewer" });
    const { page, files } = await stage.browse(member);
    await page.addInitScript(() => {
      const seen = new MutationObserver(() => {
        const makers = [...document.querySelectorAll("main button")].map((each) => each.textContent);
        if (makers.includes("New") || makers.includes("Upload")) document.documentElement.dataset.offered = "yes";
      });
      seen.observe(document, { subtree: true, childList: true, characterData: true });
    });
    for (const visit of ["first", "second"]) {
      await page.goto(`${stage.url}/files/${plans.id}`);
      await files.row("note.txt").waitFor();
      await page.getByText("can view").waitFor();
      expect(await page.evaluate(() => document.documentElement.dataset.offered), visit).toBeUndefined();
    }
    await page.goto(`${stage.url}/files`);
    await page.getByRole("button", { name: "New", exact: true }).waitFor();
    expect(await page.evaluate(() => document.documentElement.dataset.offered), "the test sees them").toBe("yes");
  });
});
