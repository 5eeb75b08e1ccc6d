import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { matchExpression, phasesOf } from "../../core/search/match-expression.ts";
import { parseQuery } from "../../core/search/query.ts";
import { termsOf } from "../../core/search/terms.ts";
import type { CorpusQuery } from "./queries.ts";
import type { IndexedText } from "./index-file.ts";

const BATCH = 200;
const SPACE = 1;

/** SQLite's FTS5 without a Worker around it. */
interface PlainIndex {
  readonly name: string;
  readonly schema: string;
  readonly insert: (db: DatabaseSync) => (id: number, text: IndexedText) => void;
  readonly ask: (db: DatabaseSync) => (q: string) => void;
}

export interface PlainResult {
  readonly name: string;
  readonly filesPerSecond: number;
  /** Bytes of the file. */
  readonly size: number;
  /** Milliseconds, one a query. */
  readonly times: readonly number[];
  /** Rows that have a word, for each of `words`: their names' nodes. */
  readonly found: ReadonlyMap<string, ReadonlySet<string>>;
}

/** With the terms and the questions of Ledge, all phases of each. */
const SAME_TERMS: PlainIndex = {
  name: "FTS5, Ledge's terms",
  schema:
    "CREATE VIRTUAL TABLE t USING fts5 (name, inside, text, compounds, facets, content = '', contentless_delete = 1, tokenize = 'ascii')",
  insert(db) {
    const statement = db.prepare(
      "INSERT INTO t (rowid, name, inside, text, compounds, facets) VALUES (?, ?, ?, ?, ?, ?)",
    );
    return (id, entry) => {
      const terms = termsOf(SPACE, entry);
      statement.run(id, terms.name, terms.inside, terms.text, terms.compounds, terms.facets);
    };
  },
  ask(db) {
    const statement = db.prepare("SELECT rowid FROM t WHERE t MATCH ? ORDER BY rowid DESC LIMIT 300");
    return (q) => {
      const query = parseQuery(q);
      if ("problem" in query) throw new Error(query.problem);
      for (const phase of phasesOf(query)) statement.all(matchExpression(query, phase, [SPACE]));
    };
  },
};

/** As most would use it: FTS5's own tokenizer, and its own ranking of all that matches. */
const UNICODE: PlainIndex = {
  name: "FTS5, unicode61 and bm25",
  schema: "CREATE VIRTUAL TABLE t USING fts5 (name, text, content = '', tokenize = 'unicode61 remove_diacritics 2')",
  insert(db) {
    const statement = db.prepare("INSERT INTO t (rowid, name, text) VALUES (?, ?, ?)");
    return (id, { name, text }) => statement.run(id, name, text ?? "");
  },
  ask(db) {
    const statement = db.prepare("SELECT rowid FROM t WHERE t MATCH ? ORDER BY rank LIMIT 50");
    return (q) =>
      void statement.all(
        q.startsWith('"')
          ? q
          : q
              .split(" ")
              .map((word) => `"${word}" *`)
              .join(" "),
      );
  },
};

/** Fills both with the texts that Ledge has read, and asks them the same. */
export function measurePlain(
  texts: () => Iterable<IndexedText>,
  queries: readonly CorpusQuery[],
  words: readonly string[],
): PlainResult[] {
  return [SAME_TERMS, UNICODE].map((index) => {
    const folder = mkdtempSync(join(tmpdir(), "ledge-bench-fts5-"));
    try {
      const file = join(folder, "plain.sqlite");
      const db = new DatabaseSync(file);
      db.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL");
      db.exec(index.schema);
      const { filesPerSecond, nodes } = fill(db, index, texts());
      db.exec("PRAGMA wal_checkpoint(TRUNCATE)");
      const ask = index.ask(db);
      const times = queries.map(({ q }) => {
        const begin = performance.now();
        ask(q);
        return performance.now() - begin;
      });
      const found = index === UNICODE ? rowsWith(db, nodes, words) : new Map<string, Set<string>>();
      db.close();
      return { name: index.name, filesPerSecond, size: statSync(file).size, times, found };
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
}

/** Only the inserting is timed, not the unpacking of the texts. */
function fill(db: DatabaseSync, index: PlainIndex, texts: Iterable<IndexedText>) {
  const insert = index.insert(db);
  const nodes: string[] = [];
  let taken = 0;
  let batch: IndexedText[] = [];
  const write = () => {
    const begin = performance.now();
    db.exec("BEGIN");
    for (const text of batch) insert(nodes.push(text.node), text);
    db.exec("COMMIT");
    taken += performance.now() - begin;
    batch = [];
  };
  for (const text of texts) if (batch.push(text) === BATCH) write();
  write();
  return { filesPerSecond: nodes.length / (taken / 1_000), nodes };
}

function rowsWith(db: DatabaseSync, nodes: readonly string[], words: readonly string[]): Map<string, Set<string>> {
  const statement = db.prepare("SELECT rowid FROM t WHERE t MATCH ?");
  return new Map(
    words.map((word) => [word, new Set(statement.all(`"${word}"`).map(({ rowid }) => nodes[Number(rowid) - 1] ?? ""))]),
  );
}
