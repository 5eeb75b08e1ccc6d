/** Takes docs/screenshots/: every main page, light and dark, on a desktop and on a phone. Arguments: parts of names to take. */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import sharp from "sharp";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { startServer } from "../../e2e/support/server.ts";
import { makeAccount, signInContext, siteOf, type TestAccount } from "../support/accounts.ts";
import { launch } from "../support/browser.ts";
import { fillDrive } from "./drive.ts";
import { shareWithPeople } from "./people.ts";
import { shots } from "./shots.ts";
import type { Shot } from "./stage.ts";

const target = join(import.meta.dirname, "..", "..", "..", "docs", "screenshots");
const wanted = process.argv.slice(2);

const screens = {
  desktop: { viewport: { width: 1440, height: 900 } },
  phone: { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true },
} as const;
const schemes = ["light", "dark"] as const;

const server = await startServer();
const browser = await launch();
const failures: string[] = [];
try {
  const url = siteOf(server);
  const account = await makeAccount(url, "maya@northlight.example", "Maya Lindqvist");
  const newcomer = await makeAccount(url, "jonas@northlight.example", "Jonas Weber");
  await fillDrive(browser, url, account);
  const { link } = await shareWithPeople(url, account);
  await mkdir(target, { recursive: true });
  for (const [screen, options] of Object.entries(screens)) {
    for (const colorScheme of schemes) {
      const look = { screen: screen as keyof typeof screens, suffix: `${screen}-${colorScheme}` };
      await takeAll(browser, { ...options, colorScheme, reducedMotion: "reduce" }, look, {
        url,
        link,
        account,
        newcomer,
      });
    }
  }
} finally {
  await browser.close();
  await server.stop();
}
for (const failure of failures) console.error(failure);
process.exitCode = failures.length > 0 ? 1 : 0;

interface Look {
  readonly screen: keyof typeof screens;
  readonly suffix: string;
}

interface Accounts {
  readonly url: string;
  /** Of a link that guests open. */
  readonly link: string;
  readonly account: TestAccount;
  readonly newcomer: TestAccount;
}

async function takeAll(
  browser: Browser,
  options: Parameters<Browser["newContext"]>[0],
  look: Look,
  { url, link, account, newcomer }: Accounts,
): Promise<void> {
  const contexts = new Map<Shot["who"], Promise<BrowserContext>>();
  const contextOf = (who: Shot["who"]): Promise<BrowserContext> => {
    const existing = contexts.get(who);
    if (existing) return existing;
    const made = browser.newContext(options).then(async (context) => {
      if (who !== "nobody") await signInContext(context, url, who === "account" ? account : newcomer);
      return context;
    });
    contexts.set(who, made);
    return made;
  };
  for (const shot of shots) {
    const name = `${shot.name}-${look.suffix}`;
    if (wanted.length > 0 && !wanted.some((part) => name.includes(part))) continue;
    if (shot.screens && !shot.screens.includes(look.screen)) continue;
    const page = await (await contextOf(shot.who)).newPage();
    page.setDefaultTimeout(30_000);
    const stage = { page, url, link, account, newcomer, isPhone: look.screen === "phone" };
    try {
      await shot.take(stage);
      await page.waitForTimeout(350);
      await save(page, name);
      await shot.done?.(stage);
    } catch (error) {
      failures.push(`${name}: ${String(error).split("\n").slice(0, 4).join(" ")}`);
      await save(page, `${name}-failed`);
    }
    await page.close();
  }
  for (const context of contexts.values()) await (await context).close();
}

/** With 256 colours: a third of the bytes, and the eye sees no difference. */
async function save(page: Page, name: string): Promise<void> {
  const png = await page.screenshot({ caret: "hide" });
  await sharp(png)
    .png({ palette: true, quality: 90, effort: 7 })
    .toFile(join(target, `${name}.png`));
}
