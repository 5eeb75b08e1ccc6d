import type { Page } from "playwright-core";
import sharp from "sharp";
import { beforeAll, expect, it } from "vitest";
import { until } from "../e2e/support/ledge-process.ts";
import { putFile, type TestAccount } from "./support/accounts.ts";
import { useStage, type Visitor } from "./support/stage.ts";

/** Few bytes, 81 million pixels. */
const HUGE = "huge.png";
/** More than the server decodes, and not too much for a browser. */
const LARGE = "large.png";
const SOUND = "talk.webm";
const PHONE = "phone.heic";

const stage = useStage();
let account: TestAccount;
const ids = new Map<string, string>();

beforeAll(async () => {
  account = await stage.account();
  const { page } = await stage.browse();
  const files = [
    [HUGE, await plain(9_000, 9_000)],
    [LARGE, await plain(6_000, 5_000)],
    [SOUND, await recorded(page)],
    [PHONE, Buffer.from("\0\0\0\x18ftypheic\0\0\0\0mif1heic no more of it", "latin1")],
  ] as const;
  await stage.endVisits();
  for (const [name, bytes] of files) ids.set(name, (await putFile(account, account.root, name, bytes)).id);
  await until(
    async () => (await account.api.thumbnails([...ids.values()])).every(({ reason }) => reason !== "pending"),
    "the server has looked at all of them",
    60_000,
  );
});

function plain(width: number, height: number): Promise<Buffer> {
  return sharp({ create: { width, height, channels: 3, background: "teal" }, limitInputPixels: false })
    .png({ compressionLevel: 9, palette: true })
    .toBuffer();
}

/** Half a second of sound alone, as WebM. */
async function recorded(page: Page): Promise<Buffer> {
  const letters = await page.evaluate(async () => {
    const context = new AudioContext();
    const tone = context.createOscillator();
    const target = context.createMediaStreamDestination();
    tone.connect(target);
    tone.start();
    const recorder = new MediaRecorder(target.stream, { mimeType: "audio/webm" });
    const parts: Blob[] = [];
    const isHeard = new Promise<void>((resolve) => {
      recorder.addEventListener("dataavailable", ({ data }) => {
        parts.push(data);
        if (data.size > 0) resolve();
      });
    });
    const ended = new Promise((resolve) => recorder.addEventListener("stop", resolve));
    recorder.start(100);
    await isHeard;
    await new Promise((resolve) => setTimeout(resolve, 500));
    recorder.stop();
    await ended;
    const bytes = new Uint8Array(await new Blob(parts).arrayBuffer());
    return Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
  });
  return Buffer.from(letters, "latin1");
}

const images = ({ files }: Visitor, name: string) => files.row(name).locator('img[data-thumbnail="image"]');

/** At the account's files as a grid, with the ids of files that are read. */
async function visitGrid(): Promise<Visitor & { readonly read: Set<string> }> {
  const visitor = await stage.visit(account);
  const read = new Set<string>();
  visitor.page.on("request", (request) => {
    const [, id] = /\/files\/([0-9a-z]+)\?/.exec(request.url()) ?? [];
    if (id !== undefined) read.add(id);
  });
  await visitor.page.getByRole("radio", { name: "Grid" }).locator("xpath=..").click();
  return { ...visitor, read };
}

it("[H5] neither a picture of too many pixels, nor a film without one, nor what the browser cannot decode is drawn or given", async () => {
  const visitor = await visitGrid();
  const given: string[] = [];
  visitor.page.on("request", (request) => {
    if (request.method() === "PUT") given.push(new URL(request.url()).pathname);
  });
  const large = images(visitor, LARGE);
  await expect.poll(() => large.count(), { timeout: 60_000 }).toBe(1);
  await until(() => Promise.resolve(given.length > 0), "the large one is given", 60_000);
  await expect.poll(() => [HUGE, SOUND, PHONE].every((name) => visitor.read.has(ids.get(name) ?? ""))).toBe(true);
  // What is drawn of them would have come by then, as the large one's did.
  await visitor.page.waitForTimeout(2_000);
  for (const name of [HUGE, SOUND, PHONE]) expect(await images(visitor, name).count(), name).toBe(0);
  expect(given).toEqual([`/api/files/${ids.get(LARGE)}/thumbnail`]);
});

it("[H4] while nothing is known of it, a picture of too many pixels is not shown as it is, however few its bytes", async () => {
  const visitor = await stage.browse(account);
  const { page, files } = visitor;
  await page.route("**/files/thumbnails", async (route) => {
    const answer = await route.fetch();
    const infos = (await answer.json()) as { thumbnails: { reason: string | null }[] };
    await route.fulfill({
      response: answer,
      json: { thumbnails: infos.thumbnails.map((info) => ({ ...info, kind: "none", reason: "pending" })) },
    });
  });
  await page.goto(`${stage.url}/files`);
  await files.row(HUGE).waitFor();
  const seen = page.waitForResponse((response) => response.url().includes(`/files/${ids.get(HUGE)}?`));
  await page.getByRole("radio", { name: "Grid" }).locator("xpath=..").click();
  await (await seen).finished();
  await expect.poll(() => images(visitor, HUGE).count()).toBe(0);
  await files.row(HUGE).locator("svg").first().waitFor();
});
