import sharp, { type Sharp } from "sharp";
import type { Codecs } from "../../workers/thumbnails/read-picture.ts";

/** A picture of four colored quarters, by which one sees how it is turned: red, green; blue, white. */
export function quarters(width: number, height: number, channels: 3 | 4 = 3): Sharp {
  const colors = [
    [255, 0, 0],
    [0, 255, 0],
    [0, 0, 255],
    [255, 255, 255],
  ];
  const data = Buffer.from(colors.flatMap((color) => (channels === 4 ? [...color, 255] : color)));
  const small = sharp(data, { raw: { width: 2, height: 2, channels } });
  return small.resize(width, height, { kernel: "nearest", fit: "fill" });
}

/** What the Worker's codecs do, done by sharp. */
export const SHARP_CODECS: Codecs = {
  decodeJpeg: decode,
  decodeWebp: decode,
  encodeWebp: async ({ data, width, height }) =>
    new Uint8Array(
      await sharp(Buffer.from(data), { raw: { width, height, channels: 4 } })
        .webp()
        .toBuffer(),
    ),
};

/** Any picture's pixels, as RGBA. */
export async function decode(bytes: Uint8Array): Promise<{ width: number; height: number; data: Uint8Array }> {
  const { data, info } = await sharp(bytes).ensureAlpha().raw().toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, data };
}

/** The colors of the middles of the four quarters: `red green blue white`. */
export function quarterNames(image: { width: number; height: number; data: ArrayLike<number> }): string {
  const names = [];
  for (const y of [0.25, 0.75]) {
    for (const x of [0.25, 0.75]) {
      const at = (Math.floor(y * image.height) * image.width + Math.floor(x * image.width)) * 4;
      names.push(colorName([image.data[at] ?? 0, image.data[at + 1] ?? 0, image.data[at + 2] ?? 0]));
    }
  }
  return names.join(" ");
}

function colorName([red, green, blue]: readonly [number, number, number]): string {
  const key = [red, green, blue].map((value) => (value > 200 ? 1 : value < 55 ? 0 : "?")).join("");
  return (
    { "100": "red", "010": "green", "001": "blue", "111": "white", "000": "black" }[key] ?? `${red},${green},${blue}`
  );
}
