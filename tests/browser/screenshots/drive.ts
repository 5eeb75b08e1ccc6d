import { mkdir, mkdtemp, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Browser } from "playwright-core";
import { ledge } from "../../e2e/support/ledge-process.ts";
import type { TestAccount } from "../support/accounts.ts";
import { booking, budget, code, itinerary, itineraryBefore, notes, report } from "./documents.ts";
import { drawScene, film, type Scene } from "./pictures.ts";

const DAY = 86_400_000;

/** Fills an account with what people keep: folders, photos, documents, versions, stars and something in the trash. */
export async function fillDrive(browser: Browser, url: string, account: TestAccount): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "ledge-drive-"));
  const write = async (path: string, bytes: Buffer | string, daysAgo: number): Promise<void> => {
    const full = join(folder, path);
    await mkdir(dirname(full), { recursive: true });
    await writeFile(full, bytes);
    const time = new Date(Date.now() - daysAgo * DAY - path.length * 1_234_567);
    await utimes(full, time, time);
  };
  const put = async (): Promise<void> => {
    const env = { LEDGE_URL: url, LEDGE_TOKEN: account.token };
    const { code, stderr } = await ledge(env, ["put", `${folder}/.`, "/"]);
    if (code !== 0) throw new Error(`ledge put: ${stderr}`);
  };
  try {
    await write("Iceland 2026/Itinerary.md", itineraryBefore, 30);
    for (const [path, bytes, daysAgo] of plainFiles()) await write(path, bytes, daysAgo);
    await writeDrawn(browser, write);
    await put();
    await write("Iceland 2026/Itinerary.md", itinerary.replace("Draft 3", "Draft 2½"), 6);
    await put();
    await write("Iceland 2026/Itinerary.md", itinerary, 2);
    await put();
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  await arrange(account);
}

type Write = (path: string, bytes: Buffer | string, daysAgo: number) => Promise<void>;

async function writeDrawn(browser: Browser, write: Write): Promise<void> {
  const page = await browser.newPage();
  for (const [i, [name, scene]] of Object.entries(photos).entries()) {
    await write(`Iceland 2026/${name}`, await drawScene(page, scene), 20 - i);
  }
  await write("Iceland 2026/Sunrise.webm", await film(page, 3), 9);
  await page.setContent(report);
  const pdf = await page.pdf({ format: "A4", printBackground: true });
  await write("Studio/Annual report 2025.pdf", pdf, 45);
  await write("Annual report 2025.pdf", pdf, 45);
  await page.setContent(booking);
  await write("Iceland 2026/Hut bookings.pdf", await page.pdf({ format: "A4", printBackground: true }), 8);
  await page.close();
}

function plainFiles(): [path: string, bytes: Buffer | string, daysAgo: number][] {
  return [
    ["Iceland 2026/Budget.csv", budget, 4],
    ["Iceland 2026/total.ts", code, 5],
    ["Harbour Library/Call notes.txt", notes, 1],
    ["Harbour Library/Signs/Floor plan.svg", '<svg xmlns="http://www.w3.org/2000/svg"/>', 12],
    ["Studio/Contracts/Lease 2026.txt", "Signed on 2 January.\n".repeat(900), 200],
    ["Studio/Invoices/2026-018.txt", "Invoice 2026-018\n".repeat(60), 18],
    ["Recipes/Sourdough.md", "# Sourdough\n\n- 500 g flour\n- 375 g water\n- 100 g starter\n- 10 g salt\n", 310],
    ["Recipes/Rhubarb cake.md", "# Rhubarb cake\n", 170],
    ["Music/Practice.txt", "Slowly, then with the metronome.\n", 64],
    ["Call notes.txt", notes, 1],
    ["Household.csv", budget, 33],
    ["Moving checklist.md", "# Before the move\n\n- [x] Give notice\n- [ ] Boxes\n- [ ] Read the meters\n", 3],
    ["Talk – slides (final, really).key", Buffer.alloc(4_300_000, "slides"), 27],
    ["Backup of the old laptop.zip", Buffer.alloc(7_800_000, "backup"), 410],
    ["Theme song.mp3", Buffer.alloc(3_100_000, "ID3 sound"), 88],
    ["trip.json", '{ "name": "Iceland", "days": [50, 187, 70, 70, 68, 67, 186, 90, 85, 79] }\n', 5],
    ["Old logo.svg", '<svg xmlns="http://www.w3.org/2000/svg"/>', 250],
    ["Untitled.txt", "", 90],
    ["Draft of the letter.txt", notes, 100],
  ];
}

/** Stars, and what was deleted. */
async function arrange({ api }: TestAccount): Promise<void> {
  for (const path of [
    "/Iceland 2026",
    "/Iceland 2026/Itinerary.md",
    "/Annual report 2025.pdf",
    "/Iceland 2026/Vestrahorn.jpg",
  ]) {
    await api.star((await api.nodeAt(path)).node.id);
  }
  for (const path of ["/Old logo.svg", "/Untitled.txt", "/Draft of the letter.txt", "/Music"]) {
    await api.commitOne({ type: "trash", node: (await api.nodeAt(path)).node.id });
  }
}

const photos: Readonly<Record<string, Scene>> = {
  "Dawn over Skaftafell.jpg": {
    seed: 11,
    width: 1800,
    height: 1200,
    sky: ["#2d4a73", "#d98e73", "#f6d8a8"],
    ground: "#23343f",
    sun: { x: 0.68, y: 0.36, colour: "#fff1cf" },
  },
  "Glacier lagoon.jpg": {
    seed: 7,
    width: 1800,
    height: 1200,
    sky: ["#7fb2cf", "#b9dbe6", "#eaf4f4"],
    ground: "#2f5d70",
    sun: { x: 0.25, y: 0.2, colour: "#ffffff" },
    hasLake: true,
  },
  "Highlands.jpg": {
    seed: 23,
    width: 1500,
    height: 1500,
    sky: ["#8fb8d6", "#cfe0dd", "#e9e6cf"],
    ground: "#3f5b3a",
    sun: { x: 0.8, y: 0.15, colour: "#fffbe8" },
  },
  "Last light, Mývatn.jpg": {
    seed: 31,
    width: 1800,
    height: 1200,
    sky: ["#1d2547", "#7b4a7f", "#f08a6c"],
    ground: "#191d33",
    sun: { x: 0.45, y: 0.5, colour: "#ffd3a1" },
    hasLake: true,
  },
  "Midnight at Vík.jpg": {
    seed: 42,
    width: 1200,
    height: 1600,
    sky: ["#0f1c33", "#274a6b", "#6f9aa8"],
    ground: "#0d1820",
    sun: { x: 0.6, y: 0.22, colour: "#f4f6e6" },
  },
  "Moss fields.jpg": {
    seed: 58,
    width: 1800,
    height: 1200,
    sky: ["#a9bfc4", "#d3dcd4", "#eef0df"],
    ground: "#5d6f2b",
    sun: { x: 0.1, y: 0.1, colour: "#ffffff" },
  },
  "Red sand.jpg": {
    seed: 66,
    width: 1800,
    height: 1200,
    sky: ["#4b6c8f", "#e5b28c", "#f9e0bb"],
    ground: "#7c3b2a",
    sun: { x: 0.32, y: 0.34, colour: "#fff0d0" },
  },
  "Vestrahorn.jpg": {
    seed: 79,
    width: 2100,
    height: 1300,
    sky: ["#38506e", "#93a7b8", "#efd9c3"],
    ground: "#1c2730",
    sun: { x: 0.78, y: 0.42, colour: "#fff3dd" },
    hasLake: true,
  },
};
