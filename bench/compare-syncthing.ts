import { mkdir, readdir } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { watchArrivals } from "./support/arrivals.ts";
import { startDevice } from "./support/device.ts";
import { edit, EDITED, pause } from "./support/edit.ts";
import { signUp } from "./support/ledge-account.ts";
import { withTemporaryFolder, writeSmallFiles } from "./support/local-files.ts";
import type { Figure } from "./support/measure.ts";
import { percentile } from "./support/percentile.ts";
import { lazyServers } from "./support/servers.ts";
import { startSyncthingPair } from "./support/syncthing.ts";
import { table } from "./support/table.ts";
import { median } from "./support/timing.ts";

/**
 * Edit → the other's disk of Syncthing and of Ledge, the same edits one after the other on one machine. Syncthing's two
 * processes talk to each other, Ledge's by way of `wrangler dev`.
 */
const { values } = parseArgs({ options: { edits: { type: "string", default: "50" } } });
const EDITS = Number(values.edits);
const WARM_UP = 3;
/** Seconds that Syncthing gathers changes; 1 is the least that it takes, 10 its default: then few edits are waited for. */
const DELAYS = [1, 10] as const;
const PATIENCE_MS = 120_000;

/** Edits files in one folder until they are in the other; answers each one's milliseconds. */
async function edits(name: string, count: number, from: string, to: string): Promise<number[]> {
  const arrivals = watchArrivals(to);
  const spans: number[] = [];
  for (let i = -WARM_UP; i < count; i++) {
    await sleep(pause());
    const { written, seen } = await edit(`${name} ${i}`, from, arrivals);
    if (i >= 0) spans.push(seen - written);
  }
  arrivals.close();
  return spans;
}

async function syncthing(place: string, delay: number): Promise<number[]> {
  const pair = await startSyncthingPair(place, delay);
  const [from, to] = pair.folders;
  try {
    await writeSmallFiles(from, "compare", EDITED.files, EDITED.bytes);
    await untilAllAreIn(to);
    return await edits(`syncthing ${delay}`, delay === 1 ? EDITS : Math.ceil(EDITS / 5), from, to);
  } finally {
    await pair.stop();
  }
}

async function ledge(place: string, url: string): Promise<number[]> {
  const { token } = await signUp(url);
  const [from, to] = [join(place, "a"), join(place, "b")];
  await writeSmallFiles(from, "compare", EDITED.files, EDITED.bytes);
  await mkdir(to);
  const devices = [from, to].map((folder) => startDevice({ url, token, folder }));
  await untilAllAreIn(to);
  await Promise.all(devices.map((device) => device.reached("idle")));
  const spans = await edits("ledge", EDITS, from, to);
  await Promise.all(devices.map((device) => device.stop()));
  return spans;
}

async function untilAllAreIn(folder: string): Promise<void> {
  for (const deadline = Date.now() + PATIENCE_MS; Date.now() < deadline; await sleep(200)) {
    const names = await readdir(folder);
    if (names.filter((name) => name.startsWith("file ")).length === EDITED.files) return;
  }
  throw new Error(`the first files did not come to ${folder}`);
}

function figures(name: string, spans: readonly number[], reference?: readonly number[]): Figure[] {
  const one = (share: string, of: (values: readonly number[]) => number): Figure => ({
    name: `${name}, ${spans.length} edits, ${share}`,
    value: of(spans),
    unit: "ms",
    ...(reference && { reference: { name: "Ledge", value: of(reference) }, ratio: of(spans) / of(reference) }),
  });
  return [one("p50", median), one("p99", (all) => percentile(all, 0.99))];
}

const { servers, stop } = lazyServers();
try {
  await withTemporaryFolder(async (temporary) => {
    const ours = await ledge(join(temporary, "ledge"), (await servers.ledge()).url);
    await stop();
    const all = figures("Ledge", ours);
    for (const delay of DELAYS) {
      const spans = await syncthing(join(temporary, `syncthing ${delay}`), delay);
      all.push(...figures(`Syncthing, fsWatcherDelayS ${delay}`, spans, ours));
    }
    console.log(table(all));
  });
} finally {
  await stop();
}
