import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync, type StatementSync } from "node:sqlite";
import { matchExpression, phasesOf } from "../../core/search/match-expression.ts";
import { parseQuery, type Query } from "../../core/search/query.ts";
import { termsOf } from "../../core/search/terms.ts";
import type { Figure, Measure } from "../support/measure.ts";
import { percentile } from "../support/percentile.ts";

/** Entries in all; of one space; of a small one; the rest are of a thousand others. */
const ENTRIES = 1_000_000;
const LARGE = 500_000;
const SMALL = 5_000;
const OTHERS = 1_000;
/** As a page of workers/indexer/index-space.ts. */
const WRITTEN_AT_ONCE = 200;
/** Spaces asked at once, as workers/search/search.ts does; more are asked one group after the other. */
const SPACES = 20;
/** Of the large space, of the small one, and of who has folders of fifty others. */
const ASKERS: readonly (readonly number[])[] = [[2], [1], [2, ...Array.from({ length: 50 }, (_, i) => 3 + i)]];
const TEXT_WORDS = 12;
const VOCABULARY = 40_000;
const ROUNDS = 15;

/** As workers/search/candidates.ts asks. */
const CANDIDATES = `
  SELECT e.id, e.space, e.node_id, e.content_id, e.type, e.name, e.size, e.mtime
  FROM (SELECT rowid FROM terms WHERE terms MATCH ?1 AND rowid < ?2 ORDER BY rowid DESC LIMIT ?3) t
  CROSS JOIN entries e ON e.id = t.rowid`;
const WINDOW = 300;

const QUERIES = [
  "{rare}",
  "{common}",
  "{common} {common}",
  "{common} {rare}",
  "{begun}",
  "a",
  '"{common} {common}"',
  "{common} -{common}",
  "type:pdf {common}",
  "type:image",
  "{inside}",
  "nowhere",
  "size:>1mb after:2024 {common}",
] as const;

/**
 * The index's own part of a search's first page: all of its phases, over the schema of migrations/search in SQLite, without
 * the Worker and the tree around it. Times are the processor's, so that what else the machine does is not in them.
 */
export const searchIndex: Measure = {
  name: "search-index",
  title: "Searching an index of 1,000,000 entries",
  run() {
    const folder = mkdtempSync(join(tmpdir(), "ledge-search-bench-"));
    const file = join(folder, "search.sqlite");
    const db = new DatabaseSync(file);
    try {
      const words = fill(db);
      const written = ASKERS.map((spaces) => time(db, words, spaces, "as written"));
      const rows = merge(db);
      return Promise.resolve([
        ...written,
        ...ASKERS.map((spaces) => ({ ...time(db, words, spaces, "merged"), target: { atMost: 100 } })),
        { name: "rows that the merging changes, an entry", value: rows / ENTRIES, unit: "rows" },
        { name: "size of the index, an entry", value: statSync(file).size / ENTRIES, unit: "bytes" },
      ]);
    } finally {
      db.close();
      rmSync(folder, { recursive: true });
    }
  },
};

function fill(db: DatabaseSync): readonly string[] {
  db.exec("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -200000");
  for (const name of ["0003_index.sql", "0004_merging.sql"]) {
    db.exec(readFileSync(`migrations/search/${name}`, "utf8").replace("DROP TABLE watermarks;", ""));
  }
  const random = randomFrom(7);
  const words = Array.from({ length: VOCABULARY }, () => wordOf(random));
  const entry = db.prepare(
    "INSERT INTO entries (id, space, node_id, generation, type, name, content_id, size, mtime) VALUES (?, ?, ?, 1, 'file', ?, ?, ?, ?)",
  );
  const terms = db.prepare(
    "INSERT INTO terms (rowid, name, inside, text, compounds, facets) VALUES (?, ?, ?, ?, ?, ?)",
  );
  for (let id = 1; id <= ENTRIES; id++) {
    if (id % WRITTEN_AT_ONCE === 1) db.exec("BEGIN");
    insert(entry, terms, id, random, words);
    if (id % WRITTEN_AT_ONCE === 0) db.exec("COMMIT");
  }
  return words;
}

