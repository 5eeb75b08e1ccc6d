import { setTimeout as sleep } from "node:timers/promises";
import type { Counts, Phase } from "../metered/meter.ts";

/** The queue's consumer waits this long for a batch to fill (wrangler.toml, `max_batch_timeout`), and then works. */
const QUIET_MS = 2_500;

/** What `work` makes the metered server do, the indexer's part afterwards included. */
export async function metered(url: string, work: () => Promise<unknown>): Promise<Record<Phase, Counts>> {
  await untilQuiet(url);
  await fetch(`${url}/__meter/reset`, { method: "POST" });
  await work();
  await untilQuiet(url);
  return read(url);
}

/** Waits until the counters stand still: what earlier work left to the indexer is done. */
async function untilQuiet(url: string): Promise<void> {
  for (let last = ""; ;) {
    const now = JSON.stringify(await read(url));
    if (now === last) return;
    last = now;
    await sleep(QUIET_MS);
  }
}

async function read(url: string): Promise<Record<Phase, Counts>> {
  const response = await fetch(`${url}/__meter`);
  return (await response.json()) as Record<Phase, Counts>;
}
