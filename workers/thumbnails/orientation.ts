import ExifReader from "exifreader";
import type { Pixels } from "./pixels.ts";

/** Bytes at a picture's beginning in which cameras say how it was held. */
const HEAD = 256 * 1024;

/** How a picture is to be turned to be seen upright: EXIF's 1 (as it is) to 8. */
export function readOrientation(bytes: Uint8Array): number {
  try {
    const tags = ExifReader.load(bytes.slice(0, HEAD).buffer, {
      expanded: true,
      includeTags: { exif: ["Orientation"] },
    });
    const value: unknown = tags.exif?.Orientation?.value;
    return typeof value === "number" && value >= 1 && value <= 8 ? value : 1;
  } catch {
    // No EXIF, or none that can be read.
    return 1;
  }
}

/** A picture as it is seen upright. */
export function turnUpright(image: Pixels, orientation: number): Pixels {
  if (orientation === 1) return image;
  const { width, height, data } = image;
  const isTurned = orientation > 4;
  const turned = { width: isTurned ? height : width, height: isTurned ? width : height };
  const made = new Uint8Array(data.length);
  for (let y = 0, to = 0; y < turned.height; y++) {
    for (let x = 0; x < turned.width; x++, to += 4) {
      const [fromX, fromY] = sourceOf(orientation, x, y, width, height);
      const from = (fromY * width + fromX) * 4;
      made.set(data.subarray(from, from + 4), to);
    }
  }
  return { ...turned, data: made };
}

/** Where the pixel that is seen at `x`, `y` is stored. */
function sourceOf(orientation: number, x: number, y: number, width: number, height: number): [number, number] {
  const [right, bottom] = [width - 1, height - 1];
  switch (orientation) {
    case 2:
      return [right - x, y];
    case 3:
      return [right - x, bottom - y];
    case 4:
      return [x, bottom - y];
    case 5:
      return [y, x];
    case 6:
      return [y, bottom - x];
    case 7:
      return [right - y, bottom - x];
    default:
      return [right - y, x];
  }
}
