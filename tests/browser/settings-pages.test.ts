import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { startServer, type TestServer } from "../e2e/support/server.ts";
import { violations } from "./support/accessible.ts";
import { launch, openPage, signUpIn } from "./support/browser.ts";

const SECTIONS = ["profile", "security", "devices", "tokens", "storage", "appearance", "about"];

let server: TestServer;
let browser: Browser;
let context: BrowserContext;
let page: Page;
let errors: readonly string[];

beforeAll(async () => {
  [server, browser] = await Promise.all([startServer(), launch()]);
  context = await browser.newContext({ viewport: { width: 1440, height: 900 }, colorScheme: "light" });
  ({ page, errors } = await openPage(context));
  await signUpIn(page, server.url, "settler@example.com");
  await storeFiles();
});
afterAll(async () => {
  await browser?.close();
  await server?.stop();
});

/** Two equal pictures, a text, and something in the trash. */
async function storeFiles(): Promise<void> {
  const chooser = page.waitForEvent("filechooser");
  await page.getByRole("button", { name: "Upload", exact: true }).first().click();
  const picture = Buffer.alloc(3_000_000, "ledge");
  await (
    await chooser
  ).setFiles([
    { name: "beach.jpg", mimeType: "image/jpeg", buffer: picture },
    { name: "again.jpg", mimeType: "image/jpeg", buffer: picture },
    { name: "plan.md", mimeType: "text/markdown", buffer: Buffer.from("# Plan") },
    { name: "old.zip", mimeType: "application/zip", buffer: Buffer.alloc(5_000, 1) },
  ]);
  const nodes = async (): Promise<{ id: string; name: string }[]> => {
    const account = (await (await context.request.get(`${server.url}/api/account`)).json()) as {
      home: { root: string };
    };
    const answer = await context.request.get(`${server.url}/api/folders/${account.home.root}/children`);
    return ((await answer.json()) as { nodes: { id: string; name: string }[] }).nodes;
  };
  await vi.waitFor(async () => expect(await nodes()).toHaveLength(4), { timeout: 30_000, interval: 500 });
  const old = (await nodes()).find(({ name }) => name === "old.zip");
  const headers = { origin: server.url };
  await context.request.delete(`${server.url}/api/files/${old?.id ?? ""}`, { headers });
}

describe("[B17] the settings", () => {
  it.each(["light", "dark"] as const)("[B17] have no axe violation, wide and on a phone: %s", async (colorScheme) => {
    await page.emulateMedia({ colorScheme });
    for (const section of ["", ...SECTIONS]) {
      await page.goto(`${server.url}/settings/${section}`);
      for (const width of [1440, 360]) {
        await page.setViewportSize({ width, height: 740 });
        await page.getByRole("heading", { level: 1 }).waitFor();
        await page.getByRole("status", { name: "Loading …" }).first().waitFor({ state: "detached" });
        expect(await violations(page, { include: "#main" }), `${section} at ${width}`).toEqual([]);
        const overflow = await page.locator("#main").evaluate((main) => main.scrollWidth - main.clientWidth);
        expect(overflow, `${section} at ${width}`).toBe(0);
      }
    }
    expect(errors).toEqual([]);
  });

  it("[B10] on a phone lead from a list to a section and back; the heading has the focus", async () => {
    await page.setViewportSize({ width: 360, height: 740 });
    await page.goto(`${server.url}/settings`);
    await page.getByRole("link", { name: "Storage What takes your space" }).click();
    await page.getByRole("heading", { level: 1, name: "Storage" }).waitFor();
    await expect.poll(() => page.evaluate(() => document.activeElement?.textContent)).toBe("Storage");
    expect(await page.title()).toBe("Storage · Settings · Ledge");
    await page.getByRole("link", { name: "Settings", exact: true }).first().click();
    await page.getByRole("heading", { level: 1, name: "Settings" }).waitFor();
    await page.goBack();
    await page.getByRole("heading", { level: 1, name: "Storage" }).waitFor();
    // The place at the bottom leads to the list, too.
    await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Settings" }).click();
    await page.getByRole("heading", { level: 1, name: "Settings" }).waitFor();
    await page.goto(`${server.url}/settings/nonsense`);
    await page.waitForURL(/\/settings$/);
  });
});

