import { extensionOf, fileKind } from "../../../core/file-kind.ts";
import { DRAWN_KINDS, DRAWN_REASONS } from "../../../protocol/drawn-thumbnails.ts";
import type { ThumbnailInfo } from "../../../protocol/thumbnails.ts";
import type { Entry } from "../drive/drive.ts";

/** What is to be known of an entry to show a thumbnail of it. */
export type Pictured = Pick<Entry, "id" | "version" | "name" | "type" | "size" | "sharedIn">;

const MIB = 1024 * 1024;

/** The largest image, in bytes, that is fetched whole to be shown small. */
const WHOLE_BYTES = 2 * MIB;
/** The most pixels that are decoded to be shown small: 200 MB, as a browser holds them. */
export const DECODED_PIXELS = 50_000_000;
/** Formats that every browser shows. */
const SHOWN = /\.(png|jpe?g|gif|webp|avif|bmp|ico)$/i;
/** Formats of images that no browser draws, or that are drawings. */
const UNDRAWN = new Set(["svg", "tif", "tiff", "jxl", "raw", "cr2", "nef", "arw", "dng", "psd", "ai"]);
/** Bytes. PDFs and films are read by ranges, images whole. */
const DRAWN_BYTES: Readonly<Record<string, number>> = { image: 20 * MIB, pdf: 50 * MIB, video: Infinity };

/** Formats of films that one browser or another plays. */
const FILMS = new Set(["mp4", "m4v", "mov", "webm", "mkv", "ogv", "3gp"]);

/** Whether the picture may be shown small as it is, for want of a thumbnail. */
export function isShownWhole({ name, size }: Pick<Pictured, "name" | "size">): boolean {
  return size <= WHOLE_BYTES && isShownEverywhere(name);
}

/** Whether every browser shows an image of that name. */
export function isShownEverywhere(name: string): boolean {
  return SHOWN.test(name);
}

/** Whether a picture takes more memory than it is worth, however few bytes it came in. */
export function isTooLarge(width: number, height: number): boolean {
  return width * height > DECODED_PIXELS;
}

/** Whether this browser may try to draw what the server did not (SPEC H5), by name, size and why there is no thumbnail. */
export function isDrawn({ name, size }: Pick<Pictured, "name" | "size">, info: ThumbnailInfo): boolean {
  return info.reason !== null && DRAWN_REASONS.has(info.reason) && isDrawable(name, size);
}

/** Whether a browser may be able to draw it, by its name and size. */
export function isDrawable(name: string, size: number): boolean {
  const kind = fileKind(name);
  const extension = extensionOf(name);
  if (!DRAWN_KINDS.has(kind) || size === 0 || size > (DRAWN_BYTES[kind] ?? 0)) return false;
  return kind === "video" ? FILMS.has(extension) : !UNDRAWN.has(extension);
}
