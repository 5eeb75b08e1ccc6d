import { NotMade } from "./limits.ts";

/** One component of a JPEG's frame: how many samples of it are in each unit, and the table it was quantized by. */
export interface JpegComponent {
  readonly id: number;
  readonly h: number;
  readonly v: number;
  readonly table: number;
}

export interface JpegFrame {
  readonly width: number;
  readonly height: number;
  readonly isProgressive: boolean;
  readonly components: readonly JpegComponent[];
}

/** A marker with what it says (ITU-T T.81, annex B), and where that ends. */
export interface JpegSegment {
  readonly marker: number;
  readonly content: Uint8Array;
  readonly end: number;
}

/** A JPEG's segments. Behind a scan's header its coded bits are passed over. Ends with the bytes, or with the image. */
export function* jpegSegments(bytes: Uint8Array): Generator<JpegSegment, void, void> {
  for (let at = 2; at + 4 <= bytes.length;) {
    at = bytes.indexOf(0xff, at);
    if (at < 0 || at + 4 > bytes.length) return;
    const marker = bytes[at + 1]!;
    // Fill bytes, stuffed bytes of a scan, restarts.
    if (marker === 0xff) at++;
    else if (marker === 0 || marker === 1 || (marker >= 0xd0 && marker <= 0xd8)) at += 2;
    else if (marker === 0xd9) return;
    else {
      const end = at + 2 + Math.max(2, (bytes[at + 2]! << 8) | bytes[at + 3]!);
      yield { marker, content: bytes.subarray(at + 4, end), end };
      at = end;
    }
  }
}

/** Whether a marker begins a frame; C4, C8 and CC lie among them and do not. */
export function isFrame(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
}

/** @throws NotMade `unsupported` for what is not coded by Huffman's codes with 8 bits; `damaged`. */
export function readFrame({ marker, content }: JpegSegment): JpegFrame {
  if (marker > 0xc2 || content[0] !== 8) throw new NotMade("unsupported");
  const height = ((content[1] ?? 0) << 8) | (content[2] ?? 0);
  const width = ((content[3] ?? 0) << 8) | (content[4] ?? 0);
  const count = content[5] ?? 0;
  if (![1, 3, 4].includes(count) || content.length < 6 + 3 * count || width === 0 || height === 0) {
    throw new NotMade("damaged");
  }
  const components = Array.from({ length: count }, (_, i) => {
    const at = 6 + 3 * i;
    return { id: content[at]!, h: content[at + 1]! >> 4, v: content[at + 1]! & 15, table: content[at + 2]! & 3 };
  });
  if (components.some(({ h, v }) => h < 1 || h > 4 || v < 1 || v > 4)) throw new NotMade("damaged");
  return { width, height, isProgressive: marker === 0xc2, components };
}

/** The frame, and how many scans there are; no bit of a scan is decoded. */
export function surveyJpeg(bytes: Uint8Array): { frame: JpegFrame; scans: number } {
  let frame: JpegFrame | undefined;
  let scans = 0;
  for (const segment of jpegSegments(bytes)) {
    if (isFrame(segment.marker)) frame ??= readFrame(segment);
    if (segment.marker === 0xda) scans++;
  }
  if (!frame || scans === 0) throw new NotMade("damaged");
  return { frame, scans };
}
