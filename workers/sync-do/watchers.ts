/** A member whose sockets hear of a folder. */
export interface Watcher {
  readonly folder: string;
  readonly member: string;
  /** Of this registration: a later one has another. */
  readonly token: string;
}

/** Of an owner's shared folders: the members that have sockets, or had when they were last told (M8). */
export class Watchers {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
    sql.exec(
      "CREATE TABLE IF NOT EXISTS watchers (folder TEXT NOT NULL, member TEXT NOT NULL, token TEXT NOT NULL, PRIMARY KEY (folder, member)) WITHOUT ROWID",
    );
  }

  add({ folder, member, token }: Watcher): void {
    this.#sql.exec("INSERT OR REPLACE INTO watchers (folder, member, token) VALUES (?, ?, ?)", folder, member, token);
  }

  of(folders: readonly string[]): Watcher[] {
    return folders.flatMap((folder) =>
      this.#sql
        .exec<{ member: string; token: string }>("SELECT member, token FROM watchers WHERE folder = ?", folder)
        .toArray()
        .map(({ member, token }) => ({ folder, member, token })),
    );
  }

  /** The registration of a member for a folder; null where there is none. */
  find(folder: string, member: string): Watcher | null {
    const [row] = this.#sql
      .exec<{ token: string }>("SELECT token FROM watchers WHERE folder = ? AND member = ?", folder, member)
      .toArray();
    return row ? { folder, member, token: row.token } : null;
  }

  /** Forgets a registration, but no later one of the same member. */
  strike({ folder, member, token }: Watcher): void {
    this.#sql.exec("DELETE FROM watchers WHERE folder = ? AND member = ? AND token = ?", folder, member, token);
  }

  /** Forgets a member of a folder; true where it was one. */
  remove(folder: string, member: string): boolean {
    const gone = this.#sql.exec("DELETE FROM watchers WHERE folder = ? AND member = ? RETURNING 1", folder, member);
    return gone.toArray().length > 0;
  }
}
