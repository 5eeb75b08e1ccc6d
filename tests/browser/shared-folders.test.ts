import { describe, expect, it } from "vitest";
import { expectAccessible } from "./support/accessible.ts";
import { makeFolder, putFile } from "./support/accounts.ts";
import { idOf, membersOf, shareWith } from "./support/shared-folders.ts";
import { useStage } from "./support/stage.ts";

const stage = useStage();

describe("a shared folder in the browser", () => {
  it("[M5] [M8] [B8] appears live, and what owner and member do in it shows in each other's browser", async () => {
    const [owner, member] = [await stage.account(), await stage.account()];
    const plans = await makeFolder(owner, owner.root, "Plans");
    const [theirs, mine] = [await stage.visit(owner), await stage.visit(member)];
    await shareWith(stage.url, { owner, member, folder: plans.id });
    await mine.files.row("Plans").getByRole("img", { name: "Shared folder" }).waitFor();
    await theirs.files.row("Plans").getByRole("img", { name: "Shared folder" }).waitFor();
    await Promise.all([mine.files.open("Plans"), theirs.files.open("Plans")]);
    await mine.page.waitForURL(new RegExp(`/files/${plans.id}$`));
    await mine.page.getByText("Shared by Ada Lovelace · can edit").waitFor();
    await theirs.page.getByText("Shared by you with 1 person").waitFor();
    await expectAccessible(mine.page, "a shared folder");

    const file = { name: "note.txt", mimeType: "text/plain", buffer: Buffer.from("written by the member") };
    const chooser = mine.page.waitForEvent("filechooser");
    await mine.page.getByRole("button", { name: "Upload", exact: true }).click();
    await (await chooser).setFiles(file);
    await Promise.all([mine.files.row("note.txt").waitFor(), theirs.files.row("note.txt").waitFor()]);

    await mine.files.row("note.txt").click();
    await mine.page.keyboard.press("F2");
    await mine.page.getByLabel("New name of note.txt").fill("plan.txt");
    await mine.page.keyboard.press("Enter");
    await theirs.files.row("plan.txt").waitFor();

    await putFile(owner, plans.id, "from the owner.txt", "hello");
    await mine.files.row("from the owner.txt").waitFor();

    await mine.files.open("plan.txt");
    await mine.page.getByRole("button", { name: "Edit", exact: true }).click();
    const editor = mine.page.locator(".cm-content");
    await editor.waitFor();
    await editor.click();
    await mine.page.keyboard.press("Control+End");
    await mine.page.keyboard.type(", edited");
    await mine.page.keyboard.press("Control+s");
    await theirs.files.row("plan.txt").getByText("29 bytes", { exact: true }).waitFor();
    await mine.page.keyboard.press("Escape");
    await theirs.files.open("plan.txt");
    await theirs.page.getByText("written by the member, edited").waitFor();
  });

  it("[M5] has addresses that outlast a reload, at any depth, by the mount's id as well; back and forward work", async () => {
    const [owner, member] = [await stage.account(), await stage.account()];
    const plans = await makeFolder(owner, owner.root, "Plans");
    const drafts = await makeFolder(owner, plans.id, "Drafts");
    const file = await putFile(owner, drafts.id, "may.txt", "in May");
    const { mount } = await shareWith(stage.url, { owner, member, folder: plans.id });
    const { page, files } = await stage.browse(member);
    await page.goto(`${stage.url}/files/${drafts.id}`);
    await files.row("may.txt").waitFor();
    const path = page.getByRole("navigation", { name: "Path" });
    await path.getByRole("link", { name: "Plans" }).waitFor();
    expect(await path.getByRole("link").allTextContents()).toEqual(["Files", "Plans"]);
    await page.reload();
    await files.row("may.txt").waitFor();
    await path.getByRole("link", { name: "Plans" }).click();
    await files.row("Drafts").waitFor();
    await page.goBack();
    await files.row("may.txt").waitFor();
    await page.goForward();
    await files.row("Drafts").waitFor();
    await page.goto(`${stage.url}/files/${mount}`);
    await page.waitForURL(new RegExp(`/files/${plans.id}$`));
    await files.row("Drafts").waitFor();
    await page.goto(`${stage.url}/file/${file.id}`);
    await page.getByText("in May").waitFor();
  });

  it("[M2] offers a viewer nothing that changes the folder, until their role changes", async () => {
    const [owner, member] = [await stage.account(), await stage.account()];
    const plans = await makeFolder(owner, owner.root, "Plans");
    await putFile(owner, plans.id, "note.txt", "read me");
    await shareWith(stage.url, { owner, member, folder: plans.id, role: "viewer" });
    const { page, files } = await stage.visit(member);
    await files.open("Plans");
    await files.row("note.txt").waitFor();
    await page.getByText("Shared by Ada Lovelace · can view").waitFor();
    expect(await page.getByRole("button", { name: "New", exact: true }).count()).toBe(0);
    expect(await page.getByRole("button", { name: "Upload", exact: true }).count()).toBe(0);
    await files.row("note.txt").click({ button: "right" });
    await page.getByRole("menuitem", { name: "Download" }).waitFor();
    const items = await page.getByRole("menuitem").allTextContents();
    expect(items.some((item) => item.includes("Open"))).toBe(true);
    for (const verb of ["Rename", "Move to …", "Copy to …", "Cut", "Add to starred", "Share …", "Move to trash"]) {
      expect(
        items.some((item) => item.includes(verb)),
        verb,
      ).toBe(false);
    }
    await page.keyboard.press("Escape");
    await files.open("note.txt");
    await page.getByText("read me").waitFor();
    expect(await page.getByRole("button", { name: "Edit", exact: true }).count()).toBe(0);
    await page.keyboard.press("Escape");
    await membersOf(owner).changeRole(plans.id, await idOf(member), "editor");
    await page.getByRole("button", { name: "New", exact: true }).waitFor();
    await page.getByText("can edit").waitFor();
  });

  it("[M9] [M8] closes live for a member who is removed, says so, and takes the mount away", async () => {
    const [owner, member] = [await stage.account(), await stage.account()];
    const plans = await makeFolder(owner, owner.root, "Plans");
    const drafts = await makeFolder(owner, plans.id, "Drafts");
    await putFile(owner, drafts.id, "may.txt", "in May");
    await shareWith(stage.url, { owner, member, folder: plans.id });
    const { page, files } = await stage.visit(member);
    await files.open("Plans");
    await files.open("Drafts");
    await files.row("may.txt").waitFor();
    await membersOf(owner).removeMember(plans.id, await idOf(member));
    await page.getByRole("heading", { name: "This folder is not shared with you any more" }).waitFor();
    expect(await files.row("may.txt").count()).toBe(0);
    await expectAccessible(page, "a folder that is not shared any more");
    await page.getByRole("link", { name: "Go to Files" }).click();
    await page.getByRole("heading", { name: "Files" }).waitFor();
    await expect.poll(() => files.names()).toEqual([]);
  });

  it("[M5] moves a mount like any folder, and says that nothing is copied across the border of a shared folder", async () => {
    const [owner, member] = [await stage.account(), await stage.account()];
    const plans = await makeFolder(owner, owner.root, "Plans");
    await putFile(owner, plans.id, "note.txt", "stays here");
    await makeFolder(member, member.root, "Work");
    await shareWith(stage.url, { owner, member, folder: plans.id });
    const { page, files } = await stage.visit(member);
    await files.row("Plans").dragTo(files.row("Work"));
    await files.row("Plans").waitFor({ state: "detached" });
    await files.open("Work");
    await files.open("Plans");
    await files.row("note.txt").click();
    await page.keyboard.press("Control+c");
    await page.getByRole("navigation", { name: "Path" }).getByRole("link", { name: "Work" }).click();
    await files.row("Plans").waitFor();
    await page.keyboard.press("Control+v");
    await files.notice("things are moved, not copied").waitFor();
    await files.open("Plans");
    await files.row("note.txt").waitFor();
    const { nodes } = await owner.api.childrenPage(plans.id);
    expect(nodes.map(({ name }) => name)).toEqual(["note.txt"]);
  });
});
