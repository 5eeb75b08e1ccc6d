import { expect, it } from "vitest";
import { makeFolder, putFile } from "./support/accounts.ts";
import { secretTo } from "./support/shared-folders.ts";
import { useStage, type Visitor } from "./support/stage.ts";

const stage = useStage();
const phone = { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true, deviceScaleFactor: 2 } as const;

/** The editor's way: opens a text, adds to its end, saves, and closes it. */
async function addToText({ page, files }: Visitor, name: string, text: string): Promise<void> {
  await files.open(name);
  await page.getByRole("button", { name: "Edit", exact: true }).click();
  const editor = page.locator(".cm-content");
  await editor.click();
  await page.keyboard.press("Control+End");
  await page.keyboard.type(text);
  await page.keyboard.press("Control+s");
}

it("[L1] [M5] [M8] [M9] an owner, a member and a guest on a phone are in one folder, and see what each of them may, until they may not", async () => {
  const [owner, member] = [await stage.account(), await stage.account()];
  const trip = await makeFolder(owner, owner.root, "Trip");
  await makeFolder(owner, owner.root, "Private");
  await putFile(owner, trip.id, "plan.txt", "By train");
  await putFile(owner, trip.id, "budget.txt", "None of theirs");

  // Both are shared in one dialog: with the member, whose mail leads to the invitation, and by a link for whoever has it.
  const theirs = await stage.visit(owner, { permissions: ["clipboard-read", "clipboard-write"] });
  await theirs.files.act("Trip", "Share …");
  const sharing = theirs.page.getByRole("dialog", { name: /^Share/ });
  await sharing.getByLabel("Invite by email").fill(member.email);
  await sharing.getByRole("button", { name: "Invite", exact: true }).click();
  await sharing.getByText("1 person is invited").waitFor();
  const mine = await stage.browse(member);
  await mine.page.goto(`${stage.url}/invitations#${await secretTo(stage.url, member.email)}`);
  await mine.page.getByRole("button", { name: "Accept" }).click();
  await sharing.getByRole("list", { name: "Who has this folder" }).getByText(member.email).waitFor();
  await sharing.getByText("Links", { exact: true }).click();
  await sharing.getByRole("button", { name: "Create link and copy it" }).click();
  await sharing.getByRole("button", { name: "Copied" }).waitFor();
  const address = await sharing.getByLabel("Link", { exact: true }).inputValue();
  await sharing.getByRole("button", { name: "Close", exact: true }).click();

  // The guest opens it on a phone where nobody is signed in.
  const guest = (await stage.browse(undefined, phone)).page;
  await guest.goto(address);
  await guest.getByRole("heading", { name: "Trip" }).waitFor();
  await guest.getByRole("link", { name: "plan.txt" }).waitFor();

  await mine.page.getByText("Shared by Ada Lovelace · can edit").waitFor();
  await mine.files.row("plan.txt").waitFor();
  await theirs.files.open("Trip");

  // What the member writes, the owner sees by itself, and the guest at the next look.
  await addToText(mine, "plan.txt", ", at noon");
  await theirs.files.row("plan.txt").getByText("17 bytes", { exact: true }).waitFor();
  await guest.getByRole("link", { name: "plan.txt" }).tap();
  await guest.getByText("By train, at noon").waitFor();
  await guest.getByRole("dialog").getByRole("button", { name: "Close" }).tap();
  expect(await guest.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);

  // Moved out: gone before the member's eyes, and for the guest at the next look, by its own address, too.
  await mine.page.keyboard.press("Escape");
  await guest.getByRole("link", { name: "budget.txt" }).tap();
  await guest.getByText("None of theirs").waitFor();
  const ofBudget = guest.url();
  await guest.getByRole("dialog").getByRole("button", { name: "Close" }).tap();
  await theirs.files.row("budget.txt").click();
  await theirs.page.keyboard.press("Control+x");
  await theirs.page.getByRole("navigation", { name: "Path" }).getByRole("link", { name: "Files" }).click();
  await theirs.files.open("Private");
  await theirs.page.keyboard.press("Control+v");
  await theirs.files.row("budget.txt").waitFor();
  await mine.files.row("budget.txt").waitFor({ state: "detached" });
  expect(await mine.files.names()).toEqual(["plan.txt"]);
  await guest.getByRole("link", { name: "budget.txt" }).tap();
  await guest.getByText("This is not here any more").waitFor();
  await guest.goto(ofBudget);
  await guest.getByText("This is not here any more").waitFor();
  await guest.goto(address);
  await guest.getByRole("link", { name: "plan.txt" }).waitFor();
  expect(await guest.getByRole("link", { name: "budget.txt" }).count()).toBe(0);

  // Removed: what the member has open closes. The link is another thing, and stays.
  await theirs.page.getByRole("navigation", { name: "Path" }).getByRole("link", { name: "Files" }).click();
  await theirs.files.act("Trip", "Share …");
  const people = sharing.getByRole("list", { name: "Who has this folder" });
  await people.getByRole("button", { name: "Remove Ada Lovelace" }).click();
  const question = theirs.page.getByRole("dialog", { name: "Remove Ada Lovelace?" });
  await question.getByRole("button", { name: "Remove", exact: true }).click();
  await mine.page.getByRole("heading", { name: "This folder is not shared with you any more" }).waitFor();
  expect(await mine.files.row("plan.txt").count()).toBe(0);
  await guest.reload();
  await guest.getByRole("link", { name: "plan.txt" }).waitFor();
  await sharing.getByText("Links", { exact: true }).click();
  await sharing.getByRole("button", { name: "Revoke" }).click();
  const revoking = theirs.page.getByRole("dialog", { name: "Revoke this link?" });
  await revoking.getByRole("button", { name: "Revoke" }).click();
  await revoking.waitFor({ state: "detached" });
  await guest.reload();
  await guest.getByRole("heading", { name: "This link does not work" }).waitFor();
});
