import { randomBytes } from "node:crypto";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, BrowserContext, Page, Route } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Node, NodePage } from "../../protocol/tree.ts";
import { startServer, type TestServer } from "../e2e/support/server.ts";
import { closeContext, launch, openPage, signUpIn } from "./support/browser.ts";
import { askToSignOut } from "./support/sign-in.ts";
import { slowLine, type SlowLine } from "./support/slow-line.ts";

const MiB = 1024 * 1024;

let server: TestServer;
let browser: Browser;
let line: SlowLine;
let context: BrowserContext;
let page: Page;
let errors: readonly string[];
let work: string;
let accounts = 0;

beforeAll(async () => {
  [server, browser] = await Promise.all([startServer(), launch()]);
});
afterAll(async () => {
  await browser?.close();
  await server?.stop();
});
beforeEach(async () => {
  work = await mkdtemp(join(tmpdir(), "ledge-uploads-"));
  line = await slowLine(server.url);
  context = await browser.newContext();
  ({ page, errors } = await openPage(context));
  await signUpIn(page, line.url, `uploader${++accounts}@example.com`);
  await page.getByRole("button", { name: "Upload", exact: true }).waitFor();
});
afterEach(async () => {
  await closeContext(context);
  await line.close();
  await rm(work, { recursive: true, force: true });
});

const tray = () => page.getByRole("region", { name: "Uploads" });

async function write(path: string, bytes: Uint8Array | string): Promise<string> {
  const full = join(work, path);
  await mkdir(join(full, ".."), { recursive: true });
  await writeFile(full, bytes);
  return full;
}

async function chooseFiles(...paths: string[]): Promise<void> {
  const chooser = page.waitForEvent("filechooser");
  await page.getByRole("button", { name: "Upload", exact: true }).click();
  await (await chooser).setFiles(paths);
}

async function chooseFolder(path: string): Promise<void> {
  const chooser = page.waitForEvent("filechooser");
  await page.getByRole("button", { name: "New", exact: true }).click();
  await page.getByRole("menuitem", { name: "Upload folder" }).click();
  await (await chooser).setFiles(path);
}

async function untilDone(): Promise<void> {
  await tray()
    .getByText(/uploads? (is|are) done$/)
    .first()
    .waitFor({ timeout: 120_000 });
}

/** What the server has in a folder, asked by the page's session. */
async function listed(folder?: string): Promise<Node[]> {
  const id = folder ?? ((await getJson("/account")) as { home: { root: string } }).home.root;
  const nodes: Node[] = [];
  let cursor: string | null = "";
  while (cursor !== null) {
    const query: string = cursor === "" ? "" : `?cursor=${encodeURIComponent(cursor)}`;
    const answer = (await getJson(`/folders/${id}/children${query}`)) as NodePage;
    nodes.push(...answer.nodes);
    cursor = answer.next;
  }
  return nodes;
}

async function getJson(path: string): Promise<unknown> {
  return (await context.request.get(`${line.url}/api${path}`)).json();
}

async function contentOf({ id }: Node): Promise<Buffer> {
  return (await context.request.get(`${line.url}/api/files/${id}`)).body();
}

async function named(name: string, folder?: string): Promise<Node> {
  const found = (await listed(folder)).find((node) => node.name === name);
  if (!found) throw new Error(`there is no ${name}`);
  return found;
}

/** Waits until nothing goes up any more. */
async function untilQuiet(): Promise<void> {
  let [sent, since] = [line.sent(), Date.now()];
  const quietFor = (): number => {
    if (line.sent() !== sent) [sent, since] = [line.sent(), Date.now()];
    return Date.now() - since;
  };
  await expect.poll(quietFor, { timeout: 30_000, interval: 50 }).toBeGreaterThan(700);
}

/** Waits until about so many bytes went up since. */
async function untilSent(bytes: number, since: number): Promise<void> {
  await expect.poll(() => line.sent() - since, { timeout: 60_000, interval: 20 }).toBeGreaterThan(bytes);
}

