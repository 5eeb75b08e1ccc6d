import { describe, expect, it } from "vitest";
import { makeThumbnail, type Thumbnail } from "../../../workers/thumbnails/make-thumbnail.ts";
import { memorySource } from "../../support/memory-source.ts";
import { decode, quarterNames, quarters, SHARP_CODECS } from "../../support/pictures.ts";

const ALL = "red green blue white";

async function thumbnailOf(bytes: Uint8Array, name = "picture"): Promise<Thumbnail> {
  return makeThumbnail(memorySource(name, bytes), SHARP_CODECS);
}

/** Its size and the colors of its quarters. */
async function seen(bytes: Uint8Array): Promise<string> {
  const made = await thumbnailOf(bytes);
  if (made.kind !== "image") return made.kind === "none" ? made.reason : made.kind;
  const image = await decode(made.bytes);
  expect({ width: image.width, height: image.height }).toEqual({ width: made.width, height: made.height });
  expect(made.placeholder.length).toBeLessThanOrEqual(25);
  return `${made.width}x${made.height} ${quarterNames(image)}`;
}

describe("[H1] pictures", () => {
  it("[H1] of each format are made small, and small ones are not made larger", async () => {
    for (const format of ["jpeg", "png", "webp", "gif"] as const) {
      expect(await seen(await quarters(1200, 600).toFormat(format).toBuffer()), format).toBe(`512x256 ${ALL}`);
      expect(await seen(await quarters(64, 40).toFormat(format).toBuffer()), format).toBe(`64x40 ${ALL}`);
    }
  });

  it("[H1] of PNG are read in each color type, depth and interlaced", async () => {
    const variants = {
      palette: quarters(700, 500).png({ palette: true }),
      "two bits of palette": quarters(703, 500).png({ palette: true, colors: 4 }),
      alpha: quarters(700, 500, 4).png(),
      deep: quarters(700, 500).toColourspace("rgb16").png(),
      interlaced: quarters(701, 503).png({ progressive: true }),
      "interlaced palette": quarters(703, 501).png({ progressive: true, palette: true, colors: 4 }),
    };
    for (const [name, picture] of Object.entries(variants)) {
      expect(await seen(await picture.toBuffer()), name).toMatch(new RegExp(`^512x36\\d ${ALL}$`));
    }
    const gray = await decode(
      ((await thumbnailOf(await quarters(90, 60).grayscale().png().toBuffer())) as { bytes: Uint8Array }).bytes,
    );
    expect(new Set([gray.data[0], gray.data[1], gray.data[2]]).size).toBe(1);
  });

  it("[H1] keep what is transparent", async () => {
    const clear = await quarters(600, 600, 4).ensureAlpha(0).png().toBuffer();
    const made = await thumbnailOf(clear);
    expect(made.kind).toBe("image");
    const half = Buffer.alloc(600 * 600 * 4, 0);
    const { default: sharp } = await import("sharp");
    const empty = await thumbnailOf(
      await sharp(half, { raw: { width: 600, height: 600, channels: 4 } })
        .png()
        .toBuffer(),
    );
    const image = await decode((empty as { bytes: Uint8Array }).bytes);
    expect(image.data[3]).toBe(0);
  });

  it("[H1] are upright, however the camera was held", async () => {
    const expected = {
      1: `512x256 ${ALL}`,
      2: "512x256 green red white blue",
      3: "512x256 white blue green red",
      4: "512x256 blue white red green",
      5: "256x512 red blue green white",
      6: "256x512 blue red white green",
      7: "256x512 white green blue red",
      8: "256x512 green white red blue",
    };
    for (const [orientation, look] of Object.entries(expected)) {
      const jpeg = await quarters(1200, 600)
        .jpeg()
        .withMetadata({ orientation: Number(orientation) })
        .toBuffer();
      expect(await seen(jpeg), orientation).toBe(look);
    }
  });

  it("[H1] are known by their bytes, whatever they are called", async () => {
    const made = await thumbnailOf(await quarters(64, 40).png().toBuffer(), "photo.jpg");
    expect(made).toMatchObject({ kind: "image", width: 64, height: 40 });
  });

  it("[H1] that move are shown by their first frame", async () => {
    const { default: sharp } = await import("sharp");
    const frames = await Promise.all(
      [quarters(80, 60), quarters(80, 60).negate()].map((frame) => frame.png().toBuffer()),
    );
    const moving = sharp(frames, { join: { animated: true } });
    for (const format of ["gif", "webp"] as const) {
      expect(await seen(await moving.clone().toFormat(format).toBuffer()), format).toBe(`80x60 ${ALL}`);
    }
  });
});

describe("[H3] photographs too large to be decoded whole", () => {
  it("[H3] are read at an eighth, in each way of coding that cameras and programs use", async () => {
    const variants = {
      "4:2:0": quarters(2720, 2040).jpeg(),
      "4:4:4": quarters(2720, 2040).jpeg({ chromaSubsampling: "4:4:4" }),
      progressive: quarters(2721, 2043).jpeg({ progressive: true }),
      "mozjpeg's": quarters(2720, 2040).jpeg({ mozjpeg: true }),
      "not of whole blocks": quarters(2723, 2041).jpeg(),
    };
    for (const [name, picture] of Object.entries(variants)) {
      expect(await seen(await picture.toBuffer()), name).toMatch(new RegExp(`^34\\dx25\\d ${ALL}$`));
    }
    expect(await seen(await quarters(2720, 2040).grayscale().jpeg().toBuffer())).toMatch(/^340x255 /);
    expect(await seen(await quarters(2720, 2040).toColourspace("cmyk").jpeg().toBuffer())).toMatch(/^340x255 /);
  });

  it("[H3] look as the whole ones do", async () => {
    const { default: sharp } = await import("sharp");
    const noise = await sharp({
      create: {
        width: 40,
        height: 30,
        channels: 3,
        background: "gray",
        noise: { type: "gaussian", mean: 128, sigma: 60 },
      },
    })
      .png()
      .toBuffer();
    const large = await sharp(noise).resize(2720, 2040, { kernel: "cubic" }).jpeg({ quality: 92 }).toBuffer();
    const made = await thumbnailOf(large);
    const image = await decode((made as { bytes: Uint8Array }).bytes);
    const exact = await decode(await sharp(large).resize(340, 255, { kernel: "linear" }).png().toBuffer());
    const distance =
      image.data.reduce((sum, value, i) => sum + Math.abs(value - (exact.data[i] ?? 0)), 0) / image.data.length;
    expect([image.width, image.height]).toEqual([340, 255]);
    expect(distance).toBeLessThan(6);
  });
});

describe("[H1] texts", () => {
  it("[H1] are shown by their first lines", async () => {
    const text = `\ufeff\n\n# Title\r\nGrüße, 東京.\n${"word ".repeat(400)}`;
    const made = await thumbnailOf(new TextEncoder().encode(text), "a.md");
    expect(made.kind).toBe("text");
    const lines = new TextDecoder().decode((made as { bytes: Uint8Array }).bytes);
    expect(lines.startsWith("# Title\nGrüße, 東京.\nword word")).toBe(true);
    expect(lines).toHaveLength(600);
  });

  it("[H1] have no half characters and no controls", async () => {
    const made = await thumbnailOf(new TextEncoder().encode(`\u001b[31mred\u0007 ${"😀".repeat(2000)}`), "a.txt");
    const lines = new TextDecoder().decode((made as { bytes: Uint8Array }).bytes);
    expect(lines).not.toMatch(/\p{Cc}|\ufffd/u);
    expect(lines.startsWith("[31mred 😀")).toBe(true);
  });
});
