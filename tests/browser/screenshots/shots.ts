import { randomBytes } from "node:crypto";
import { sharingShots } from "./sharing-shots.ts";
import { lookAs, openFolder, pictured, row, type Shot, type Stage } from "./stage.ts";

async function openFile(stage: Stage, path: string): Promise<void> {
  const { node } = await stage.account.api.nodeAt(path);
  await stage.page.goto(`${stage.url}/files/${node.parent}?view=${node.id}`);
  await stage.page.getByRole("dialog", { name: node.name }).waitFor();
  await stage.page.waitForLoadState("networkidle");
}

/** On a phone most of what can be done is in the menu. */
async function viewerAction({ page, isPhone }: Stage, name: string): Promise<void> {
  const bar = page.getByRole("dialog");
  if (isPhone) {
    await bar.getByRole("button", { name: "More" }).click();
    await page.getByRole("menuitem", { name }).click();
  } else await bar.getByRole("button", { name, exact: true }).first().click();
}

const view = (name: string, path: string): Shot => ({
  name: `viewer-${name}`,
  who: "account",
  take: (stage) => openFile(stage, path),
});

const settings = (section: string): Shot => ({
  name: `settings-${section}`,
  who: "account",
  async take({ page, url }) {
    await page.goto(`${url}/settings/${section}`);
    await page.getByRole("main").getByRole("heading").first().waitFor();
    await page.waitForLoadState("networkidle");
  },
});

