import { openDB, type DBSchema, type IDBPDatabase } from "idb";
import type { SharedSpace } from "../../../protocol/members.ts";
import { databaseOf } from "./forget-drive.ts";
import type { DriveStore, KeptFolder } from "./ports.ts";
import type { QueuedEdit } from "./queued-edit.ts";

interface Schema extends DBSchema {
  /** By the order in which they were added. */
  outbox: { key: number; value: QueuedEdit; indexes: { id: string } };
  folders: { key: string; value: KeptFolder };
  /** What to drop first, without reading what it holds. */
  seen: { key: string; value: Seen; indexes: { seenAt: number } };
  lists: { key: string; value: readonly string[] | readonly SharedSpace[] };
}

interface Seen {
  readonly id: string;
  readonly seenAt: number;
  readonly entries: number;
  /** Absent: the account's own. */
  readonly space?: string | undefined;
}

type Database = IDBPDatabase<Schema>;

/** What is kept of an account's tree at most. */
const MOST_FOLDERS = 200;
const MOST_ENTRIES = 50_000;

/** The account's store in this browser. Opened at the first use; every call rejects where that fails. */
export function openDriveStore(account: string): DriveStore {
  let opened: Promise<Database> | null = null;
  let isForgotten = false;
  const onClosed = (forGood: boolean): void => {
    opened = null;
    isForgotten ||= forGood;
  };
  const database = (): Promise<Database> => {
    if (isForgotten) return Promise.reject(new Error("the account was forgotten in this browser"));
    opened ??= open(account, onClosed).catch((error: unknown) => {
      opened = null;
      throw error;
    });
    return opened;
  };
  return {
    queued: async () => (await database()).getAll("outbox"),
    enqueue: async (edit) => void (await (await database()).add("outbox", edit)),
    dequeue: async (id) => {
      const transaction = (await database()).transaction("outbox", "readwrite");
      const key = await transaction.store.index("id").getKey(id);
      if (key !== undefined) await transaction.store.delete(key);
      await transaction.done;
    },
    folder: async (id) => (await database()).get("folders", id),
    keep: async (folders) => keep(await database(), folders),
    drop: async (folder) => {
      const transaction = (await database()).transaction(["folders", "seen"], "readwrite");
      void transaction.objectStore("folders").delete(folder);
      void transaction.objectStore("seen").delete(folder);
      await transaction.done;
    },
    dropFolders: async (isOf) => {
      const transaction = (await database()).transaction(["folders", "seen"], "readwrite");
      for (const { id, space } of await transaction.objectStore("seen").getAll()) {
        if (!isOf(space)) continue;
        void transaction.objectStore("folders").delete(id);
        void transaction.objectStore("seen").delete(id);
      }
      await transaction.done;
    },
    stars: async () => ((await (await database()).get("lists", "stars")) ?? []) as readonly string[],
    keepStars: async (stars) => void (await (await database()).put("lists", stars, "stars")),
    spaces: async () => ((await (await database()).get("lists", "spaces")) ?? []) as readonly SharedSpace[],
    keepSpaces: async (spaces) => void (await (await database()).put("lists", spaces, "spaces")),
  };
}

function open(account: string, onClosed: (forGood: boolean) => void): Promise<Database> {
  return openDB<Schema>(databaseOf(account), 1, {
    upgrade(database) {
      database.createObjectStore("outbox", { autoIncrement: true }).createIndex("id", "id", { unique: true });
      database.createObjectStore("folders", { keyPath: "id" });
      database.createObjectStore("seen", { keyPath: "id" }).createIndex("seenAt", "seenAt");
      database.createObjectStore("lists");
    },
    // Another tab forgets the account, or is of a newer release.
    blocking(_current, blocked, event) {
      (event.target as IDBDatabase).close();
      onClosed(blocked === null);
    },
    terminated: () => onClosed(false),
  });
}

async function keep(database: Database, folders: readonly KeptFolder[]): Promise<void> {
  const transaction = database.transaction(["folders", "seen"], "readwrite");
  const kept = transaction.objectStore("folders");
  const seen = transaction.objectStore("seen");
  for (const folder of folders) {
    void kept.put(folder);
    void seen.put({ id: folder.id, seenAt: folder.seenAt, entries: folder.nodes.length, space: folder.space });
  }
  let entries = 0;
  const newestFirst = (await seen.index("seenAt").getAll()).reverse();
  newestFirst.forEach((each, at) => {
    entries += each.entries;
    if (at < MOST_FOLDERS && entries <= MOST_ENTRIES) return;
    void kept.delete(each.id);
    void seen.delete(each.id);
  });
  await transaction.done;
}
