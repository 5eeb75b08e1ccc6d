import { createScheduledController } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import type { Env } from "../../workers/env.ts";
import { everyFiveMinutes } from "../../workers/indexer/every-five-minutes.ts";
import { mergeTerms } from "../../workers/search/merge-terms.ts";
import { namesFound } from "./support/indexing.ts";
import { someone } from "./support/searcher.ts";

const bindings = env as unknown as Env;

/** Parts that FTS5 looks a term up in. */
async function parts(): Promise<number> {
  const row = await bindings.SEARCH.prepare("SELECT count(DISTINCT segid) AS n FROM terms_idx").first<{ n: number }>();
  return row?.n ?? 0;
}

/** What the terms lie in, byte by byte. */
async function pages(): Promise<unknown> {
  return (await bindings.SEARCH.prepare("SELECT id, hex(block) FROM terms_data ORDER BY id").all()).results;
}

it("[X10] what many small writes left in many parts the cron merges, and the same is found", async () => {
  const { me, folder, addFiles } = await someone();
  for (let i = 0; i < 7; i++) await addFiles(folder.id, `ledger ${"abcdefg"[i]}`, 2);
  expect(await parts()).toBeGreaterThan(2);
  const found = await namesFound(me.account, "ledger");
  expect(found).toHaveLength(14);
  await everyFiveMinutes(createScheduledController(), bindings);
  expect(await parts()).toBeLessThanOrEqual(2);
  expect(await namesFound(me.account, "ledger")).toEqual(found);
});

it("[X10] where there is nothing to merge, nothing is written", async () => {
  const { folder, addFiles } = await someone();
  for (let i = 0; i < 3; i++) await addFiles(folder.id, `file ${i}`, 1);
  const before = await pages();
  await mergeTerms(bindings.SEARCH);
  const merged = await pages();
  expect(merged).not.toEqual(before);
  await mergeTerms(bindings.SEARCH);
  expect(await pages()).toEqual(merged);
});
