import { expect, it } from "vitest";
import { signIn } from "./support/sign-in.ts";
import { useStage } from "./support/stage.ts";
import { isStored } from "./support/stored.ts";

const stage = useStage();

it("[B2] who signs in after somebody else is asked before what that account did not send is lost", async () => {
  const [first, second] = [await stage.account(), await stage.account()];
  const { page, context, files } = await stage.visit(first);
  await page.route("**/api/commits", (route) => route.abort());
  await page.getByRole("button", { name: "New", exact: true }).click();
  await page.getByRole("menuitem", { name: "New folder" }).click();
  await page.getByRole("dialog").getByRole("textbox").fill("Plans");
  await page.getByRole("dialog").getByRole("textbox").press("Enter");
  await files.row("Plans").waitFor();
  await expect.poll(() => isStored(page, /ledge-drive-.* outbox/, "Plans")).toBe(true);
  await context.clearCookies();
  await page.goto(`${stage.url}/sign-in`);

  const question = page.getByRole("dialog", { name: "Something was not sent yet" });
  await signIn(page, second);
  await question.getByText(first.email).first().waitFor();
  await question.getByText("1 change waits to be sent").waitFor();
  await page.keyboard.press("Escape");
  await question.getByRole("button", { name: `Go back and sign in as ${first.email}` }).click();
  await question.waitFor({ state: "detached" });
  await expect.poll(async () => (await context.request.get(`${stage.url}/api/account`)).status()).toBe(401);
  await signIn(page, first);
  await files.row("Plans").waitFor();

  await context.clearCookies();
  await page.goto(`${stage.url}/sign-in`);
  await signIn(page, second);
  await question.getByRole("button", { name: "Discard it and go on" }).click();
  await page.waitForURL(/\/files/);
  await page.getByRole("heading", { name: "Your drive is ready" }).waitFor();
  const kept = await page.evaluate(async () => (await indexedDB.databases()).map(({ name }) => name));
  expect(kept.filter((name) => name?.startsWith("ledge-drive"))).toHaveLength(1);
  expect(await page.evaluate(() => localStorage.getItem("ledge-account-left"))).toBeNull();
});
