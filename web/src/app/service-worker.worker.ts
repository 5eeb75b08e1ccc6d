/// <reference lib="webworker" />
import { ExpirationPlugin } from "workbox-expiration";
import {
  cleanupOutdatedCaches,
  createHandlerBoundToURL,
  precacheAndRoute,
  type PrecacheEntry,
} from "workbox-precaching";
import { NavigationRoute, registerRoute } from "workbox-routing";
import { CacheFirst, type StrategyOptions } from "workbox-strategies";
import { PART_CACHE, PREVIEW_CACHE } from "./caches.ts";

declare const self: ServiceWorkerGlobalScope;
/** The files of the first page; written by `web/vite/service-worker.ts`. */
declare const __PRECACHE__: PrecacheEntry[];

/** Bytes. Larger previews are read anew. */
const MAX_PREVIEW = 8 * 1024 * 1024;

// The shell: one release's files, kept and dropped together.
precacheAndRoute(__PRECACHE__);
cleanupOutdatedCaches();
registerRoute(new NavigationRoute(createHandlerBoundToURL("/"), { denylist: [/^\/api\//, /^\/dev\//] }));

// What is loaded later: named by its content, so never another release's.
registerRoute(
  ({ url, sameOrigin }) => sameOrigin && url.pathname.startsWith("/assets/"),
  new CacheFirst({
    cacheName: PART_CACHE,
    plugins: [keepOnly((answer) => !isPage(answer)), atMost(300)],
  }),
);

// What was looked at: bytes of one version never change. Parts of files go to the network.
registerRoute(
  ({ url, request, sameOrigin }) =>
    sameOrigin &&
    /^\/api\/(spaces\/[0-9a-z]+\/)?files\/[0-9a-z]+$/.test(url.pathname) &&
    url.searchParams.has("version") &&
    request.mode !== "navigate" &&
    !request.headers.has("range"),
  new CacheFirst({
    cacheName: PREVIEW_CACHE,
    plugins: [
      keepOnly((answer) => Number(answer.headers.get("content-length") ?? Infinity) <= MAX_PREVIEW),
      atMost(150),
    ],
  }),
);

// A new release waits until no page is open, or a person says so.
self.addEventListener("message", ({ data }) => {
  if (data === "activate") void self.skipWaiting();
});
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

type Plugin = NonNullable<StrategyOptions["plugins"]>[number];

function keepOnly(isWorth: (answer: Response) => boolean): Plugin {
  return {
    cacheWillUpdate: ({ response }) => Promise.resolve(response.status === 200 && isWorth(response) ? response : null),
  };
}

/** What was asked for least lately goes first. */
function atMost(maxEntries: number): Plugin {
  return new ExpirationPlugin({ maxEntries, purgeOnQuotaError: true }) as Plugin;
}

function isPage(answer: Response): boolean {
  return answer.headers.get("content-type")?.startsWith("text/html") === true;
}
