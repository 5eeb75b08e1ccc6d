import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import type { Env } from "../../workers/env.ts";
import { Budget } from "../../workers/indexer/budget.ts";
import { characterMapsOf } from "../../workers/indexer/character-maps.ts";
import { indexSpace } from "../../workers/indexer/index-space.ts";
import { PackKeys } from "../../workers/storage/pack-key.ts";
import { signUp, type TestAccount } from "./support/accounts.ts";
import { countingShard } from "./support/counting-shard.ts";
import { StoredFiles } from "./support/stored-files.ts";

const bindings = env as unknown as Env;
const FILES = 100;

/** A file's text: a word that it alone has, and one so long that the page's texts are several batches of few terms. */
const textOf = (i: number) => `only${i} ${"lorem".repeat(5_000)}`;

/** Has a space's changes indexed by one reader, and answers rows and queries, the index's and the shard's. */
async function costOf(stored: StoredFiles, account: TestAccount) {
  const search = countingShard("SEARCH", bindings.SEARCH);
  const shard = countingShard(stored.shard.name, bindings[stored.shard.name as "SEARCH"]);
  const isDone = await indexSpace({
    search: search.shard.db as unknown as D1Database,
    spaceId: account.home.space,
    source: {
      shard: shard.shard,
      ownerId: account.userId,
      packs: bindings.PACKS,
      keys: new PackKeys(bindings.MASTER_KEYS),
    },
    budget: new Budget(Date.now() + 60_000, 10_000),
    characterMap: characterMapsOf(bindings.ASSETS),
  });
  expect(isDone).toBe(true);
  return {
    read: search.rows.read + shard.rows.read,
    written: search.rows.written + shard.rows.written,
    queries: search.queries.count + shard.queries.count,
  };
}

/** Names of files that a search for each file's own word finds. */
async function foundByText(account: TestAccount): Promise<string[]> {
  const found: string[] = [];
  for (let i = 0; i < FILES; i += 13) {
    const answer = await account.api(`/search?q=%22only${i}%22`);
    const { hits } = await answer.json<{ hits: { node: { name: string }; snippets: unknown[] }[] }>();
    expect(hits.map(({ snippets }) => snippets.length > 0)).toEqual([true]);
    found.push(hits[0]?.node.name ?? "");
  }
  return found;
}

it("[X2] [X3] a page of more text than a batch holds is read once, at a bounded number of rows a file", async () => {
  const account = await signUp();
  const stored = await StoredFiles.of(account);
  const encoder = new TextEncoder();
  const files: string[] = [];
  for (let i = 0; i < FILES; i++) {
    files.push((await stored.file(`n${i}.txt`, [new Uint8Array(encoder.encode(textOf(i)))])).id);
  }
  await setSeq(stored, account);
  const first = await costOf(stored, account);
  expect(first.read / FILES).toBeLessThan(22);
  expect(first.written / FILES).toBeLessThan(8);
  expect(first.queries).toBeLessThan(50);
  const names = Array.from({ length: FILES }, (_, i) => `n${i}.txt`);
  const asked = names.filter((_, i) => i % 13 === 0);
  expect(await foundByText(account)).toEqual(asked);

  // Each has another's content now: the batch that takes it from the one writes before the batch that gives it to the other.
  const { db } = stored.shard;
  const { results } = await db
    .prepare("SELECT id, content_id, size FROM nodes WHERE space_id = ? AND content_id IS NOT NULL ORDER BY seq")
    .bind(account.home.space)
    .all<{ id: string; content_id: string; size: number }>();
  await db.batch(
    results.map(({ id }, i) => {
      const other = results[FILES - 1 - i];
      return db
        .prepare("UPDATE nodes SET content_id = ?, size = ?, seq = seq + 1000 WHERE space_id = ? AND id = ?")
        .bind(other?.content_id, other?.size, account.home.space, id);
    }),
  );
  await setSeq(stored, account);
  await costOf(stored, account);
  expect(await foundByText(account)).toEqual(asked.map((_, i) => `n${FILES - 1 - i * 13}.txt`));
});

/** The space is as far as the last of its nodes. */
async function setSeq({ shard }: StoredFiles, { home }: TestAccount): Promise<void> {
  await shard.db
    .prepare("UPDATE spaces SET seq = (SELECT max(seq) FROM nodes WHERE space_id = ?1) WHERE id = ?1")
    .bind(home.space)
    .run();
}
