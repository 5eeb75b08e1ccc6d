import { openDB, type DBSchema, type IDBPDatabase } from "idb";
import type { FileSource, KeptUpload } from "./upload-item.ts";

interface Schema extends DBSchema {
  uploads: { key: string; value: KeptUpload };
  /** By the upload's id. */
  sources: { key: string; value: FileSource | Blob };
}

/** The accounts' store; links have others. */
const OWN = "ledge-uploads";

/** Uploads as they outlive the page, in IndexedDB (B11). Several tabs may have it open; each writes its own uploads only. */
export class UploadStore {
  readonly #db: IDBPDatabase<Schema>;

  private constructor(db: IDBPDatabase<Schema>) {
    this.#db = db;
  }

  /** Rejects where the browser keeps nothing. @param name - The account's own, unless a link's is named. */
  static async open(name = OWN): Promise<UploadStore> {
    return new UploadStore(
      await openDB<Schema>(name, 1, {
        upgrade(db) {
          db.createObjectStore("uploads", { keyPath: "id" });
          db.createObjectStore("sources");
        },
      }),
    );
  }

  all(): Promise<KeptUpload[]> {
    return this.#db.getAll("uploads");
  }

  /** Rejects where there is no room. */
  async keepSources(sources: readonly { readonly id: string; readonly source: FileSource | Blob }[]): Promise<void> {
    const transaction = this.#db.transaction("sources", "readwrite", { durability: "relaxed" });
    for (const { id, source } of sources) void transaction.store.put(source, id).catch(() => undefined);
    await transaction.done;
  }

  source(id: string): Promise<FileSource | Blob | undefined> {
    return this.#db.get("sources", id);
  }

  async write(uploads: readonly KeptUpload[], through: readonly string[]): Promise<void> {
    const transaction = this.#db.transaction(["uploads", "sources"], "readwrite", { durability: "relaxed" });
    const [kept, sources] = [transaction.objectStore("uploads"), transaction.objectStore("sources")];
    for (const upload of uploads) void kept.put(upload).catch(() => undefined);
    for (const id of through) {
      void kept.delete(id).catch(() => undefined);
      void sources.delete(id).catch(() => undefined);
    }
    await transaction.done;
  }

  /**
   * Makes `owner` the owner of what the account's tabs left behind that are not among `alive`, in the order it was added.
   */
  async takeOver(account: string, owner: string, alive: ReadonlySet<string>): Promise<KeptUpload[]> {
    const transaction = this.#db.transaction("uploads", "readwrite");
    const taken: KeptUpload[] = [];
    for (const upload of await transaction.store.getAll()) {
      if (upload.account !== account || upload.owner === owner || alive.has(upload.owner)) continue;
      const mine = { ...upload, owner };
      await transaction.store.put(mine);
      taken.push(mine);
    }
    await transaction.done;
    return taken.sort((a, b) => a.order - b.order);
  }

  close(): void {
    this.#db.close();
  }

  async clear(): Promise<void> {
    const transaction = this.#db.transaction(["uploads", "sources"], "readwrite");
    await Promise.all([transaction.objectStore("uploads").clear(), transaction.objectStore("sources").clear()]);
    await transaction.done;
  }
}

/** How many uploads of an account are kept, of whichever tab. Rejects where the browser keeps nothing. */
export async function countKept(account: string): Promise<number> {
  // Asking must not make the store: what is signed out of leaves none.
  if (!(await isThere(OWN))) return 0;
  const store = await UploadStore.open();
  const kept = await store.all().finally(() => store.close());
  return kept.filter((upload) => upload.account === account).length;
}

/** True, too, where the browser does not tell. */
async function isThere(database: string): Promise<boolean> {
  const known = (await indexedDB.databases?.().catch(() => undefined)) ?? [{ name: database }];
  return known.some(({ name }) => name === database);
}

/** Removes all that is kept, of whichever tab. */
export async function forgetKept(): Promise<void> {
  await (await UploadStore.open()).clear();
}

/** The store of what a guest sends to a link; each link has its own. */
export function dropStoreName(secret: string): string {
  return `ledge-drop-${secret}`;
}
