import { newId } from "../../protocol/new-id.ts";
import type { Followed } from "../storage/directory-members.ts";

/** A folder of somebody else's that the account's sockets hear of. */
export interface FollowedFolder extends Followed {
  readonly token: string;
}

/** The shared folders whose owners' objects were asked to tell this one of changes (M8). */
export class Following {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
    sql.exec(
      "CREATE TABLE IF NOT EXISTS following (folder TEXT PRIMARY KEY, owner TEXT NOT NULL, token TEXT NOT NULL) WITHOUT ROWID",
    );
  }

  list(): FollowedFolder[] {
    return this.#sql
      .exec<{ folder: string; owner: string; token: string }>("SELECT folder, owner, token FROM following")
      .toArray();
  }

  /** Adds those that are not there yet; answers these, under tokens of their own. */
  add(folders: readonly Followed[]): FollowedFolder[] {
    const known = new Set(this.list().map(({ folder }) => folder));
    const added = folders.filter(({ folder }) => !known.has(folder)).map((each) => ({ ...each, token: newId() }));
    for (const { folder, owner, token } of added)
      this.#sql.exec("INSERT OR REPLACE INTO following (folder, owner, token) VALUES (?, ?, ?)", folder, owner, token);
    return added;
  }

  has(folder: string): boolean {
    return this.#sql.exec("SELECT 1 FROM following WHERE folder = ?", folder).toArray().length > 0;
  }

  remove(folder: string): void {
    this.#sql.exec("DELETE FROM following WHERE folder = ?", folder);
  }
}
