import { expect, it } from "vitest";
import { expectAccessible } from "./support/accessible.ts";
import { makeFolder, putFile } from "./support/accounts.ts";
import { idOf, membersOf, shareWith } from "./support/shared-folders.ts";
import { useStage } from "./support/stage.ts";

const stage = useStage();

it("[M2] [M3] the trash of a shared folder is seen by its members, restored by editors, emptied by managers", async () => {
  const [owner, member] = [await stage.account(), await stage.account()];
  const plans = await makeFolder(owner, owner.root, "Plans");
  for (const name of ["one.txt", "two.txt", "three.txt"]) {
    const file = await putFile(owner, plans.id, name, name);
    await owner.api.commitOne({ type: "trash", node: file.id });
  }
  await shareWith(stage.url, { owner, member, folder: plans.id, role: "viewer" });
  const four = await putFile(owner, plans.id, "four.txt", "four");
  const five = await putFile(owner, plans.id, "five.txt", "five");
  for (const { id } of [four, five]) await owner.api.commitOne({ type: "trash", node: id });
  const { page, files } = await stage.visit(member);
  await page.getByRole("link", { name: "Trash" }).first().click();
  await page.getByText("The trash is empty").waitFor();
  await page.getByLabel("Whose trash").selectOption("Plans (shared by Ada Lovelace)");
  await files.row("four.txt").waitFor();
  expect(await files.names(), "[M3] what was trashed before it was shared is its owner's").toEqual([
    "five.txt",
    "four.txt",
  ]);
  await page.getByText("Whoever may edit in it can restore it.").waitFor();
  await expectAccessible(page, "the trash of a shared folder");
  await files.row("four.txt").click();
  expect(await page.getByRole("button", { name: "Restore" }).count()).toBe(0);
  expect(await page.getByRole("button", { name: "Empty trash" }).count()).toBe(0);

  const me = await idOf(member);
  await membersOf(owner).changeRole(plans.id, me, "editor");
  await page.getByText("Its owner and managers can delete it for ever.").waitFor();
  await files.act("four.txt", "Restore");
  await files.notice("Restored “four.txt”").waitFor();
  await files.row("four.txt").waitFor({ state: "detached" });
  await expect
    .poll(async () => (await owner.api.childrenPage(plans.id)).nodes.map(({ name }) => name))
    .toEqual(["four.txt"]);
  await files.notice("Restored “four.txt”").getByRole("button", { name: "Undo" }).click();
  await files.row("four.txt").waitFor();

  await membersOf(owner).changeRole(plans.id, me, "manager");
  await page.getByRole("button", { name: "Empty trash" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Empty trash" }).click();
  await page.getByText("What is deleted in “Plans” comes here first").waitFor();
  await page.reload();
  await page.getByText("What is deleted in “Plans” comes here first").waitFor();
});
