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

/** Resolves when every file in sight that is a picture, a PDF or a film shows what is in it, sharply. */
export async function pictured(page: Page): Promise<void> {
  await page.waitForFunction(() => {
    const inSight = [...document.querySelectorAll("main li, main [data-id]:not(li [data-id])")].filter((item) => {
      const { top, height } = item.getBoundingClientRect();
      return height > 0 && top < innerHeight;
    });
    const pictures = inSight.filter((item) => /\.(jpg|pdf|webm)/.test(item.textContent));
    return pictures.every((item) => {
      const image = item.querySelector<HTMLImageElement>('img[data-thumbnail="image"]:not([data-look="waits"])');
      return image?.complete === true && image.naturalWidth > 0;
    });
  });
}

/** Chooses how a folder is looked at. */
export async function lookAs(page: Page, look: "List" | "Grid" | "Gallery"): Promise<void> {
  await page.getByRole("radiogroup", { name: "View" }).getByText(look).locator("xpath=ancestor::label").click();
}