describe("uploads in the browser", () => {
  it("[B11] an upload of a folder goes on after a reload, and sends little twice", async () => {
    const large = randomBytes(40 * MiB);
    const small = Array.from({ length: 300 }, () => randomBytes(3_000));
    await write("tree/large.bin", large);
    for (const [i, bytes] of small.entries()) await write(`tree/in/f${i}.bin`, bytes);
    const since = line.sent();
    line.limit(6 * MiB);
    await chooseFolder(join(work, "tree"));
    await untilSent(20 * MiB, since);
    page.on("dialog", (dialog) => void dialog.accept());
    await page.reload();
    await untilDone();
    const sent = line.sent() - since;
    line.limit(Number.POSITIVE_INFINITY);

    expect(sent).toBeLessThan(1.3 * (large.length + 300 * 3_000));
    const tree = await named("tree");
    expect((await contentOf(await named("large.bin", tree.id))).equals(large)).toBe(true);
    const inside = await listed((await named("in", tree.id)).id);
    expect(inside.map(({ name }) => name).sort()).toEqual(small.map((_, i) => `f${i}.bin`).sort());
    for (const i of [0, 150, 299]) {
      const node = inside.find(({ name }) => name === `f${i}.bin`);
      expect(node && (await contentOf(node)).equals(small[i] ?? Buffer.alloc(0))).toBe(true);
    }
    expect(errors).toEqual([]);
  });

  it("[B12] one upload is paused, resumed and cancelled while others go on", async () => {
    const large = await write("large.bin", randomBytes(24 * MiB));
    const other = await write("other.bin", randomBytes(2 * MiB));
    const since = line.sent();
    line.limit(MiB);
    await chooseFiles(large);
    await untilSent(MiB, line.sent());
    await tray().getByRole("button", { name: "Pause large.bin" }).click();
    await tray()
      .getByText(/^Paused/)
      .waitFor();
    await untilQuiet();
    expect(line.sent() - since).toBeLessThan(20 * MiB);

    line.limit(4 * MiB);
    await chooseFiles(other);
    await tray().getByRole("button", { name: "Show other.bin in its folder" }).waitFor();
    expect((await listed()).map(({ name }) => name)).toEqual(["other.bin"]);

    line.limit(MiB);
    await tray().getByRole("button", { name: "Resume large.bin" }).click();
    await untilSent(MiB, line.sent());
    await tray().getByRole("button", { name: "Cancel large.bin" }).click();
    await tray().getByText("large.bin").waitFor({ state: "detached" });
    line.limit(Number.POSITIVE_INFINITY);
    await untilQuiet();
    expect((await listed()).map(({ name }) => name)).toEqual(["other.bin"]);
  });

  it("[B11] a cut line is waited for, and shown; then the upload goes on by itself", async () => {
    const bytes = randomBytes(12 * MiB);
    line.limit(MiB / 4);
    await chooseFiles(await write("cut.bin", bytes));
    await tray().getByText("cut.bin").waitFor();
    line.limit(2 * MiB);
    await untilSent(3 * MiB, line.sent());
    line.cut();
    await tray().getByText("Waiting for the connection").waitFor({ timeout: 60_000 });
    line.limit(Number.POSITIVE_INFINITY);
    line.restore();
    await untilDone();
    expect((await contentOf(await named("cut.bin"))).equals(bytes)).toBe(true);
  });

  it("[B11] where the line is cut before the list of uploads is fetched, the list appears by itself later", async () => {
    // A worker of the app would have the list's code by now.
    const visit = await browser.newContext({ serviceWorkers: "block", storageState: await context.storageState() });
    await page.close();
    page = await visit.newPage();
    await page.goto(`${line.url}/files`);
    let refused = 0;
    const refuse = (route: Route): Promise<void> => {
      refused++;
      return route.abort();
    };
    await page.route(/upload-tray/, refuse);
    await chooseFiles(await write("early.txt", "early"));
    await expect.poll(async () => (await listed()).map(({ name }) => name)).toEqual(["early.txt"]);
    await expect.poll(() => refused).toBeGreaterThan(1);
    await page.unroute(/upload-tray/, refuse);
    await untilDone();
    expect(await tray().evaluate((element) => getComputedStyle(element).display)).toBe("flex");
    await page.getByRole("button", { name: "Upload", exact: true }).waitFor();
    await closeContext(visit);
  });

  it("[B13] a taken name asks, and nothing is replaced without an answer", async () => {
    for (const name of ["a.txt", "b.txt", "c.txt"]) await chooseFiles(await write(`first/${name}`, `old ${name}`));
    await untilDone();
    await expect.poll(async () => (await listed()).length).toBe(3);
    const ask = page.getByRole("dialog");

    await chooseFiles(await write("second/a.txt", "new a"));
    await ask.getByText("“a.txt” is there already").waitFor();
    await page.keyboard.press("Escape");
    expect((await contentOf(await named("a.txt"))).toString()).toBe("old a.txt");
    await tray().getByRole("button", { name: "Decide …" }).click();
    await ask.getByRole("button", { name: "Keep both" }).click();
    await expect.poll(async () => (await listed()).map(({ name }) => name).sort()).toContain("a (2).txt");

    await chooseFiles(await write("second/b.txt", "new b"), await write("second/c.txt", "new c"));
    await ask.getByText("“b.txt” is there already").waitFor();
    await ask.getByLabel("Do the same for 1 other").check();
    await ask.getByRole("button", { name: "Replace" }).click();
    for (const name of ["b.txt", "c.txt"]) await expect.poll(async () => (await named(name)).version).toBe(2);
    expect((await contentOf(await named("b.txt"))).toString()).toBe("new b");

    await chooseFiles(await write("third/a.txt", "newest a"));
    await ask.getByRole("button", { name: "Skip" }).click();
    await ask.waitFor({ state: "detached" });
    expect((await contentOf(await named("a.txt"))).toString()).toBe("old a.txt");
  });

  it("[B11] files and folders that are dropped go up, empty folders too", async () => {
    await write("tree/in/deep/a.txt", "a");
    await write("tree/b.txt", "b");
    await mkdir(join(work, "tree/empty"), { recursive: true });
    await drop(join(work, "tree"), await write("c.txt", "c"));
    await untilDone();
    expect((await listed()).map(({ name }) => name).sort()).toEqual(["c.txt", "tree"]);
    const tree = await named("tree");
    const inside = await listed(tree.id);
    expect(inside.map(({ name, type }) => `${type} ${name}`).sort()).toEqual([
      "file b.txt",
      "folder empty",
      "folder in",
    ]);
    const deep = await named("deep", (await named("in", tree.id)).id);
    expect((await contentOf(await named("a.txt", deep.id))).toString()).toBe("a");

    await tray().getByRole("button", { name: "Close the list of uploads" }).click();
    await tray().waitFor({ state: "detached" });
    expect(errors).toEqual([]);
  });

  it("[B11] another tab takes over what a closed one left", async () => {
    line.limit(MiB);
    const bytes = randomBytes(16 * MiB);
    const since = line.sent();
    await chooseFiles(await write("left.bin", bytes));
    await untilSent(4 * MiB, since);
    const other = await context.newPage();
    await other.goto(`${line.url}/files`);
    await other.getByRole("button", { name: "Upload", exact: true }).waitFor();
    await page.close();
    page = other;
    line.limit(8 * MiB);
    await untilDone();
    expect((await contentOf(await named("left.bin"))).equals(bytes)).toBe(true);
    expect(line.sent() - since).toBeLessThan(1.8 * bytes.length);
  });

  it("[B2] signing out asks about uploads that are not done, then forgets them and their files", async () => {
    line.limit(MiB);
    await chooseFiles(await write("secret.bin", randomBytes(16 * MiB)));
    await untilSent(2 * MiB, line.sent());
    page.on("dialog", (dialog) => void dialog.accept());
    await askToSignOut(page);
    await page.getByRole("dialog").getByText("1 upload is not done").waitFor();
    line.limit(Number.POSITIVE_INFINITY);
    await page.getByRole("dialog").getByRole("button", { name: "Lose it and sign out" }).click();
    await page.waitForURL(/sign-in/);
    expect(await keptUploads()).toEqual({ uploads: 0, sources: 0 });
  });
});

