import { EXPIRATION_DATABASE, PREVIEW_CACHE } from "./caches.ts";

/** Forgets every preview that this browser kept, and that it was looked at (B2). */
export async function forgetPreviews(): Promise<void> {
  // Pages on plain http, but of this machine, have no caches.
  if ("caches" in globalThis) await caches.delete(PREVIEW_CACHE);
  await forgetTimes();
}

/** Forgets the previews of files that are gone for good. */
export async function forgetPreviewsOf(files: readonly string[]): Promise<void> {
  if (!("caches" in globalThis) || !(await caches.has(PREVIEW_CACHE))) return;
  const gone = new Set(files);
  const cache = await caches.open(PREVIEW_CACHE);
  for (const request of await cache.keys()) if (gone.has(fileOf(request))) await cache.delete(request);
}

/** Forgets the previews of what was in shared folders that the account does not have any more. */
export async function forgetPreviewsIn(folders: readonly string[]): Promise<void> {
  if (!("caches" in globalThis) || !(await caches.has(PREVIEW_CACHE))) return;
  const gone = folders.map((folder) => `/api/spaces/${folder}/`);
  const cache = await caches.open(PREVIEW_CACHE);
  for (const request of await cache.keys()) {
    const { pathname } = new URL(request.url);
    if (gone.some((start) => pathname.startsWith(start))) await cache.delete(request);
  }
}

/** Its address ends with it, whichever space it is in. */
function fileOf({ url }: Request): string {
  return new URL(url).pathname.split("/").at(-1) ?? "";
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
