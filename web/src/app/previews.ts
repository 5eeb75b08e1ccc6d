import { DRAWN_CACHE, EXPIRATION_DATABASE, PREVIEW_CACHE } from "./caches.ts";

const CACHES = [PREVIEW_CACHE, DRAWN_CACHE];

/** Forgets every preview that this browser kept, and that it was looked at (B2). */
export async function forgetPreviews(): Promise<void> {
  // Pages on plain http, but of this machine, have no caches.
  if ("caches" in globalThis) await Promise.all(CACHES.map((name) => caches.delete(name)));
  await forgetTimes();
}

/** Forgets the previews of files that are gone for good. */
export async function forgetPreviewsOf(files: readonly string[]): Promise<void> {
  const gone = new Set(files);
  await forgetWhere((path) => gone.has(fileOf(path)));
}

/** Forgets the previews of what was in shared folders that the account does not have any more. */
export async function forgetPreviewsIn(folders: readonly string[]): Promise<void> {
  const gone = folders.map((folder) => `/api/spaces/${folder}/`);
  await forgetWhere((path) => gone.some((start) => path.startsWith(start)));
}

async function forgetWhere(isGone: (path: string) => boolean): Promise<void> {
  if (!("caches" in globalThis)) return;
  for (const name of CACHES) {
    if (!(await caches.has(name))) continue;
    const cache = await caches.open(name);
    for (const request of await cache.keys()) if (isGone(new URL(request.url).pathname)) await cache.delete(request);
  }
}

/** A preview's path ends with it, but for a thumbnail's last part, whichever space it is in. */
function fileOf(path: string): string {
  return (
    path
      .replace(/\/thumbnail$/, "")
      .split("/")
      .at(-1) ?? ""
  );
}

/**
 * Empties the list of what was asked for when. It cannot be deleted as a whole: the service worker holds it open, and
 * gives way to nobody.
 */
function forgetTimes(): Promise<void> {
  const request = indexedDB.open(EXPIRATION_DATABASE);
  return new Promise((resolve) => {
    // Nothing was ever noted: then nothing is to be made.
    request.addEventListener("upgradeneeded", () => request.transaction?.abort());
    request.addEventListener("error", () => resolve());
    request.addEventListener("success", () => {
      const database = request.result;
      const stores = [...database.objectStoreNames];
      const done = (): void => {
        database.close();
        resolve();
      };
      if (stores.length === 0) return done();
      const transaction = database.transaction(stores, "readwrite");
      for (const store of stores) transaction.objectStore(store).clear();
      transaction.addEventListener("complete", done);
      transaction.addEventListener("abort", done);
    });
  });
}