/** As workers/search/merge-terms.ts does, until nothing is left to merge; answers the rows that were changed. */
function merge(db: DatabaseSync): number {
  const statement = db.prepare("INSERT INTO terms (terms, rank) VALUES ('merge', 500)");
  const changes = db.prepare("SELECT total_changes() AS n");
  const count = () => Number(changes.get()?.["n"]);
  const begin = count();
  // The statement itself counts as one.
  for (let before = -Infinity; count() - before > 1;) {
    before = count();
    statement.run();
  }
  return count() - begin;
}

const ENDINGS = ["pdf", "txt", "docx", "jpg", "png", "md", "ts", "csv"];

function insert(
  entry: StatementSync,
  terms: StatementSync,
  id: number,
  random: () => number,
  words: readonly string[],
) {
  // Changes of many spaces come mixed.
  const share = random() * ENTRIES;
  const space = share < LARGE ? 1 : share < LARGE + SMALL ? 2 : 3 + Math.floor(random() * OTHERS);
  const some = (count: number) => Array.from({ length: count }, () => pick(words, random)).join(" ");
  const name = `${some(2 + Math.floor(random() * 2))}.${ENDINGS[Math.floor(random() * ENDINGS.length)]}`;
  const size = Math.floor(2 ** (random() * 30));
  const mtime = Date.UTC(2015) + Math.floor(random() * 3.4e11);
  const made = termsOf(space, { name, type: "file", size, mtime, text: some(TEXT_WORDS) });
  entry.run(id, space, `node${id}`, name, `content${id}`, size, mtime);
  terms.run(id, made.name, made.inside, made.text, made.compounds, made.facets);
}

/** Times of all queries in some spaces, and the slowest of each kind. */
function time(db: DatabaseSync, words: readonly string[], spaces: readonly number[], state: string): Figure {
  const random = randomFrom(11);
  const statement = db.prepare(CANDIDATES);
  const times = new Map<string, number[]>(QUERIES.map((query) => [query, []]));
  for (let round = 0; round < ROUNDS; round++) {
    for (const [template, list] of times) {
      const query = parseQuery(filled(template, words, random));
      if ("problem" in query) throw new Error(query.problem);
      const begin = process.cpuUsage();
      ask(statement, query, spaces);
      const { user, system } = process.cpuUsage(begin);
      list.push((user + system) / 1_000);
    }
  }
  const all = [...times.values()].flat();
  const own = spaces[0] === 1 ? LARGE : SMALL;
  return {
    name: `${state}: queries of ${spaces.length} space(s), the first of ${own} entries, p99`,
    value: percentile(all, 0.99),
    unit: "ms of CPU",
    details: {
      p50: percentile(all, 0.5),
      ...Object.fromEntries([...times].map(([query, list]) => [query, Math.max(...list)])),
    },
  };
}

/** As a first page does that is not full before the last phase. */
function ask(statement: StatementSync, query: Query, spaces: readonly number[]): void {
  for (let at = 0; at < spaces.length; at += SPACES) {
    for (const phase of phasesOf(query)) {
      statement.all(matchExpression(query, phase, spaces.slice(at, at + SPACES)), Number.MAX_SAFE_INTEGER, WINDOW);
    }
  }
}

function filled(template: string, words: readonly string[], random: () => number): string {
  return template.replace(/\{(\w+)\}/g, (_, kind: string) => {
    const word =
      kind === "rare" ? words[Math.floor((0.5 + random() / 2) * words.length)] : words[Math.floor(random() * 40)];
    if (kind === "begun") return word?.slice(0, 3) ?? "";
    return (kind === "inside" ? word?.slice(2, 6) : word) ?? "";
  });
}

/** Common words often, as in texts: the first ones. */
function pick(words: readonly string[], random: () => number): string {
  return words[Math.floor(words.length ** random()) - 1] ?? "";
}

const SYLLABLES = "an be cor da el fi gra hu in jo ka lo men nu or pra qui ra so ta un ver wi ze".split(" ");

function wordOf(random: () => number): string {
  const length = 2 + Math.floor(random() * 4);
  return Array.from({ length }, () => SYLLABLES[Math.floor(random() * SYLLABLES.length)]).join("");
}

/** The same numbers for the same seed (mulberry32). */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}
