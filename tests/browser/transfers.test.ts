import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { newId } from "../../protocol/new-id.ts";
import type { Transfer } from "../../protocol/transfers.ts";
import { expectAccessible } from "./support/accessible.ts";
import { makeFolder, putFile, type TestAccount } from "./support/accounts.ts";
import type { FilesPage } from "./support/files-page.ts";
import { shareWith } from "./support/shared-folders.ts";
import { useStage } from "./support/stage.ts";

const stage = useStage();

interface Scene {
  readonly owner: TestAccount;
  readonly member: TestAccount;
  /** The owner's, shared with the member. */
  readonly plans: string;
}

async function scene(): Promise<Scene> {
  const [owner, member] = [await stage.account(), await stage.account()];
  const plans = await makeFolder(owner, owner.root, "Plans");
  await shareWith(stage.url, { owner, member, folder: plans.id });
  return { owner, member, plans: plans.id };
}

const namesIn = async ({ api }: TestAccount, folder: string): Promise<string[]> =>
  (await api.childrenPage(folder)).nodes.map(({ name }) => name).toSorted();

async function cutAndPaste(page: Page, files: FilesPage, name: string, into: () => Promise<unknown>): Promise<void> {
  await files.row(name).click();
  await page.keyboard.press("Control+x");
  await into();
  await page.keyboard.press("Control+v");
}

describe("moves into and out of a shared folder", () => {
  it("[M11] dragged onto it, a file goes there with its versions, and comes back by Undo", async () => {
    const { owner, member, plans } = await scene();
    await putFile(member, member.root, "note.txt", "first");
    await putFile(member, member.root, "note.txt", "second");
    const { page, files } = await stage.visit(member);
    const theirs = await stage.visit(owner);
    await theirs.files.open("Plans");
    await files.row("note.txt").dragTo(files.row("Plans"));
    await files.row("note.txt").waitFor({ state: "detached" });
    // A notice goes by itself: what else there is to see follows with the second move.
    await files.notice("Moved “note.txt” to “Plans”").getByRole("button", { name: "Undo" }).click();
    await files.row("note.txt").waitFor();
    await expect.poll(() => namesIn(owner, plans)).toEqual([]);
    await theirs.files.row("note.txt").waitFor({ state: "detached" });
    await files.open("note.txt");
    await page.getByText("second").waitFor();
    await page.keyboard.press("Escape");
    const [began] = await Promise.all([
      page
        .waitForRequest((request) => request.method() === "POST" && request.url().endsWith("/api/transfers"))
        .then(() => performance.now()),
      files.row("note.txt").dragTo(files.row("Plans")),
    ]);
    await files.row("note.txt").waitFor({ state: "detached" });
    await files.notice("Moved “note.txt” to “Plans”").last().waitFor();
    const trays = await page.getByRole("region", { name: "Moves" }).count();
    // What takes longer, as on a busy machine, is shown while it goes on, and after it.
    if (performance.now() - began < 1_000) expect(trays, "a small one is a move like any other").toBe(0);
    await theirs.files.row("note.txt").waitFor();
    const [moved] = (await owner.api.childrenPage(plans)).nodes;
    expect((await owner.api.versionsPage(moved?.id ?? "")).versions.map(({ version }) => version)).toEqual([2, 1]);
    await page.keyboard.press("Control+z");
    await files.row("note.txt").waitFor();
    await theirs.files.row("note.txt").waitFor({ state: "detached" });
  });

  it("[M11] the dialog moves things out of it; names that are taken are asked about; what is shared stays", async () => {
    const { owner, member, plans } = await scene();
    await makeFolder(owner, plans, "Drafts");
    await putFile(owner, plans, "note.txt", "theirs");
    await putFile(member, member.root, "note.txt", "mine");
    await makeFolder(member, member.root, "Ours");
    const { page, files } = await stage.visit(member);
    await files.open("Plans");
    await files.row("Drafts").click();
    await files.row("note.txt").click({ modifiers: ["Control"] });
    await page.keyboard.press("Shift+m");
    const picker = page.getByRole("dialog", { name: /^Move/ });
    await picker.getByRole("button", { name: "Up one folder" }).click();
    await picker.getByRole("button", { name: "Move here" }).click();
    const question = page.getByRole("dialog", { name: "Something of that name is there already" });
    await question.getByText("“note.txt” is there already").waitFor();
    await question.getByRole("button", { name: "Keep both" }).click();
    await files.notice("Moved “note.txt” to “Files”").waitFor();
    await expect.poll(() => files.names()).toEqual([]);
    await page.getByRole("navigation", { name: "Path" }).getByRole("link", { name: "Files" }).click();
    await files.row("note (2).txt").waitFor();
    expect(await files.names()).toEqual(["Drafts", "Ours", "Plans", "note.txt", "note (2).txt"]);
    expect(await namesIn(owner, plans)).toEqual([]);

    await files.act("Plans", "Move to …");
    const second = page.getByRole("dialog", { name: /^Move/ });
    await second.getByRole("button", { name: "Open Ours" }).click();
    expect(await second.getByRole("button", { name: "Move here" }).isEnabled()).toBe(true);
    await page.keyboard.press("Escape");
    await files.act("note.txt", "Copy to …");
    const third = page.getByRole("dialog", { name: /^Copy/ });
    await third.getByRole("button", { name: "Open Plans" }).click();
    await third.getByText("things are moved, not copied").waitFor();
    expect(await third.getByRole("button", { name: "Copy here" }).isEnabled()).toBe(false);
  });

  it("[M11] what cannot begin is said with its reason, and stays where it was", async () => {
    const { owner, member, plans } = await scene();
    await putFile(member, member.root, "large.txt", "more than there is room for");
    const { page, files } = await stage.visit(member);
    await page.route("**/api/transfers", (route) =>
      route.request().method() === "POST"
        ? route.fulfill({
            status: 413,
            contentType: "application/problem+json",
            body: JSON.stringify({ status: 413, code: "over_quota", title: "", detail: "" }),
          })
        : route.fallback(),
    );
    await cutAndPaste(page, files, "large.txt", async () => {
      await files.open("Plans");
      await page.getByText("Shared by Ada Lovelace").waitFor();
    });
    await files.notice("large.txt: There is no room for it there.").waitFor();
    await page.goBack();
    await files.row("large.txt").waitFor();
    expect(await files.row("large.txt").getAttribute("data-cut")).toBeNull();
    expect(await namesIn(owner, plans)).toEqual([]);
  });
});

