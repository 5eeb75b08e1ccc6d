import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import { newId } from "../../protocol/new-id.ts";
import {
  beginReading,
  endUnread,
  keepTextStatements,
  loadTexts,
  readKept,
  textKey,
} from "../../workers/search/kept-texts.ts";
import { countingShard, type RowCount } from "./support/counting-shard.ts";

const SEARCH = (env as { SEARCH: D1Database }).SEARCH;
/** "walrus notes", compressed by zstd 1.5. */
const WALRUS = "KLUv/SAMYQAAd2FscnVzIG5vdGVz";

/** Text that does not become much shorter: what is compressed is longer than what workerd's zstd can make at once. */
function denseText(characters: number): string {
  const random = Array.from({ length: Math.ceil(characters / 30_000) }, () =>
    crypto.getRandomValues(new Uint16Array(30_000)),
  );
  return random
    .flatMap((values) => Array.from(values, (value) => value.toString(36)))
    .join("ü ")
    .slice(0, characters);
}

it("[X3] keeps the longest texts that are read, however little they compress", async () => {
  const texts = [1, 60_000, 256 * 1024].map((characters) => ({
    contentId: newId(),
    text: denseText(Math.max(2, characters)),
    parked: null,
  }));
  await beginReading(
    SEARCH,
    1,
    1,
    texts.map(({ contentId }) => contentId),
    1,
  );
  await SEARCH.batch(keepTextStatements(SEARCH, { number: 1, generation: 1 }, texts, 1));
  const loaded = await loadTexts(
    SEARCH,
    texts.map(({ contentId }) => ({ space: 1, contentId })),
  );
  expect(texts.map(({ contentId }) => loaded.get(textKey(1, contentId)))).toEqual(texts.map(({ text }) => text));
});

it("[X3] reads a text that was kept as zstd", async () => {
  const contentId = newId();
  await beginReading(SEARCH, 1, 1, [contentId], 1);
  await SEARCH.prepare("UPDATE texts SET text = ?2 WHERE content_id = ?1").bind(contentId, WALRUS).run();
  expect((await loadTexts(SEARCH, [{ space: 1, contentId }])).get(textKey(1, contentId))).toBe("walrus notes");
});

it("[X3] keeps what one reader has read when another begins that looked before, and reads it anew only for another index", async () => {
  const contentId = newId();
  const loaded = async () => (await loadTexts(SEARCH, [{ space: 1, contentId }])).get(textKey(1, contentId));
  await beginReading(SEARCH, 1, 2, [contentId], 1);
  const read = [{ contentId, text: "walrus notes", parked: null }];
  await SEARCH.batch(keepTextStatements(SEARCH, { number: 1, generation: 2 }, read, 2));
  for (const generation of [2, 1]) {
    await beginReading(SEARCH, 1, generation, [contentId], 3);
    expect(await loaded()).toBe("walrus notes");
    expect((await readKept(SEARCH, 1, 2, [contentId])).get(contentId)).toMatchObject({ attempts: 0, isSettled: true });
  }
  await beginReading(SEARCH, 1, 3, [contentId], 4);
  // It is at it, whatever becomes of who read it for the index before.
  await SEARCH.batch(keepTextStatements(SEARCH, { number: 1, generation: 2 }, read, 5));
  await endUnread(SEARCH, { number: 1, generation: 2 }, [contentId], null);
  expect(await loaded()).toBeUndefined();
  expect((await readKept(SEARCH, 1, 3, [contentId])).get(contentId)).toMatchObject({ attempts: 1, isSettled: false });
  await endUnread(SEARCH, { number: 1, generation: 3 }, [contentId], null);
  expect((await readKept(SEARCH, 1, 3, [contentId])).get(contentId)).toMatchObject({ attempts: 0, isSettled: false });
});

it("[X3] writes texts at the same rows, however many the space has", async () => {
  const { shard, rows } = countingShard("SEARCH", SEARCH);
  const counting = shard.db as unknown as D1Database;
  const rowsBeside = async (space: number, others: number): Promise<RowCount> => {
    const contents = Array.from({ length: 100 + others }, newId);
    await beginReading(SEARCH, space, 1, contents, 1);
    const texts = contents.slice(0, 100).map((contentId) => ({ contentId, text: `in ${contentId}`, parked: null }));
    const before = { ...rows };
    await counting.batch(keepTextStatements(counting, { number: space, generation: 1 }, texts, 2));
    const wanted = contents.map((contentId) => ({ space, contentId }));
    expect((await loadTexts(SEARCH, wanted)).size).toBe(100);
    return { read: rows.read - before.read, written: rows.written - before.written };
  };
  const alone = await rowsBeside(1_000_001, 0);
  expect(await rowsBeside(1_000_002, 5_000)).toEqual(alone);
  expect(alone.read).toBeLessThan(600);
});
