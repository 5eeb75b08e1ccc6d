import { openDB, type DBSchema, type IDBPDatabase } from "idb";
import { draftDatabaseOf } from "./draft-database.ts";

/** What was typed into a file and not saved. */
export interface Draft {
  readonly file: string;
  /** What the file was called, and where it was, should it be gone; older releases kept neither. */
  readonly name?: string;
  readonly parent?: string | null;
  /** The version that it was typed into. */
  readonly baseVersion: number;
  readonly text: string;
  /** Milliseconds since 1970. */
  readonly keptAt: number;
}

interface Schema extends DBSchema {
  drafts: { key: string; value: Draft };
}

/** Drafts by file, which outlive the tab. Where the browser stores nothing, nothing is kept, and nothing is told. */
export interface DraftStore {
  draft(file: string): Promise<Draft | null>;
  keep(draft: Draft): Promise<void>;
  drop(file: string): Promise<void>;
  /** How many files have one. */
  count(): Promise<number>;
}

export function openDrafts(account: string): DraftStore {
  let opened: Promise<IDBPDatabase<Schema>> | null = null;
  let isForgotten = false;
  const database = (): Promise<IDBPDatabase<Schema>> => {
    // A page that is being left after the account was forgotten would make it all anew, with the text in it.
    if (isForgotten) return Promise.reject(new Error("the account was forgotten in this browser"));
    return (opened ??= openDB<Schema>(draftDatabaseOf(account), 1, {
      upgrade: (made) => void made.createObjectStore("drafts", { keyPath: "file" }),
      // The account is forgotten, here or in another tab, or another tab is of a newer release.
      blocking: (_now, next, event) => {
        (event.target as IDBDatabase).close();
        opened = null;
        isForgotten ||= next === null;
      },
    }));
  };
  return {
    draft: async (file) => {
      try {
        return (await (await database()).get("drafts", file)) ?? null;
      } catch {
        return null;
      }
    },
    keep: async (draft) => {
      await database()
        .then((store) => store.put("drafts", draft))
        .catch(() => undefined);
    },
    drop: async (file) => {
      await database()
        .then((store) => store.delete("drafts", file))
        .catch(() => undefined);
    },
    count: async () => {
      try {
        return await (await database()).count("drafts");
      } catch {
        return 0;
      }
    },
  };
}
