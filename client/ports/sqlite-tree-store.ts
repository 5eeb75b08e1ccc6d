import { existsSync, renameSync } from "node:fs";
import { DatabaseSync, type StatementSync } from "node:sqlite";
import type { Entry } from "../sync/entry.ts";
import type { TreeStore } from "./tree-store.ts";

type StoredTrees = ReturnType<TreeStore["load"]>;

/**
 * One statement list for each version of the schema; `user_version` counts those that were carried out. An entry is one
 * JSON text: columns of their own load a tenth of a second faster with 100,000 entries, and want a migration for every
 * field.
 */
const MIGRATIONS = [
  `CREATE TABLE entries (id TEXT PRIMARY KEY, entry TEXT NOT NULL) WITHOUT ROWID;
   CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
   CREATE TABLE manifests (age INTEGER PRIMARY KEY AUTOINCREMENT, content TEXT NOT NULL UNIQUE, manifest BLOB NOT NULL);
   CREATE TABLE versions (
     id TEXT NOT NULL, version INTEGER NOT NULL, content TEXT NOT NULL, PRIMARY KEY (id, version)
   ) WITHOUT ROWID;`,
];

/** The newest so many manifests are kept. */
const MANIFESTS = 2_000;
/** So many versions of a node are remembered. */
const VERSIONS = 50;
const BUSY_TIMEOUT_MS = 5_000;

/** The state was written by a newer release. */
export class NewerState extends Error {
  override readonly name = "NewerState";
}

/**
 * Opens the trees' store in a file, making it where there is none. A file that is damaged is set aside under
 * `<path>.damaged-<time>` and a fresh one begun: the replica is then linked anew, which merges and deletes nothing (Y19).
 * A power failure may undo the last saves, but none in part.
 */
export function sqliteTreeStore(path: string): TreeStore {
  return new SqliteTreeStore(path);
}

/** What a store holds, for looking at beside the process that writes to it. Null where there is none. */
export function readTrees(path: string): StoredTrees | null {
  if (!existsSync(path)) return null;
  const database = new DatabaseSync(path, { readOnly: true, timeout: BUSY_TIMEOUT_MS });
  try {
    if (schemaVersion(database) === 0) return null;
    return loadFrom(database);
  } finally {
    database.close();
  }
}

/** The same without the entries, which are many. */
export function readMeta(path: string): StoredTrees["meta"] | null {
  if (!existsSync(path)) return null;
  const database = new DatabaseSync(path, { readOnly: true, timeout: BUSY_TIMEOUT_MS });
  try {
    return schemaVersion(database) === 0 ? null : metaFrom(database);
  } finally {
    database.close();
  }
}

class SqliteTreeStore implements TreeStore {
  readonly #path: string;
  #database: DatabaseSync;
  #statements: Statements;

  constructor(path: string) {
    this.#path = path;
    try {
      this.#database = open(path);
    } catch (error) {
      if (!isDamage(error)) throw error;
      setAside(path);
      this.#database = open(path);
    }
    this.#statements = prepare(this.#database);
  }

  load(): StoredTrees {
    try {
      return loadFrom(this.#database);
    } catch (error) {
      if (!isDamage(error)) throw error;
      this.#database.close();
      setAside(this.#path);
      this.#database = open(this.#path);
      this.#statements = prepare(this.#database);
      return { entries: [], meta: [] };
    }
  }

  save(entries: readonly Entry[], meta: readonly (readonly [key: string, value: string | null])[]): void {
    const statements = this.#statements;
    this.#transaction(() => {
      for (const entry of entries) {
        if (entry.remote || entry.local || entry.synced) statements.saveEntry.run(entry.id, JSON.stringify(entry));
        else {
          statements.removeEntry.run(entry.id);
          statements.removeVersions.run(entry.id);
        }
      }
      for (const [key, value] of meta) {
        if (value === null) statements.removeMeta.run(key);
        else statements.saveMeta.run(key, value);
      }
    });
  }