export const shots: readonly Shot[] = [
  { name: "files", who: "account", take: (stage) => openFolder(stage, "/") },
  {
    name: "files-grid",
    who: "account",
    async take(stage) {
      await openFolder(stage, "/Iceland 2026");
      await lookAs(stage.page, "Grid");
      await pictured(stage.page);
    },
  },
  {
    name: "files-gallery",
    who: "account",
    async take(stage) {
      await openFolder(stage, "/Iceland 2026");
      await lookAs(stage.page, "Gallery");
      await pictured(stage.page);
    },
    done: ({ page }) => lookAs(page, "List"),
  },
  {
    name: "files-selection",
    who: "account",
    async take(stage) {
      const { page, isPhone } = stage;
      await openFolder(stage, "/Iceland 2026");
      await lookAs(page, "List");
      if (isPhone) {
        await row(page, "Glacier lagoon.jpg").locator('[data-act="menu"]').click();
        return;
      }
      await row(page, "Glacier lagoon.jpg").click();
      await row(page, "Last light").click({ modifiers: ["Shift"] });
    },
  },
  {
    name: "files-details",
    who: "account",
    async take(stage) {
      const { page } = stage;
      await openFolder(stage, "/Iceland 2026");
      await row(page, "Itinerary.md").click();
      await page.getByRole("button", { name: "Details", exact: true }).first().click();
      await page.waitForLoadState("networkidle");
      await page.waitForTimeout(800);
    },
    done: ({ page }) => page.locator("body").press("Shift+D"),
    screens: ["desktop"],
  },
  {
    name: "files-menu",
    who: "account",
    screens: ["desktop"],
    async take(stage) {
      await openFolder(stage, "/");
      await row(stage.page, "Moving checklist").click({ button: "right", position: { x: 300, y: 20 } });
      await stage.page.getByRole("menuitem").first().waitFor();
    },
  },
  {
    name: "files-move",
    who: "account",
    async take(stage) {
      const { page } = stage;
      await openFolder(stage, "/");
      await row(page, "Moving checklist").hover();
      await row(page, "Moving checklist").locator('[data-act="menu"]').click();
      await page.getByText("Move to …", { exact: true }).click();
      await page.getByRole("dialog").getByRole("button", { name: "Move here" }).waitFor();
    },
  },
  view("image", "/Iceland 2026/Vestrahorn.jpg"),
  view("markdown", "/Iceland 2026/Itinerary.md"),
  view("code", "/Iceland 2026/total.ts"),
  view("csv", "/Iceland 2026/Budget.csv"),
  view("pdf", "/Studio/Annual report 2025.pdf"),
  view("video", "/Iceland 2026/Sunrise.webm"),
  view("other", "/Backup of the old laptop.zip"),
  {
    name: "editor",
    who: "account",
    async take(stage) {
      await openFile(stage, "/Iceland 2026/total.ts");
      await viewerAction(stage, "Edit");
      await stage.page.getByRole("button", { name: /^Save/ }).waitFor();
      await stage.page.waitForTimeout(600);
    },
  },
  {
    name: "versions",
    who: "account",
    async take(stage) {
      await openFile(stage, "/Iceland 2026/Itinerary.md");
      await viewerAction(stage, "Versions");
      await stage.page.waitForLoadState("networkidle");
    },
  },
  {
    name: "versions-difference",
    who: "account",
    async take(stage) {
      const { page } = stage;
      await openFile(stage, "/Iceland 2026/Itinerary.md");
      await viewerAction(stage, "Versions");
      await page.getByRole("button", { name: "Actions for version 1" }).click();
      await page.getByRole("menuitem", { name: "Compare with the current one" }).click();
      await page.waitForTimeout(1_000);
    },
  },
  {
    name: "palette",
    who: "account",
    screens: ["desktop"],
    async take(stage) {
      const { page } = stage;
      await openFolder(stage, "/Iceland 2026");
      await openFolder(stage, "/");
      await page
        .getByRole("button", { name: /Search/ })
        .first()
        .click();
      await page.getByPlaceholder(/Find a file/).fill("library");
      await page
        .getByRole("option", { name: /Annual report/ })
        .first()
        .waitFor();
    },
  },
  {
    name: "search",
    who: "account",
    async take({ page, url }) {
      await page.goto(`${url}/search?q=m%C3%BDvatn`);
      await page.getByRole("list", { name: "Results" }).getByText("Hut bookings.pdf").waitFor();
      await pictured(page);
    },
  },
  {
    name: "search-as-typed",
    who: "account",
    async take(stage) {
      const { page } = stage;
      await openFolder(stage, "/");
      await page.getByRole("combobox", { name: "Search names and texts" }).fill("library");
      await page
        .getByRole("listbox")
        .getByRole("option", { name: /Annual report/ })
        .first()
        .waitFor();
    },
  },
  {
    name: "shortcuts",
    who: "account",
    screens: ["desktop"],
    async take(stage) {
      await openFolder(stage, "/");
      await stage.page.keyboard.press("?");
      await stage.page.getByRole("dialog").waitFor();
    },
  },
  {
    name: "account-menu",
    who: "account",
    async take(stage) {
      await openFolder(stage, "/");
      await stage.page.getByRole("button", { name: "Account of Maya Lindqvist" }).click();
      await stage.page.getByRole("menuitem", { name: "Sign out" }).waitFor();
    },
  },
  {
    name: "starred",
    who: "account",
    async take({ page, url }) {
      await page.goto(`${url}/starred`);
      await page.locator("[data-id]").first().waitFor();
    },
  },
  {
    name: "trash",
    who: "account",
    async take({ page, url }) {
      await page.goto(`${url}/trash`);
      await page.locator("[data-id]").first().waitFor();
    },
  },
  ...sharingShots,
  ...["profile", "security", "devices", "tokens", "storage", "appearance", "about"].map(settings),
  {
    name: "empty-drive",
    who: "newcomer",
    async take({ page, url }) {
      await page.goto(`${url}/files`);
      await page.getByText("Your drive is ready").waitFor();
    },
  },
  {
    name: "sign-in",
    who: "nobody",
    async take({ page, url }) {
      await page.goto(`${url}/sign-in`);
      await page.getByLabel("Email").waitFor();
    },
  },
  {
    name: "sign-up",
    who: "nobody",
    async take({ page, url }) {
      await page.goto(`${url}/sign-up`);
      await page.getByLabel("Your name").waitFor();
    },
  },
  {
    name: "device",
    who: "account",
    async take({ page, url }) {
      const answer = await page.request.post(`${url}/api/auth/device/code`, { data: { client_id: "ledge-cli" } });
      const { user_code: code } = (await answer.json()) as { user_code: string };
      await page.goto(`${url}/device?user_code=${code}`);
      await page.waitForLoadState("networkidle");
    },
  },
  // Last, so that what it sends is in no other picture.
  {
    name: "uploads",
    who: "account",
    async take(stage) {
      const { page } = stage;
      await openFolder(stage, "/Studio");
      const session = await page.context().newCDPSession(page);
      const slow = { offline: false, latency: 20, downloadThroughput: -1, uploadThroughput: 400_000 };
      await session.send("Network.emulateNetworkConditions", slow);
      const chooser = page.waitForEvent("filechooser");
      await page.locator("body").press("Shift+U");
      const noise = (name: string, size: number) => ({
        name,
        mimeType: "application/octet-stream",
        buffer: randomBytes(size),
      });
      await (
        await chooser
      ).setFiles([
        noise("Opening reel.mov", 14_000_000),
        noise("Harbour at night.raw", 9_000_000),
        noise("Poster A2.pdf", 900_000),
        noise("Type specimen.otf", 120_000),
      ]);
      await page.getByRole("region", { name: "Uploads" }).waitFor();
      await page.waitForTimeout(3_500);
    },
    async done({ page, account: { api } }) {
      await page.getByRole("button", { name: "More for all uploads" }).click();
      await page.getByRole("menuitem", { name: "Cancel all" }).click();
      await page.waitForTimeout(500);
      // What was quick enough would be in the way of the next ones.
      for (const name of ["Opening reel.mov", "Harbour at night.raw", "Poster A2.pdf", "Type specimen.otf"]) {
        const node = (await api.findNode(`/Studio/${name}`))?.id;
        if (node) for (const type of ["trash", "purge"] as const) await api.commitOne({ type, node });
      }
    },
  },
];
