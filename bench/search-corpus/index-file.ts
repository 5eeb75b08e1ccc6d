import { readdirSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { inflateRawSync } from "node:zlib";

/** What `wrangler dev` keeps the search database in, opened to be read beside it. */
export class IndexFile {
  readonly #db: DatabaseSync;

  /** @param state - The server's folder of state. */
  constructor(state: string) {
    const folder = join(state, "v3/d1/miniflare-D1DatabaseObject");
    for (const name of readdirSync(folder).filter((each) => each.endsWith(".sqlite"))) {
      const db = new DatabaseSync(join(folder, name), { readOnly: true });
      const found = db.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'indexed_spaces'").get();
      if (found) {
        this.#db = db;
        return;
      }
      db.close();
    }
    throw new Error(`no search database in ${folder}`);
  }

  close(): void {
    this.#db.close();
  }

  /** Entries of a space, the queue's progress as it is at this moment. */
  entries(space: string): number {
    const row = this.#db
      .prepare("SELECT count(*) AS n FROM entries WHERE space = (SELECT number FROM indexed_spaces WHERE space_id = ?)")
      .get(space);
    return Number(row?.["n"] ?? 0);
  }

  /** Bytes of tables and their indexes, by table. */
  sizes(): { all: number; terms: number; texts: number; entries: number } {
    const rows = this.#db.prepare("SELECT name, sum(pgsize) AS bytes FROM dbstat GROUP BY name").all();
    const of = (wanted: (name: string) => boolean) =>
      rows.filter(({ name }) => wanted(String(name))).reduce((sum, { bytes }) => sum + Number(bytes), 0);
    return {
      all: of(() => true),
      terms: of((name) => name.startsWith("terms_")),
      texts: of((name) => name.startsWith("texts") || name.startsWith("sqlite_autoindex_texts")),
      entries: of((name) => name.startsWith("entries") || name.startsWith("sqlite_autoindex_entries")),
    };
  }

  /** Why contents have no text, or not all of it. */
  reasons(): Record<string, number> {
    const rows = this.#db.prepare("SELECT parked, count(*) AS n FROM texts WHERE parked IS NOT NULL GROUP BY 1").all();
    return Object.fromEntries(rows.map(({ parked, n }) => [String(parked), Number(n)]));
  }

  /** A space's entries with the texts that were read in them, in the order in which they were indexed. */
  *texts(space: string): Generator<IndexedText> {
    const statement = this.#db.prepare(
      `SELECT e.node_id, e.type, e.name, e.size, e.mtime, t.text, t.parked FROM entries e
       LEFT JOIN texts t ON t.space = e.space AND t.content_id = e.content_id
       WHERE e.space = (SELECT number FROM indexed_spaces WHERE space_id = ?) ORDER BY e.id`,
    );
    for (const row of statement.iterate(space)) {
      const { node_id, type, name, size, mtime, text, parked } = row;
      yield {
        node: String(node_id),
        type: type === "folder" ? "folder" : "file",
        name: String(name),
        size: Number(size),
        mtime: Number(mtime),
        text: text === null ? null : inflateRawSync(Buffer.from(String(text), "base64")).toString(),
        parked: parked === null ? null : String(parked),
      };
    }
  }
}

/** An entry of the index. */
export interface IndexedText {
  readonly node: string;
  readonly type: "file" | "folder";
  readonly name: string;
  readonly size: number;
  readonly mtime: number;
  readonly text: string | null;
  readonly parked: string | null;
}
