import { env } from "cloudflare:workers";
import { describe, expect, it, vi } from "vitest";
import type { Env } from "../../workers/env.ts";
import { matchExpression, phasesOf } from "../../core/search/match-expression.ts";
import { parseQuery } from "../../core/search/query.ts";
import { CANDIDATES_QUERY, readCandidates } from "../../workers/search/candidates.ts";
import { REACH_QUERY } from "../../workers/search/reach.ts";
import { search } from "../../workers/search/search.ts";
import { NAMES_QUERY, VOCABULARY_QUERY } from "../../workers/search/similar-words.ts";
import { openShard } from "../../workers/storage/shards.ts";
import { countingShard } from "./support/counting-shard.ts";
import { index } from "./support/indexing.ts";
import { planOf } from "./support/query-plan.ts";
import { someone, type Someone } from "./support/searcher.ts";
import { setRole, shareFolder } from "./support/shared-folder.ts";

const bindings = env as unknown as Env & { META_0: D1Database; META_1: D1Database };

/**
 * Rows that one page reads in the index and in the shards, how many queries it takes, and what it finds.
 *
 * @param tick - How far the clock goes on with each look at it, milliseconds: a page ends by it, and not by how busy the machine is.
 */
async function costOf({ me, spaceId, rootId, shard }: Someone, q: string, cursor?: string, limit = 50, tick = 0) {
  const counts = ["SEARCH", "META_0", "META_1"].map((name) => ({
    name,
    ...countingShard(name, bindings[name as "SEARCH" | "META_0" | "META_1"]),
  }));
  const counted = Object.fromEntries(
    counts.map(({ name, shard: { db } }) => [
      name,
      Object.assign(Object.create(db) as object, { withSession: () => db, prepare: db.prepare, batch: db.batch }),
    ]),
  );
  const bound = { ...bindings, ...counted } as unknown as Env;
  const home = {
    shard: openShard(bindings, shard, "first-primary"),
    spaceId,
    rootId,
    ownerId: me.account.userId,
    scope: null,
    role: "owner" as const,
  };
  const caller = { userId: me.account.userId, email: me.account.email, name: "Test" } as Parameters<typeof search>[2];
  let now = Date.now();
  const clock = vi.spyOn(Date, "now").mockImplementation(() => (now += tick));
  const page = await search(bound, home, caller, { q, cursor, limit }).finally(() => clock.mockRestore());
  return {
    page,
    rows: counts.reduce((sum, { rows }) => sum + rows.read, 0),
    queries: counts.reduce((sum, { queries }) => sum + queries.count, 0),
  };
}

/** `count` different words of `length` letters. */
const words = (count: number, length: number) =>
  Array.from({ length: count }, (_, i) => (i + 36 ** (length - 1)).toString(36).slice(0, length));

/** The longest, deepest and widest questions that 500 characters make. */
const WORST: readonly (readonly [name: string, q: string])[] = [
  ["letters", words(16, 1).join(" ")],
  ["words with insides", words(16, 30).join(" ")],
  [
    "words that are not wanted",
    words(16, 29)
      .map((word) => `-${word}`)
      .join(" "),
  ],
  [
    "all that is not wanted",
    [...words(16, 3), ...words(16, 4).map((type) => `type:${type}`)].map((each) => `-${each}`).join(" "),
  ],
  [
    "phrases",
    words(12, 2)
      .map((word) => `"${`${word} `.repeat(12)}"`)
      .join(" "),
  ],
  ["one phrase of letters", `"${"a ".repeat(32)}"`],
  ["single characters of CJK", [..."日月火水木金土天地人山川田口目"].join(" ")],
  [
    "runs of CJK",
    Array.from({ length: 15 }, () => "日月火水木金土天地人山川田口目日月火水木金土天地人山川田口目").join(" "),
  ],
  [
    "all filters",
    `${words(15, 3)
      .map((type) => `type:${type}`)
      .join(" ")} size:>1 size:<1tb after:1980 before:2059 a`,
  ],
];

