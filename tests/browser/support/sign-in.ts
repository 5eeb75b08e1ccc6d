import type { Page } from "playwright-core";
import type { TestAccount } from "./accounts.ts";

/** Fills in the sign-in page that is open. */
export async function signIn(page: Page, { email, password }: Pick<TestAccount, "email" | "password">): Promise<void> {
  await page.getByLabel("Email").fill(email);
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
}

/** Chooses to sign out; the app may ask first whether it is meant. */
export async function askToSignOut(page: Page): Promise<void> {
  await page.getByRole("button", { name: /^Account of/ }).click();
  await page.getByRole("menuitem", { name: "Sign out" }).click();
}

/** Signs out; resolves at the sign-in page. */
export async function signOut(page: Page): Promise<void> {
  // The page may be led on at once, by a passkey.
  await Promise.all([page.waitForURL(({ pathname }) => pathname === "/sign-in"), askToSignOut(page)]);
}