  rememberChunks(content: string, manifest: Uint8Array): void {
    this.#transaction(() => {
      this.#statements.saveManifest.run(content, manifest);
      this.#statements.pruneManifests.run(MANIFESTS);
    });
  }

  recallChunks(content: string): Uint8Array | null {
    const row = this.#statements.manifest.get(content);
    return row ? (row["manifest"] as Uint8Array) : null;
  }

  rememberVersion(id: string, version: number, content: string): void {
    this.#transaction(() => {
      this.#statements.saveVersion.run(id, version, content);
      this.#statements.pruneVersions.run(id, version - VERSIONS);
    });
  }

  recallVersion(id: string, version: number): string | null {
    const row = this.#statements.version.get(id, version);
    return row ? (row["content"] as string) : null;
  }

  close(): void {
    this.#database.close();
  }

  #transaction(work: () => void): void {
    this.#database.exec("BEGIN IMMEDIATE");
    try {
      work();
      this.#database.exec("COMMIT");
    } catch (error) {
      // A full disk ends the transaction by itself.
      if (this.#database.isTransaction) this.#database.exec("ROLLBACK");
      throw error;
    }
  }
}

type Statements = Record<keyof typeof SQL, StatementSync>;

const SQL = {
  saveEntry: "INSERT OR REPLACE INTO entries (id, entry) VALUES (?, ?)",
  removeEntry: "DELETE FROM entries WHERE id = ?",
  // With what is kept for the node under keys that begin with its id and a slash.
  removeVersions: "DELETE FROM versions WHERE id = ?1 OR (id > ?1 || '/' AND id < ?1 || '0')",
  saveMeta: "INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)",
  removeMeta: "DELETE FROM meta WHERE key = ?",
  saveManifest: "INSERT OR REPLACE INTO manifests (content, manifest) VALUES (?, ?)",
  pruneManifests: "DELETE FROM manifests WHERE age <= (SELECT max(age) FROM manifests) - ?",
  manifest: "SELECT manifest FROM manifests WHERE content = ?",
  saveVersion: "INSERT OR REPLACE INTO versions (id, version, content) VALUES (?, ?, ?)",
  pruneVersions: "DELETE FROM versions WHERE id = ? AND version <= ?",
  version: "SELECT content FROM versions WHERE id = ? AND version = ?",
} as const;

function prepare(database: DatabaseSync): Statements {
  const prepared = Object.entries(SQL).map(([name, sql]) => [name, database.prepare(sql)]);
  return Object.fromEntries(prepared) as Statements;
}

function open(path: string): DatabaseSync {
  const database = new DatabaseSync(path, { timeout: BUSY_TIMEOUT_MS, enableForeignKeyConstraints: false });
  try {
    const [check] = database.prepare("PRAGMA quick_check(1)").all();
    if (check?.["quick_check"] !== "ok") throw new Damaged(String(check?.["quick_check"]));
    database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL");
    migrate(database);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

function migrate(database: DatabaseSync): void {
  const version = schemaVersion(database);
  if (version > MIGRATIONS.length) throw new NewerState("the folder's state was written by a newer release of Ledge");
  for (const [index, sql] of MIGRATIONS.entries()) {
    if (index >= version) database.exec(`BEGIN; ${sql} PRAGMA user_version = ${index + 1}; COMMIT`);
  }
}

function schemaVersion(database: DatabaseSync): number {
  return Number(database.prepare("PRAGMA user_version").get()?.["user_version"] ?? 0);
}

function loadFrom(database: DatabaseSync): StoredTrees {
  const entries: Entry[] = [];
  const rows = database.prepare("SELECT entry FROM entries");
  for (const row of rows.iterate()) entries.push(JSON.parse(row["entry"] as string) as Entry);
  return { entries, meta: metaFrom(database) };
}

function metaFrom(database: DatabaseSync): [string, string][] {
  const rows = database.prepare("SELECT key, value FROM meta").all();
  return rows.map((row) => [row["key"] as string, row["value"] as string]);
}

class Damaged extends Error {}

/** SQLITE_CORRUPT and SQLITE_NOTADB (sqlite.org/rescode.html), a failed check, or text that is not what was written. */
function isDamage(error: unknown): boolean {
  if (error instanceof Damaged || error instanceof SyntaxError) return true;
  const code = error instanceof Error ? (error as { errcode?: unknown }).errcode : undefined;
  return typeof code === "number" && [11, 26].includes(code & 0xff);
}

/** The log goes with its database: it must never be applied to another. */
function setAside(path: string): void {
  const time = new Date().toISOString().replaceAll(/[:.]/g, "-");
  for (const suffix of ["", "-wal", "-shm"])
    if (existsSync(path + suffix)) renameSync(path + suffix, `${path}.damaged-${time}${suffix}`);
}
