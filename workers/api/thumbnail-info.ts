import { LedgeError } from "../../protocol/errors.ts";
import type { NoThumbnailReason, ThumbnailInfo } from "../../protocol/thumbnails.ts";
import type { Node } from "../../protocol/tree.ts";
import type { ThumbnailRow } from "../storage/thumbnails.ts";
import { mayHaveThumbnail } from "../thumbnails/queue.ts";

/** A version of a node, as far as its thumbnail goes. */
export type ShownVersion = Pick<Node, "id" | "name" | "version" | "size">;

/** What is told of a version's thumbnail. */
export function infoOf({ id, name, version, size }: ShownVersion, row: ThumbnailRow | null): ThumbnailInfo {
  const isMade = row?.state === "made";
  return {
    id,
    version,
    kind: (isMade && row.kind) || "none",
    reason: isMade ? null : reasonOf(name, size, row),
    width: isMade ? row.width : null,
    height: isMade ? row.height : null,
    placeholder: isMade && row.placeholder ? btoa(String.fromCharCode(...row.placeholder)) : null,
  };
}

/** What is told where nothing is to be known of thumbnails, whether there are any or not. */
export function untoldInfo({ id, version }: Pick<Node, "id" | "version">, reason: NoThumbnailReason): ThumbnailInfo {
  return { id, version, kind: "none", reason, width: null, height: null, placeholder: null };
}

/**
 * Why a version has no thumbnail: one of which nothing is known yet was not come to, unless its name says that there will be
 * nothing.
 */
export function reasonOf(name: string, size: number, row: ThumbnailRow | null): NoThumbnailReason {
  if (row) return (row.state === "none" && row.reason) || "pending";
  return size > 0 && mayHaveThumbnail(name) ? "pending" : "unknown_kind";
}

export function noThumbnail(reason: NoThumbnailReason): LedgeError {
  return new LedgeError("no_thumbnail", undefined, { reason });
}
