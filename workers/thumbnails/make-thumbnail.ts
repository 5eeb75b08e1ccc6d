import { rgbaToThumbHash } from "thumbhash";
import { decodeText } from "../indexer/extract/decode-text.ts";
import type { ExtractSource } from "../indexer/extract/extract-text.ts";
import { looksLikeText } from "../indexer/extract/texts/plain-text.ts";
import { NotMade, THUMBNAIL_LIMITS, type NoThumbnail, type ThumbnailLimits } from "./limits.ts";
import { readOrientation, turnUpright } from "./orientation.ts";
import type { Pixels } from "./pixels.ts";
import { pictureFormat, readPicture, type Codecs } from "./read-picture.ts";
import { shrink } from "./shrink.ts";

/** Longest side that thumbhash takes. */
const HASHED = 100;
const HEAD = 4096;

export interface ImageThumbnail {
  readonly kind: "image";
  /** WebP. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Pixels. */
  readonly width: number;
  readonly height: number;
  /** A thumbhash, at most 25 bytes. */
  readonly placeholder: Uint8Array;
}

/** What was made of a file, or why nothing was. */
export type Thumbnail =
  | ImageThumbnail
  | {
      readonly kind: "text";
      /** UTF-8: the first lines. */
      readonly bytes: Uint8Array<ArrayBuffer>;
    }
  | { readonly kind: "none"; readonly reason: NoThumbnail };

/**
 * Makes a file's thumbnail, by what its bytes are, whatever it is called: no larger than `limits.made`, upright as its
 * camera was held. An animation's is of its first frame.
 *
 * @throws what `source.read` throws; everything else is a reason.
 */
export async function makeThumbnail(
  source: ExtractSource,
  codecs: Codecs,
  limits: ThumbnailLimits = THUMBNAIL_LIMITS,
): Promise<Thumbnail> {
  const head = await readUpTo(source, HEAD);
  const format = pictureFormat(head);
  if (!format) return textThumbnail(head, limits);
  if (source.size > limits.bytes) return { kind: "none", reason: "over_bytes" };
  const bytes = head.length < source.size ? await readUpTo(source, source.size) : head;
  try {
    const picture = await readPicture(format, bytes, codecs, limits);
    return await imageThumbnail(turnUpright(picture, readOrientation(bytes)), codecs);
  } catch (error) {
    if (error instanceof NotMade) return { kind: "none", reason: error.reason };
    throw error;
  }
}

async function imageThumbnail(image: Pixels, codecs: Codecs): Promise<Thumbnail> {
  const small = shrink(image, HASHED);
  return {
    kind: "image",
    bytes: await codecs.encodeWebp(image),
    width: image.width,
    height: image.height,
    placeholder: rgbaToThumbHash(small.width, small.height, small.data),
  };
}

function textThumbnail(head: Uint8Array, { characters }: ThumbnailLimits): Thumbnail {
  if (head.length === 0 || !looksLikeText(head)) return { kind: "none", reason: "unknown_kind" };
  const text = decodeText(head)
    .replace(/\r\n?/g, "\n")
    .replace(/[^\P{Cc}\n\t]/gu, "")
    .trimStart()
    .slice(0, characters)
    .toWellFormed()
    // Of a character that was cut, its beginning.
    .replace(/\ufffd+$/, "");
  if (text.trim() === "") return { kind: "none", reason: "unknown_kind" };
  return { kind: "text", bytes: new Uint8Array(new TextEncoder().encode(text)) };
}

/** The first `length` bytes, fewer where there are no more. */
async function readUpTo(source: ExtractSource, length: number): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(Math.min(length, source.size));
  let filled = 0;
  for await (const part of source.read(0, bytes.length)) {
    bytes.set(part.subarray(0, bytes.length - filled), filled);
    filled += Math.min(part.length, bytes.length - filled);
    if (filled === bytes.length) break;
  }
  return bytes.subarray(0, filled);
}
