import type { NoticeAbout } from "../../protocol/push.ts";
import type { SharedChange, Told } from "./peers.ts";

/** Accounts that one alarm tells: less than half of the calls that one invocation may make (1,000 on Cloudflare's free plan). */
const PER_ALARM = 400;

/** A row: one thing that one account is to be told. */
interface Telling {
  readonly account: string;
  /** A change of a shared folder, a folder that is no longer theirs, or what a notice is about. */
  readonly kind: "shared" | "forgotten" | "notice";
  /** The folder, or what the notice is about. */
  readonly subject: string;
  /** JSON of the change. */
  readonly change: string | null;
}

/**
 * What other accounts' objects are still to be told, where they are more than one invocation may call: kept in the object's own
 * storage, the last change of a folder only, and told by its alarm, a slice at a time. What is lost on the way is a hint.
 */
export class Tellings {
  readonly #storage: DurableObjectStorage;

  constructor(storage: DurableObjectStorage) {
    this.#storage = storage;
    storage.sql.exec(
      `CREATE TABLE IF NOT EXISTS tellings (account TEXT NOT NULL, kind TEXT NOT NULL, subject TEXT NOT NULL, change TEXT,
         PRIMARY KEY (account, kind, subject)) WITHOUT ROWID`,
    );
  }

  /** Keeps them, each with what its account is to be told already, and sets the alarm. */
  async keep(all: ReadonlyMap<string, Told>): Promise<void> {
    for (const [account, { shared, forgotten, notices }] of all) {
      for (const change of shared)
        this.#insert({ account, kind: "shared", subject: change.folder, change: JSON.stringify(change) });
      for (const subject of forgotten) this.#insert({ account, kind: "forgotten", subject, change: null });
      for (const subject of notices) this.#insert({ account, kind: "notice", subject, change: null });
    }
    if ((await this.#storage.getAlarm()) === null) await this.#storage.setAlarm(Date.now());
  }

  #insert({ account, kind, subject, change }: Telling): void {
    this.#storage.sql.exec(
      "INSERT OR REPLACE INTO tellings (account, kind, subject, change) VALUES (?, ?, ?, ?)",
      account,
      kind,
      subject,
      change,
    );
  }

  /** Takes out what the next accounts are to be told. */
  take(): Map<string, Told> {
    const rows = this.#storage.sql
      .exec<{ [Column in keyof Telling]: Telling[Column] }>(
        `DELETE FROM tellings WHERE account IN (SELECT DISTINCT account FROM tellings ORDER BY account LIMIT ?)
         RETURNING account, kind, subject, change`,
        PER_ALARM,
      )
      .toArray();
    return new Map(
      [...Map.groupBy(rows, ({ account }) => account)].map(([account, theirs]) => [account, toldOf(theirs)]),
    );
  }

  isEmpty(): boolean {
    return this.#storage.sql.exec("SELECT 1 FROM tellings LIMIT 1").toArray().length === 0;
  }

  /** A folder is the account's again: it is not told that it is not. */
  dropForgotten(account: string, folder: string): void {
    this.#storage.sql.exec(
      "DELETE FROM tellings WHERE account = ? AND kind = 'forgotten' AND subject = ?",
      account,
      folder,
    );
  }
}

function toldOf(rows: readonly Telling[]): Told {
  const subjects = (kind: Telling["kind"]): string[] =>
    rows.filter((row) => row.kind === kind).map(({ subject }) => subject);
  return {
    shared: rows.flatMap(({ change }) => (change === null ? [] : [JSON.parse(change) as SharedChange])),
    forgotten: subjects("forgotten"),
    notices: subjects("notice") as NoticeAbout[],
  };
}
