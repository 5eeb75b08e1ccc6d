/** How much of a file is looked at for its thumbnail (H3). All but `milliseconds` are known before anything is decoded. */
export interface ThumbnailLimits {
  /** Bytes of a picture's file: it is held whole. */
  readonly bytes: number;
  /** Pixels of a picture that is decoded whole: RGBA is held twice, by the decoder and by us. */
  readonly wholePixels: number;
  /** Pixels of a PNG, whose rows pass one by one. */
  readonly rowPixels: number;
  /** Pixels of a JPEG of which a sample an 8 × 8 block is taken. */
  readonly blockPixels: number;
  /** Pixels of one side. */
  readonly side: number;
  /** Scans of a progressive JPEG: each may go through all of it, and take a few bytes. */
  readonly scans: number;
  /** Longest side of what is made, pixels. */
  readonly made: number;
  /** Characters of a text. */
  readonly characters: number;
}

const MIB = 1024 * 1024;

/** Chosen for an isolate of 128 MB that others use as well: at most about 60 MB are held for one picture. */
export const THUMBNAIL_LIMITS: ThumbnailLimits = {
  bytes: 24 * MIB,
  wholePixels: 5_000_000,
  rowPixels: 24_000_000,
  blockPixels: 250_000_000,
  side: 65_535,
  scans: 64,
  made: 512,
  characters: 600,
};

/** Why there is no thumbnail (H2). */
export type NoThumbnail =
  /** Neither a picture of a format that is read here nor text. */
  | "unknown_kind"
  /** It is not what it says it is, or ends too early. */
  | "damaged"
  | "over_bytes"
  | "over_pixels"
  | "over_scans"
  /** A kind of its format that is not read here: arithmetic coding, 12 bits. */
  | "unsupported";

/** Ends the making of one thumbnail. */
export class NotMade extends Error {
  readonly reason: NoThumbnail;

  constructor(reason: NoThumbnail) {
    super(reason);
    this.reason = reason;
  }
}
