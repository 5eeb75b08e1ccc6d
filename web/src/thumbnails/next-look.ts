import type { ThumbnailInfo } from "../../../protocol/thumbnails.ts";

/** Milliseconds until the first look again; doubles up to the longest. */
const FIRST = 1_000;
const LONGEST = 30_000;
/** Looks, after which whoever shows the file again looks again. */
const MOST = 12;

/**
 * Milliseconds until what is known of a version's thumbnail is asked for again, after so many answers; false: not again. A
 * server that was asked of another version than is shown has not heard of it yet, or it has just been replaced.
 */
export function nextLook(info: ThumbnailInfo | null | undefined, version: number, answers: number): number | false {
  if (info === undefined || answers >= MOST) return false;
  if (info?.version === version && info.reason !== "pending") return false;
  return Math.min(LONGEST, FIRST * 2 ** Math.max(0, answers - 1));
}
