import type { BrowserContext, Page } from "playwright-core";
import { beforeEach, describe, expect, it } from "vitest";
import type { Node } from "../../protocol/tree.ts";
import { expectAccessible } from "./support/accessible.ts";
import { putFile, type TestAccount } from "./support/accounts.ts";
import { pdf, PNG, SVG, wav } from "./support/sample-files.ts";
import { useStage } from "./support/stage.ts";
import { isStored } from "./support/stored.ts";

const stage = useStage();
let account: TestAccount;
let context: BrowserContext;
let page: Page;

beforeEach(async () => {
  account = await stage.account();
  ({ context, page } = await stage.browse(account));
});

const put = (name: string, content: string | Buffer): Promise<Node> => putFile(account, account.root, name, content);

/** Opens a file by its address. */
async function open({ id, name }: Node, on = page): Promise<void> {
  await on.goto(`${stage.url}/files/${account.root}?view=${id}`);
  await on.getByRole("dialog", { name }).waitFor();
}

const contentOf = (id: string, version?: number): Promise<string> =>
  account.api.download(id, version === undefined ? {} : { version }, (answer) => answer.text());

describe("files of each kind", () => {
  it("[D6] [B15] [B17] an image is drawn, zoomed and turned; no script of a drawing runs", async () => {
    const [drawing, photo] = [await put("drawing.svg", SVG), await put("photo.png", PNG)];
    await open(drawing);
    const image = page.getByRole("img", { name: "drawing.svg" });
    await expect.poll(() => image.evaluate((element: HTMLImageElement) => element.naturalWidth)).toBe(300);
    expect(await image.getAttribute("src")).toMatch(/^blob:/);
    expect(await page.title()).toContain("drawing.svg");
    await page.getByRole("button", { name: "Zoom in" }).click();
    await page.getByRole("button", { name: "140 % of its size" }).waitFor();
    await page.keyboard.press("0");
    await page.getByRole("button", { name: "100 % of its size" }).waitFor();
    await expectAccessible(page, "an image");
    await page.keyboard.press("ArrowRight");
    const next = page.getByRole("img", { name: "photo.png" });
    await next.waitFor();
    expect(await next.getAttribute("src")).toBe(`/api/files/${photo.id}?version=1&disposition=inline`);
  });

  it("[D2] [B15] sound is sought in by ranges", async () => {
    const tone = await put("tone.wav", wav(30));
    const ranges: string[] = [];
    page.on("request", (request) => {
      if (request.url().includes(`/api/files/${tone.id}`)) ranges.push(request.headers()["range"] ?? "whole");
    });
    await open(tone);
    const audio = page.locator("audio");
    await expect.poll(() => audio.evaluate((element: HTMLAudioElement) => element.duration)).toBe(30);
    await audio.evaluate((element: HTMLAudioElement) => {
      element.currentTime = 25;
    });
    await expect.poll(() => audio.evaluate((element: HTMLAudioElement) => element.seeking)).toBe(false);
    expect(ranges.length).toBeGreaterThan(0);
    expect(ranges.filter((range) => range === "whole")).toEqual([]);
    await expectAccessible(page, "sound");
  });

  it("[B1] [B15] a PDF's pages are drawn, with their text", async () => {
    await open(await put("report.pdf", pdf(Array.from({ length: 30 }, (_, at) => `Chapter ${at + 1}`))));
    const first = page.getByRole("group", { name: "Page 1", exact: true });
    await first.getByText("Chapter 1", { exact: true }).waitFor({ state: "attached" });
    const inked = (): Promise<boolean> =>
      first.locator("canvas").evaluate((canvas: HTMLCanvasElement) => {
        const { data } = canvas.getContext("2d")!.getImageData(0, 0, canvas.width, canvas.height / 2);
        return data.some((value, at) => at % 4 === 0 && value < 100 && data[at + 3] === 255);
      });
    await expect.poll(inked).toBe(true);
    expect(await page.getByRole("group", { name: /^Page \d+$/ }).count()).toBeLessThan(6);
    await page.getByLabel("Page number").fill("30");
    await page.keyboard.press("Enter");
    await page.getByText("Chapter 30", { exact: true }).waitFor({ state: "attached" });
    // pdf.js measures text on a canvas of no size beside the page.
    await expectAccessible(page, "a PDF", { exclude: ".hiddenCanvasElement" });
  });

  it("[D6] [B15] Markdown is a page without scripts, styles and remote images", async () => {
    const asked: string[] = [];
    page.on("request", (request) => asked.push(request.url()));
    const text =
      '# Plan\n\n**Bold** <b onclick="top.document.title=\'ran\'" style="color:red">raw</b>\n\n' +
      "<script>top.document.title='ran'</script>\n\n![far](https://far.example/x.png)\n\n[out](https://far.example/)" +
      "\n\n[bad](javascript:alert(1))\n";
    await open(await put("plan.md", text));
    const article = page.getByRole("article");
    await article.getByRole("heading", { name: "Plan" }).waitFor();
    await article.getByText("[Image: far]").waitFor();
    expect(await article.innerHTML()).not.toMatch(/onclick|style=|<script|javascript:|<img/);
    expect(await article.getByRole("link").getAttribute("rel")).toBe("noopener noreferrer");
    expect(asked.filter((address) => address.includes("far.example"))).toEqual([]);
    expect(await page.title()).toContain("plan.md");
    await expectAccessible(page, "Markdown");
    await page.getByText("Text", { exact: true }).click();
    await page.getByRole("textbox", { name: "Text of plan.md" }).getByText("# Plan").waitFor();
  });

  it("[B15] of a long text the beginning is read, and more where asked for", async () => {
    const line = "2026-11-22 all went well in this line of the log\n";
    const log = await put("long.log", line.repeat(40_000));
    let read = 0;
    page.on("response", (answer) => {
      if (answer.url().includes(`/api/files/${log.id}`)) read += Number(answer.headers()["content-length"] ?? 0);
    });
    await open(log);
    await page.getByText("The first 1 MB of 1.9 MB are shown.").waitFor();
    expect(read).toBe(1024 * 1024);
    await page.getByRole("button", { name: "Show more" }).click();
    await page.getByText("are shown").waitFor({ state: "detached" });
    await expectAccessible(page, "text");
  });

  it("[B15] a table draws the rows in view", async () => {
    const rows = Array.from({ length: 20_000 }, (_, at) => `"Person, ${at}",${at % 90}`);
    await open(await put("people.csv", `Name,Age\n${rows.join("\n")}\n`));
    const table = page.getByRole("table", { name: "Table in people.csv" });
    await table.getByRole("columnheader", { name: "Name" }).waitFor();
    await table.getByText("Person, 3", { exact: true }).waitFor();
    await page.getByText("20,000 rows, 2 columns").waitFor();
    expect(await table.getByRole("row").count()).toBeLessThan(80);
    await expectAccessible(page, "a table");
  });

  it("[B15] what cannot be shown says so and offers the download", async () => {
    await open(await put("broken.png", Buffer.alloc(2000, 7)));
    await page.getByText("This file cannot be shown").waitFor();
    await expectAccessible(page, "a card");
    await open(await put("tool", Buffer.from([0, 1, 2, 0, 3])));
    await page.getByText("This kind of file cannot be shown here").waitFor();
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("dialog").getByRole("button", { name: "Download" }).last().click(),
    ]);
    expect(download.suggestedFilename()).toBe("tool");
  });

  it("[B5] [B8] tells of a newer version, of the trash, and of what is gone", async () => {
    const file = await put("note.txt", "first");
    await open(file);
    const text = page.getByRole("textbox", { name: "Text of note.txt" });
    await text.getByText("first").waitFor();
    await put("note.txt", "second");
    await page.getByText("A newer version is there.").waitFor();
    expect(await text.textContent()).toContain("first");
    await page.getByRole("button", { name: "Show it" }).click();
    await text.getByText("second").waitFor();
    await account.api.commitOne({ type: "trash", node: file.id });
    await page.getByText("This file is in the trash.").waitFor();
    await account.api.commitOne({ type: "purge", node: file.id });
    await page.getByText("This file is not here any more").waitFor();
  });
});

