import { firstGifFrame, readGif } from "./gif-frame.ts";
import { readJpegAverages } from "./jpeg-averages.ts";
import { surveyJpeg } from "./jpeg-segments.ts";
import { NotMade, type ThumbnailLimits } from "./limits.ts";
import type { Pixels } from "./pixels.ts";
import { readPng, readPngHeader } from "./png-rows.ts";
import { shrink } from "./shrink.ts";
import { firstWebpFrame } from "./webp-frame.ts";

/** Decoders and encoders that are not written here; each is given a picture whose size was looked at. They throw what they like. */
export interface Codecs {
  decodeJpeg(bytes: Uint8Array): Promise<Pixels>;
  decodeWebp(bytes: Uint8Array): Promise<Pixels>;
  encodeWebp(image: Pixels): Promise<Uint8Array<ArrayBuffer>>;
}

/** How a picture's first bytes begin. */
const FORMATS = {
  jpeg: /^\xff\xd8\xff/,
  png: /^\x89PNG\r\n\x1a\n/,
  gif: /^GIF8[79]a/,
  webp: /^RIFF....WEBP/s,
} as const;

export type PictureFormat = keyof typeof FORMATS;

/** A picture's format by its first bytes, whatever it is called; undefined for what is none that is read here. */
export function pictureFormat(head: Uint8Array): PictureFormat | undefined {
  const start = String.fromCharCode(...head.subarray(0, 16));
  return (Object.keys(FORMATS) as PictureFormat[]).find((format) => FORMATS[format].test(start));
}

/**
 * A picture's pixels, within a square of `limits.made`. The size that it says it has is looked at before a pixel is decoded.
 *
 * @throws NotMade
 */
export async function readPicture(
  format: PictureFormat,
  bytes: Uint8Array,
  codecs: Codecs,
  limits: ThumbnailLimits,
): Promise<Pixels> {
  try {
    return shrink(await READERS[format](bytes, codecs, limits), limits.made);
  } catch (error) {
    if (error instanceof NotMade) throw error;
    // Decoders throw whatever they like at bytes that they cannot read.
    throw new NotMade("damaged");
  }
}

const READERS: Readonly<
  Record<PictureFormat, (bytes: Uint8Array, codecs: Codecs, limits: ThumbnailLimits) => Promise<Pixels> | Pixels>
> = {
  jpeg(bytes, codecs, limits) {
    const { frame, scans } = surveyJpeg(bytes);
    if (scans > limits.scans) throw new NotMade("over_scans");
    checkSize(frame, limits.blockPixels, limits);
    // Inks are not among what the decoder makes colors of.
    const isWhole = frame.width * frame.height <= limits.wholePixels && frame.components.length < 4;
    return isWhole ? codecs.decodeJpeg(bytes) : readJpegAverages(bytes);
  },
  png(bytes, _codecs, limits) {
    const header = readPngHeader(bytes);
    checkSize(header, header.isInterlaced ? limits.wholePixels : limits.rowPixels, limits);
    return readPng(bytes, header, limits.made);
  },
  webp(bytes, codecs, limits) {
    const frame = firstWebpFrame(bytes);
    checkSize(frame, limits.wholePixels, limits);
    return codecs.decodeWebp(frame.bytes);
  },
  gif(bytes, _codecs, limits) {
    const gif = firstGifFrame(bytes);
    checkSize(gif, limits.wholePixels, limits);
    checkSize(gif.frame, limits.wholePixels, limits);
    return readGif(bytes, gif);
  },
};

function checkSize({ width, height }: { width: number; height: number }, most: number, limits: ThumbnailLimits): void {
  if (width < 1 || height < 1) throw new NotMade("damaged");
  if (width > limits.side || height > limits.side || width * height > most) throw new NotMade("over_pixels");
}
