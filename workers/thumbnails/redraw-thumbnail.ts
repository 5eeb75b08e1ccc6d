import { LedgeError } from "../../protocol/errors.ts";
import { LIMITS } from "../../protocol/limits.ts";
import { WASM_CODECS } from "./codecs.ts";
import { THUMBNAIL_LIMITS, type NoThumbnail, type ThumbnailLimits } from "./limits.ts";
import { makeThumbnail, type ImageThumbnail } from "./make-thumbnail.ts";
import { pictureFormat, type PictureFormat } from "./read-picture.ts";

const SIDE = LIMITS.givenThumbnailSide;

/** What a browser gives is a thumbnail already: anything larger is refused by its header, before a pixel is decoded. */
const GIVEN_LIMITS: ThumbnailLimits = {
  ...THUMBNAIL_LIMITS,
  bytes: LIMITS.givenThumbnailBytes,
  side: SIDE,
  wholePixels: SIDE * SIDE,
  rowPixels: SIDE * SIDE,
  blockPixels: SIDE * SIDE,
};

const TAKEN: ReadonlySet<PictureFormat | undefined> = new Set(["jpeg", "png", "webp"]);

/**
 * Draws anew the thumbnail that a browser gave (H5): of the bytes that it sent nothing is kept but the pixels.
 *
 * @throws LedgeError `invalid_picture`, with the `reason`
 */
export async function redrawThumbnail(bytes: Uint8Array<ArrayBuffer>): Promise<ImageThumbnail> {
  if (!TAKEN.has(pictureFormat(bytes))) throw invalid("unknown_kind");
  const source = {
    name: "",
    size: bytes.length,
    read: (start = 0, end = bytes.length) => once(bytes.subarray(start, end)),
  };
  const made = await makeThumbnail(source, WASM_CODECS, GIVEN_LIMITS);
  if (made.kind === "image") return made;
  throw invalid(made.kind === "none" ? made.reason : "unknown_kind");
}

async function* once(bytes: Uint8Array<ArrayBuffer>): AsyncGenerator<Uint8Array<ArrayBuffer>, void, void> {
  yield bytes;
}

function invalid(reason: NoThumbnail): LedgeError {
  return new LedgeError("invalid_picture", undefined, { reason });
}