describe("[F6] what a page costs", () => {
  it("[F6] a page reads a bounded number of rows, whatever is indexed, of one's own or of others", async () => {
    const one = await someone();
    await one.addFiles(one.folder.id, "report", 1_000);
    const first = await costOf(one, "report");
    expect(first.page.hits).toHaveLength(50);
    const other = await someone();
    await other.addFiles(other.folder.id, "report", 3_000);
    const beside = await costOf(one, "report");
    expect(beside.rows).toBe(first.rows);
    await one.addFiles(one.folder.id, "report again", 3_000);
    const more = await costOf(one, "report");
    expect(more.rows).toBeLessThanOrEqual(first.rows + 10);
    expect(more.rows).toBeLessThan(1_200);
    expect(more.queries).toBeLessThan(10);
  });

  it("[F6] [F1] who has a small folder of a large space looks at a bounded part of it a page, and comes to the end", async () => {
    const owner = await someone();
    const shared = await owner.me.folder();
    await owner.addFiles(shared.id, "needle", 3);
    await owner.addFiles(owner.folder.id, "needle elsewhere", 4_000);
    await shareFolder(owner.me, shared.id);
    const member = await someone();
    await setRole(shared.id, member.me.account.userId, "viewer");
    const first = await costOf(member, "needle");
    expect(first.page.hits).toEqual([]);
    expect(first.page.next).not.toBeNull();
    // Eight windows of 300 entries, each with its way up.
    expect(first.rows).toBeLessThan(25_000);
    const names: string[] = [];
    for (let cursor = first.page.next, pages = 0; cursor !== null; pages++) {
      expect(pages).toBeLessThan(3);
      const { page } = await costOf(member, "needle", cursor);
      names.push(...page.hits.map(({ node, path }) => `${node.space === shared.id} ${path}`));
      cursor = page.next;
    }
    expect(names.toSorted()).toEqual(["true /needle 0.txt", "true /needle 1.txt", "true /needle 2.txt"]);
  });

  it("[F6] [F1] folders of more than twenty owners are asked one group after the other, and all are found in", async () => {
    const member = await someone();
    await member.addFiles(member.folder.id, "beacon", 2);
    for (let i = 0; i < 21; i++) {
      const owner = await someone();
      await owner.addFiles(owner.folder.id, `beacon of ${i}`, 1);
      await shareFolder(owner.me, owner.folder.id);
      await setRole(owner.folder.id, member.me.account.userId, "viewer");
    }
    const first = await costOf(member, "beacon");
    expect(first.page.hits).toHaveLength(23);
    expect(first.page.next).toBeNull();
    const names = new Set<string>();
    let cursor: string | null | undefined;
    for (let pages = 0; cursor !== null; pages++) {
      expect(pages).toBeLessThan(10);
      const { page } = await costOf(member, "beacon", cursor, 5);
      for (const { node } of page.hits) expect(names.size).toBeLessThan(names.add(node.name).size);
      cursor = page.next;
    }
    expect(names.size).toBe(23);
  }, 180_000);

  it("[F2] [F1] words of others' names are not told where a word is mistyped", async () => {
    const owner = await someone();
    const shared = await owner.me.folder();
    await owner.addFiles(owner.folder.id, "confidential", 1);
    await owner.addFiles(shared.id, "congratulation", 1);
    await shareFolder(owner.me, shared.id);
    const member = await someone();
    await setRole(shared.id, member.me.account.userId, "viewer");
    await index(member.spaceId);
    const told = (await costOf(member, "confidentail")).page;
    expect(told).toEqual({ hits: [], next: null, corrected: [] });
    expect((await costOf(member, "congratulatoin")).page.corrected).toEqual([
      { word: "congratulatoin", instead: ["congratulation"] },
    ]);
    expect((await costOf(owner, "confidentail")).page.hits).toHaveLength(1);
  });

  it("[F6] [F3] a page that takes long ends with a cursor, after one window at least, and nothing is passed over", async () => {
    const one = await someone();
    await one.addFiles(one.folder.id, "report", 700);
    expect((await costOf(one, "report in:nowhere")).page).toMatchObject({ hits: [], next: null });
    for (const [q, expected] of [
      ["report in:nowhere", 0],
      ["report", 700],
    ] as const) {
      const names = new Set<string>();
      let pages = 0;
      for (let cursor: string | null | undefined; cursor !== null; pages++) {
        const { page } = await costOf(one, q, cursor, 100, 5_000);
        for (const { node } of page.hits) names.add(node.name);
        cursor = page.next;
      }
      expect(names.size, q).toBe(expected);
      // Three windows of names, and what is in texts.
      expect(pages, q).toBeGreaterThanOrEqual(4);
    }
  });

  it.each(WORST)("[F6] the index answers what is hard to answer: %s", async (_name, q) => {
    const query = parseQuery(q);
    if ("problem" in query) throw new Error(query.problem);
    const spaces = Array.from({ length: 20 }, (_, i) => 60_000_000 + i);
    for (const phase of phasesOf(query)) {
      const match = matchExpression(query, phase, spaces);
      expect(await readCandidates(bindings.SEARCH, match, Number.MAX_SAFE_INTEGER, 300)).toEqual([]);
    }
  });

  it("[F6] candidates, words and ways up are looked up, not scanned", async () => {
    const { SEARCH, META_0 } = bindings;
    const candidates = await planOf(SEARCH, CANDIDATES_QUERY);
    expect(candidates).toMatch(/SCAN terms VIRTUAL TABLE INDEX \d+:.*M/);
    expect(candidates).toContain("SEARCH e USING INTEGER PRIMARY KEY (rowid=?)");
    expect(candidates).not.toContain("TEMP B-TREE");
    expect(await planOf(SEARCH, VOCABULARY_QUERY)).toMatch(/SCAN vocabulary VIRTUAL TABLE INDEX [1-9]/);
    const names = await planOf(META_0, NAMES_QUERY);
    expect(names).toContain("SEARCH n USING INDEX nodes_name (space_id=? AND parent_id=?)");
    expect(names).not.toContain("SCAN n");
    const reach = await planOf(META_0, REACH_QUERY);
    expect(reach.match(/SEARCH n USING PRIMARY KEY \(space_id=\? AND id=\?\)/g)).toHaveLength(2);
  });
});