describe("[B21] storage", () => {
  it("[B21] tells what takes the space, and leads to the largest files", async () => {
    await page.setViewportSize({ width: 1440, height: 900 });
    await page.goto(`${server.url}/settings/storage`);
    const images = page.getByRole("row", { name: /Images/ });
    await images.getByText("5.7 MB").waitFor();
    expect(await page.getByRole("row", { name: /Markdown/ }).textContent()).toContain("< 1%");
    await page.getByRole("row", { name: /Trash/ }).getByRole("link", { name: "Trash" }).waitFor();
    await page.getByText(/^Counted .*Counted anew at most once in ten minutes/).waitFor();

    await page.getByRole("button", { name: "Empty the trash" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Empty the trash" }).click();
    await page.getByText("The trash is empty.").waitFor();
    const trash = await context.request.get(`${server.url}/api/trash`);
    expect(((await trash.json()) as { nodes: unknown[] }).nodes).toEqual([]);

    await page.getByRole("list", { name: "Largest files" }).getByRole("link", { name: "beach.jpg" }).click();
    await page.waitForURL(/\/files\?view=/);
    expect(errors).toEqual([]);
  });
});

describe("[B16] appearance", () => {
  it("[B16] keeps theme, density and language over a reload", async () => {
    await page.emulateMedia({ colorScheme: "light" });
    await page.goto(`${server.url}/settings/appearance`);
    await page.getByText("Dark", { exact: true }).click();
    await page.getByText("Compact", { exact: true }).click();
    // Choosing a language loads the page anew.
    const loaded = page.waitForEvent("load");
    await page.getByRole("combobox", { name: "Language" }).selectOption("en");
    await loaded;
    await page.reload();
    await expect.poll(() => page.getByRole("radio", { name: "Dark" }).isChecked()).toBe(true);
    expect(await page.getByRole("radio", { name: "Compact" }).isChecked()).toBe(true);
    expect(await page.getByRole("combobox", { name: "Language" }).inputValue()).toBe("en");
    expect(await page.locator("html").getAttribute("data-mantine-color-scheme")).toBe("dark");
    expect(await page.locator("html").getAttribute("lang")).toBe("en");
    await page.goto(`${server.url}/files`);
    const row = page.getByRole("row").filter({ hasText: "beach.jpg" });
    expect((await row.boundingBox())?.height).toBe(36);
    await page.goBack();
    await page.getByText("System", { exact: true }).click();
    await expect.poll(() => page.locator("html").getAttribute("data-mantine-color-scheme")).toBe("light");
    expect(errors).toEqual([]);
  });

  it("[B16] speaks German when asked to: texts of every area, sizes, dates, keys; and English again", async () => {
    await page.goto(`${server.url}/settings/appearance`);
    await page.getByRole("combobox", { name: "Language" }).selectOption({ label: "Deutsch" });
    await page.getByRole("heading", { name: "Darstellung" }).waitFor();
    expect(await page.locator("html").getAttribute("lang")).toBe("de");

    await page.goto(`${server.url}/files`);
    const row = page.getByRole("row").filter({ hasText: "beach.jpg" });
    expect(await row.innerText()).toMatch(/2,9 MB/);
    await page.getByRole("button", { name: "Hochladen", exact: true }).waitFor();
    await page.keyboard.press("?");
    await page.getByRole("dialog", { name: "Tastenkürzel" }).getByText("Entf", { exact: true }).first().waitFor();
    await page.keyboard.press("Escape");
    await row.click({ button: "right" });
    await page.getByRole("menuitem", { name: "In den Papierkorb" }).waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("row").filter({ hasText: "plan.md" }).dblclick();
    await page.getByRole("button", { name: "Bearbeiten" }).waitFor();

    const german = await browser.newContext({ locale: "de-AT" });
    const stranger = await openPage(german);
    await stranger.page.goto(`${server.url}/sign-in`);
    await stranger.page.getByRole("button", { name: "Anmelden", exact: true }).waitFor();
    await german.close();

    await page.goto(`${server.url}/settings/appearance`);
    await page.getByRole("combobox", { name: "Sprache" }).selectOption("");
    await page.getByRole("heading", { name: "Appearance" }).waitFor();
    expect([...errors, ...stranger.errors]).toEqual([]);
  });
});
