import type { Page } from "playwright-core";

/** What the browser stores for the page's site: by place, its content as text. Of caches, the addresses of the API. */
export function stored(page: Page): Promise<Record<string, string>> {
  return page.evaluate(async () => {
    const found: Record<string, string> = {};
    for (const [kind, store] of Object.entries({ localStorage, sessionStorage })) {
      for (const key of Object.keys(store)) found[`${kind} ${key}`] = store.getItem(key) ?? "";
    }
    for (const name of await caches.keys()) {
      const urls = (await (await caches.open(name)).keys()).map(({ url }) => url);
      found[`cache ${name}`] = urls.filter((url) => new URL(url).pathname.startsWith("/api/")).join(" ");
    }
    for (const { name } of await indexedDB.databases()) {
      const database = await new Promise<IDBDatabase>((resolve, reject) => {
        const opening = indexedDB.open(name ?? "");
        opening.addEventListener("success", () => resolve(opening.result));
        opening.addEventListener("error", () => reject(opening.error ?? new Error("no database")));
      });
      for (const store of database.objectStoreNames) {
        const all = database.transaction(store).objectStore(store).getAll();
        await new Promise((resolve) => all.addEventListener("success", resolve));
        found[`database ${name} ${store}`] = JSON.stringify(all.result);
      }
      database.close();
    }
    return found;
  });
}

/** Whether a place whose name fits holds the text. */
export async function isStored(page: Page, place: RegExp, text: string): Promise<boolean> {
  return Object.entries(await stored(page)).some(([name, content]) => place.test(name) && content.includes(text));
}
