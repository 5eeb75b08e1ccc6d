import { Api } from "../../../client/api.ts";
import { HttpClient } from "../../../client/http.ts";
import { SharedApi } from "../../../client/shared.ts";
import { systemClock } from "../../../client/ports/system-clock.ts";
import { xhrFetch } from "../../../client/ports/xhr-fetch.ts";
import { LIMITS } from "../../../protocol/limits.ts";
import { DropApi } from "./drop-api.ts";
import type { FromWorker, StartUploads, ToWorker } from "./messages.ts";
import { takeTabLock } from "./tab-lock.ts";
import { UploadDesk } from "./upload-desk.ts";
import { dropStoreName, UploadStore } from "./upload-store.ts";

/** Reads, cuts, hashes and sends, beside the page's thread (B11). */

// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker's page needs no origin
const tell = (message: FromWorker): void => self.postMessage(message);

async function start({ account, origin, isOnline, drop }: StartUploads): Promise<UploadDesk> {
  const clock = systemClock;
  const api = new Api(new HttpClient({ baseUrl: origin, clock, random: Math.random, attempts: 4, fetch: xhrFetch }));
  const line = drop && new DropApi(new SharedApi(api.http, drop.secret), drop.id);
  const [lock, store, limits] = await Promise.all([
    takeTabLock(),
    UploadStore.open(drop && dropStoreName(drop.secret)).catch(() => null),
    // Offline, the ones that every server keeps.
    api.limits().catch(() => LIMITS),
  ]);
  const desk = new UploadDesk({
    account,
    ...lock,
    apiIn: (sharedIn) => line ?? (sharedIn === null ? api : api.inSpace(sharedIn)),
    limits: drop ? { ...limits, commitOperations: LIMITS.dropFiles } : limits,
    store,
    tell,
  });
  await desk.take({ type: "online", isOnline });
  await desk.take({ type: "takeOver" });
  return desk;
}

let desk: Promise<UploadDesk> | undefined;

self.addEventListener("message", ({ data }: MessageEvent<ToWorker>) => {
  if (data.type === "start") desk ??= start(data);
  else void desk?.then((each) => each.take(data));
});
