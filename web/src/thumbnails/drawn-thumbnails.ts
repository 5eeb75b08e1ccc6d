import { fileKind } from "../../../core/file-kind.ts";
import { DRAWN_CACHE } from "../app/caches.ts";
import { api } from "../session/api.ts";
import { thumbnailAddress } from "../viewer/file-address.ts";
import { drawThumbnail } from "./draw.ts";
import { DrawingLine } from "./drawing-line.ts";
import { isHeif } from "../viewer/heif/decode-heif.ts";
import { isNetworkError } from "../ui/error-text.ts";
import type { Pictured } from "./pictured.ts";

/** Thumbnails that this browser keeps at most; the oldest go first. */
const KEPT = 500;

const line = new DrawingLine((run) => {
  // Safari has no idle times.
  if (typeof requestIdleCallback === "function") requestIdleCallback(run, { timeout: 2_000 });
  else setTimeout(run, 200);
});
/** Files that were given, or that the server would not take, since the page was loaded: each once. */
const given = new Set<string>();

/**
 * A file's thumbnail as this browser drew it, now or before; null where it cannot. What is drawn of the account's own files is
 * given to the server (SPEC H5); that nobody waits for. Rejects where it may be drawn later: offline, and where data is to
 * be saved.
 *
 * @param mayDraw - Otherwise only what is kept is answered.
 */
export async function drawnThumbnail(file: Pictured, mayDraw: boolean, signal: AbortSignal): Promise<Blob | null> {
  const address = thumbnailAddress(file.id, file.version, file.sharedIn);
  const kept = await keptAt(address);
  const drawn = kept ?? (mayDraw ? await draw(file, address, signal) : null);
  if (drawn && mayDraw && file.sharedIn === null) void give(file, drawn, address);
  return drawn;
}

async function draw(file: Pictured, address: string, signal: AbortSignal): Promise<Blob | null> {
  const isHeavy = fileKind(file.name) === "pdf" || isHeif(file.name);
  try {
    const drawn = await line.add(isHeavy, signal, (either) => {
      if (!isFreeToRead()) throw new Error("nothing is read unasked now");
      return drawThumbnail(file, either);
    });
    await keep(address, drawn);
    return drawn;
  } catch (error) {
    if (signal.aborted || !isFreeToRead() || isNetworkError(error)) throw error;
    return null;
  }
}

/** Whether files may be read that nobody opened. */
function isFreeToRead(): boolean {
  const { connection } = navigator as Navigator & { readonly connection?: { readonly saveData?: boolean } };
  return navigator.onLine && connection?.saveData !== true;
}

async function give({ id, version }: Pictured, drawn: Blob, address: string): Promise<void> {
  if (given.has(address)) return;
  given.add(address);
  try {
    await api.giveThumbnail(id, version, drawn);
  } catch {
    // It is here, in this browser: another one draws it anew.
  }
}

async function keptAt(address: string): Promise<Blob | null> {
  if (!("caches" in globalThis)) return null;
  try {
    const answer = await (await caches.open(DRAWN_CACHE)).match(address);
    return answer ? await answer.blob() : null;
  } catch {
    // A browser that keeps nothing.
    return null;
  }
}

async function keep(address: string, drawn: Blob): Promise<void> {
  if (!("caches" in globalThis)) return;
  try {
    const cache = await caches.open(DRAWN_CACHE);
    await cache.put(address, new Response(drawn, { headers: { "content-type": drawn.type } }));
    const all = await cache.keys();
    for (const oldest of all.slice(0, Math.max(0, all.length - KEPT))) await cache.delete(oldest);
  } catch {
    // No room: drawn anew another time.
  }
}