describe("the text editor", () => {
  const editor = (on = page) => on.getByRole("textbox", { name: /^Text of/ });

  async function edit(file: Node, on = page): Promise<void> {
    await open(file, on);
    await on.getByRole("button", { name: "Edit" }).click();
    await on.getByText("saved", { exact: false }).first().waitFor();
    await editor(on).click();
  }

  async function typeAtEnd(text: string, on = page): Promise<void> {
    await editor(on).click();
    await on.keyboard.press("Control+End");
    await on.keyboard.type(text);
  }

  it("[B14] saves versions, in the encoding and with the line ends that it read", async () => {
    const file = await put("brief.txt", Buffer.from("Gr\xfc\xdfe\r\nende\r\n", "latin1"));
    await edit(file);
    await typeAtEnd("neu");
    await expectAccessible(page, "the editor");
    await page.keyboard.press("Control+s");
    await page.getByText("Version 2, saved").waitFor();
    const bytes = await account.api.download(file.id, {}, async (answer) => Buffer.from(await answer.arrayBuffer()));
    expect(bytes.toString("latin1")).toBe("Gr\xfc\xdfe\r\nende\r\nneu");
  });

  it("[B14] two who edit lose nothing: what does not overlap is merged", async () => {
    const file = await put("plan.md", "one\ntwo\nthree\nfour\nfive\n");
    const other = await stage.browse(account);
    await edit(file);
    await edit(file, other.page);
    await typeAtEnd("mine\n");
    await editor(other.page).click();
    await other.page.keyboard.press("Control+Home");
    await other.page.keyboard.type("theirs ");
    await other.page.keyboard.press("Control+s");
    await other.page.getByText("Version 2, saved").waitFor();
    await page.getByText("Somebody saved a newer version").waitFor();
    await expectAccessible(page, "a conflict");
    await page.getByRole("button", { name: "Merge" }).click();
    await page.getByText("Both are in your text now").waitFor();
    await page.keyboard.press("Control+s");
    await page.getByText("Version 3, saved").waitFor();
    expect(await contentOf(file.id)).toBe("theirs one\ntwo\nthree\nfour\nfive\nmine\n");
    await other.page.getByText("A newer version is there.").waitFor();
  });

  it("[B14] two who edit the same lines lose nothing: one is kept as a copy", async () => {
    const file = await put("plan.md", "one\n");
    await edit(file);
    await typeAtEnd("mine\n");
    await put("plan.md", "theirs\n");
    await page.getByText("Somebody saved a newer version").waitFor();
    await page.getByRole("button", { name: "Merge" }).click();
    await page.getByText("Both changed the same lines").waitFor();
    await page.getByRole("button", { name: "Compare" }).click();
    const comparison = page.getByRole("dialog", { name: "Your text and the newer version" });
    await comparison.getByRole("textbox", { name: "The newer version" }).getByText("theirs").waitFor();
    await expectAccessible(page, "a comparison");
    const today = (): string => new Date().toISOString().slice(0, 10);
    const days = [today()];
    await comparison.getByRole("button", { name: "Keep mine as a copy" }).click();
    await page.getByText("beside the newer version").waitFor();
    await editor().getByText("theirs").waitFor();
    const kept: Record<string, string> = {};
    for await (const node of account.api.children(account.root)) kept[node.name] = await contentOf(node.id);
    days.push(today());
    const copy = days.map((day) => `plan (conflict ${day}).md`).find((name) => name in kept);
    expect(kept).toEqual({ "plan.md": "theirs\n", [copy ?? "a copy"]: "one\nmine\n" });
  });

  it("[B14] asks before what is not saved is left, and has it again after a crash", async () => {
    const file = await put("plan.md", "one\n");
    await edit(file);
    await typeAtEnd("unsaved");
    await page.keyboard.press("Escape");
    await page.getByText("Save your changes?").waitFor();
    await page.getByRole("button", { name: "Keep editing" }).click();
    await expect.poll(() => isStored(page, /ledge-drafts/, "unsaved")).toBe(true);
    await page.close({ runBeforeUnload: false });
    page = await context.newPage();
    await edit(file);
    await page.getByText("did not save").waitFor();
    await editor().getByText("unsaved").waitFor();
    await page.getByRole("button", { name: "Discard changes" }).click();
    await page.getByText("Version 1, saved").waitFor();
    await page.getByRole("button", { name: "Done" }).click();
    await page.getByRole("article").getByText("one").waitFor();
    expect(await contentOf(file.id)).toBe("one\n");
  });
});

