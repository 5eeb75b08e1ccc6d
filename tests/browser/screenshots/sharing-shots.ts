import { mailedLink } from "../support/mailed.ts";
import { openFolder, row, type Shot, type Stage } from "./stage.ts";

/** A page as it is at its address. */
const page = (name: string, path: string, ready: (stage: Stage) => Promise<void>): Shot => ({
  name,
  who: "account",
  async take(stage) {
    await stage.page.goto(`${stage.url}${path}`);
    await ready(stage);
    await stage.page.waitForLoadState("networkidle");
  },
});

const admin = (section: string): Shot =>
  page(`admin-${section}`, `/admin/${section}`, async (stage) => {
    await stage.page.getByRole("main").getByRole("heading", { level: 1 }).waitFor();
    await stage.page.getByRole("status", { name: "Loading" }).waitFor({ state: "detached" });
  });

async function share(stage: Stage, name: string): Promise<void> {
  await openFolder(stage, "/");
  await row(stage.page, name).hover();
  await row(stage.page, name).locator('[data-act="menu"]').click();
  await stage.page.getByText("Share …", { exact: true }).click();
  await stage.page.getByRole("dialog", { name: /^Share/ }).waitFor();
}

/** Sharing, what the account is told of, and administration. */
export const sharingShots: readonly Shot[] = [
  page("shared", "/shared", async ({ page: shown }) => {
    await shown.getByRole("list", { name: "Offered to you" }).waitFor();
    await shown.getByRole("list", { name: "Invitations" }).waitFor();
  }),
  page("links", "/shared/links", ({ page: shown }) => shown.getByText("Harbour Library").waitFor()),
  {
    name: "people",
    who: "account",
    async take(stage) {
      await share(stage, "Iceland 2026");
      await stage.page.getByRole("list", { name: "Who has this folder" }).waitFor();
      await stage.page.getByRole("list", { name: "Invited, not answered yet" }).waitFor();
    },
  },
  {
    name: "share-by-link",
    who: "account",
    async take(stage) {
      await share(stage, "Harbour Library");
      await stage.page.getByRole("dialog").getByText("Links", { exact: true }).click();
      await stage.page.getByRole("dialog").getByLabel("Link", { exact: true }).waitFor();
    },
  },
  {
    name: "new-owner",
    who: "account",
    async take(stage) {
      await share(stage, "Iceland 2026");
      await stage.page.getByRole("button", { name: "Make Tomás Reyes the owner …" }).click();
      await stage.page.getByRole("button", { name: "Offer it" }).waitFor();
    },
  },
  {
    name: "files-of-others",
    who: "account",
    async take(stage) {
      await openFolder(stage, "/");
      await row(stage.page, "Exhibition").dblclick();
      await row(stage.page, "Guest list.csv").waitFor();
    },
  },
  {
    name: "notifications",
    who: "account",
    async take(stage) {
      await openFolder(stage, "/");
      await stage.page.getByRole("button", { name: /^Notifications/ }).click();
      await stage.page.getByRole("dialog", { name: "Notifications" }).getByRole("listitem").first().waitFor();
    },
  },
  page("activity", "/activity", ({ page: shown }) => shown.getByRole("listitem").nth(5).waitFor()),
  page("trash-of-others", "/trash", async ({ page: shown }) => {
    await shown.getByLabel("Whose trash").selectOption({ index: 1 });
    await shown.getByText("comes here first").waitFor();
  }),
  ...["accounts", "usage", "links", "search", "settings", "activity"].map(admin),
  {
    name: "guest-folder",
    who: "nobody",
    async take({ page: shown, link }) {
      await shown.goto(link);
      await shown.getByText("Glacier lagoon.jpg").waitFor();
      await shown.waitForLoadState("networkidle");
      await shown.waitForTimeout(2_000);
    },
  },
  {
    name: "invitation",
    who: "nobody",
    async take({ page: shown, url }) {
      await shown.goto(await mailedLink(url, "paul@northlight.example", "invitation"));
      await shown.getByText("invites you to").waitFor();
    },
  },
  {
    name: "verify-email",
    who: "newcomer",
    async take({ page: shown, url, newcomer }) {
      await newcomer.api.http.json({ method: "POST", path: "/account/verify-email" });
      await shown.goto(await mailedLink(url, newcomer.email, "verifyEmail"));
      await shown.getByRole("heading").first().waitFor();
      await shown.waitForLoadState("networkidle");
    },
  },
];
