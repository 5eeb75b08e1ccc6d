import type { Page } from "playwright-core";
import type { TestAccount } from "../support/accounts.ts";

export interface Stage {
  readonly page: Page;
  readonly url: string;
  /** Of a link that guests open. */
  readonly link: string;
  readonly account: TestAccount;
  readonly newcomer: TestAccount;
  readonly isPhone: boolean;
}

export interface Shot {
  readonly name: string;
  /** Whose browser it is: of the account with files, of one without, or of nobody. */
  readonly who: "account" | "newcomer" | "nobody";
  /** Absent: all. */
  readonly screens?: readonly ("desktop" | "phone")[];
  /** Brings the page to where it is to be looked at. */
  readonly take: (stage: Stage) => Promise<void>;
  /** Puts back what the next shots should not have. */
  readonly done?: (stage: Stage) => Promise<void>;
}

export async function openFolder({ page, url, account }: Stage, path: string): Promise<void> {
  const place = path === "/" ? "" : `/${(await account.api.nodeAt(path)).node.id}`;
  await page.goto(`${url}/files${place}`);
  await page.locator("[data-id]").first().waitFor();
}

export const row = (page: Page, name: string) => page.locator("[data-id]").filter({ hasText: name }).first();