describe("versions", () => {
  it("[B7] are shown, compared, downloaded and restored, which can be undone", async () => {
    const file = await put("list.txt", "apples\npears\n");
    await put("list.txt", "apples\nplums\n");
    await put("list.txt", "apples\nplums\nfigs\n");
    await open(file);
    await page.getByRole("button", { name: "Versions" }).click();
    await page.getByRole("button", { name: /^Version 1/ }).click();
    await page.getByText("This is version 1").waitFor();
    await page.getByRole("textbox", { name: "Text of list.txt" }).getByText("pears").waitFor();
    await expectAccessible(page, "versions");
    const act = async (version: number, name: string): Promise<void> => {
      await page.getByRole("button", { name: `Actions for version ${version}` }).click();
      await page.getByRole("menuitem", { name }).click();
    };
    const [download] = await Promise.all([page.waitForEvent("download"), act(1, "Download")]);
    expect(download.url()).toBe(`${stage.url}/api/files/${file.id}?version=1`);
    await act(1, "Compare with the current one");
    await page.getByRole("textbox", { name: "Version 1" }).getByText("pears").waitFor();
    await page.getByRole("textbox", { name: "Version 3" }).getByText("figs").waitFor();
    await expectAccessible(page, "a comparison of versions");
    await act(1, "Restore");
    await page.getByRole("button", { name: /^Version 4\s*Current/ }).waitFor();
    // The notice goes by itself.
    await page.getByRole("button", { name: "Undo" }).click();
    await page.getByRole("button", { name: /^Version 5\s*Current/ }).waitFor();
    expect(await contentOf(file.id, 4)).toBe("apples\npears\n");
    expect(await contentOf(file.id)).toBe("apples\nplums\nfigs\n");
  });
});