describe("moves that take a while", () => {
  it("[M11] show how far they are, also after a reload, can be stopped, and say why they failed", async () => {
    const { member, plans } = await scene();
    const album = await makeFolder(member, member.root, "Album");
    const { page, files } = await stage.visit(member);
    const server = await pretend(page, { node: album.id, home: album.space, plans });
    await files.row("Album").dragTo(files.row("Plans"));
    const tray = page.getByRole("region", { name: "Moves" });
    await tray.getByText("Moving 1 item").waitFor();
    await tray.getByText("12 of 40 files").waitFor();
    expect(await files.row("Album").getAttribute("data-cut"), "it is leaving").toBe("");
    await expectAccessible(page, "a move that goes on");
    await page.reload();
    await tray.getByText("12 of 40 files").waitFor();
    expect(await files.row("Album").getAttribute("data-cut")).toBe("");

    server.transfer = { ...server.transfer, state: "failed", error: { code: "over_quota", detail: "" } };
    await tray.getByText("1 move did not work").waitFor();
    await tray.getByText("There is no room for it there.").waitFor();
    await expectAccessible(page, "a move that failed");
    expect(await files.row("Album").getAttribute("data-cut"), "it stays").toBeNull();
    await tray.getByRole("button", { name: "Try again to move Album" }).click();
    await tray.getByText("12 of 40 files").waitFor();
    await tray.getByRole("button", { name: "Stop moving Album" }).click();
    await files.notice("“Album” stays where it was").waitFor();
    await tray.waitFor({ state: "detached" });
    await files.row("Album").waitFor();
  });
});

/** A server whose one transfer goes on until it is said to be otherwise. */
async function pretend(
  page: Page,
  { node, home, plans }: { readonly node: string; readonly home: string; readonly plans: string },
): Promise<{ transfer: Transfer }> {
  const now = Date.now();
  const server: { transfer: Transfer; isBegun: boolean } = {
    isBegun: false,
    transfer: {
      id: newId(),
      kind: "move",
      state: "copying",
      from: { space: home, node },
      to: { space: plans, parent: plans },
      name: "Album",
      node: null,
      files: 12,
      bytes: 3_000_000,
      totalFiles: 40,
      totalBytes: 10_000_000,
      error: null,
      createdAt: now,
      updatedAt: now,
    },
  };
  await page.route("**/api/transfers**", async (route) => {
    const request = route.request();
    if (request.method() === "POST") {
      const { id } = request.postDataJSON() as { id: string };
      server.isBegun = true;
      server.transfer = { ...server.transfer, id, state: "copying", error: null };
    }
    if (request.method() === "DELETE") server.transfer = { ...server.transfer, state: "cancelled" };
    server.transfer = { ...server.transfer, updatedAt: Date.now() };
    const isList = request.method() === "GET" && new URL(request.url()).pathname.endsWith("/transfers");
    await route.fulfill({
      status: request.method() === "POST" ? 201 : 200,
      json: isList ? { transfers: server.isBegun ? [server.transfer] : [] } : server.transfer,
    });
  });
  return server;
}