/** What this browser keeps of uploads. */
async function keptUploads(): Promise<unknown> {
  return page.evaluate(async () => {
    const db = await new Promise<IDBDatabase>((resolve, reject) => {
      const request = indexedDB.open("ledge-uploads");
      request.addEventListener("success", () => resolve(request.result));
      request.addEventListener("error", () => reject(request.error as Error));
    });
    const count = (store: string) =>
      new Promise((resolve) => {
        const request = db.transaction(store).objectStore(store).count();
        request.addEventListener("success", () => resolve(request.result));
      });
    return { uploads: await count("uploads"), sources: await count("sources") };
  });
}

/** Drops files and folders of the disk onto the list, as the system does. */
async function drop(...paths: string[]): Promise<void> {
  const session = await context.newCDPSession(page);
  const data = { items: [], files: paths, dragOperationsMask: 1 };
  await page.evaluate(() => {
    document.addEventListener("drop", () => Object.assign(globalThis, { isDropped: true }), {
      once: true,
      capture: true,
    });
  });
  // On a busy machine the browser may give the page no drop, as if it had not said yet that it takes files.
  await expect
    .poll(async () => {
      for (const type of ["dragEnter", "dragOver", "drop"] as const) {
        await session.send("Input.dispatchDragEvent", { type, x: 600, y: 400, data });
      }
      const isDropped = page.waitForFunction(() => "isDropped" in globalThis, undefined, { timeout: 4_000 });
      return isDropped.then(
        () => true,
        () => false,
      );
    })
    .toBe(true);
  await session.detach();
}
