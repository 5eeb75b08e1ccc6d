import type { NoThumbnailReason } from "./thumbnails.ts";
import type { FileKind } from "./usage.ts";

/**
 * Reasons that invite a browser to draw: the server looked as far as it goes, and another may go further (H5). `unknown_kind`
 * is also that of what nobody draws, as folders and source code.
 */
export const DRAWN_REASONS: ReadonlySet<NoThumbnailReason> = new Set<NoThumbnailReason>([
  "unknown_kind",
  "unsupported",
  "over_bytes",
  "over_pixels",
  "over_scans",
  "ended_the_maker",
]);

/** Kinds of files of which a browser gives thumbnails (H5), by their names. */
export const DRAWN_KINDS: ReadonlySet<FileKind> = new Set<FileKind>(["image", "pdf", "video"]);
