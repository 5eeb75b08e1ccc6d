import { deflateSync } from "node:zlib";
import { describe, expect, it, vi } from "vitest";
import { THUMBNAIL_LIMITS } from "../../../workers/thumbnails/limits.ts";
import { makeThumbnail } from "../../../workers/thumbnails/make-thumbnail.ts";
import type { Codecs } from "../../../workers/thumbnails/read-picture.ts";
import { memorySource } from "../../support/memory-source.ts";
import { quarters, SHARP_CODECS } from "../../support/pictures.ts";

async function reasonOf(bytes: Uint8Array, codecs: Codecs = SHARP_CODECS): Promise<string> {
  const made = await makeThumbnail(memorySource("picture", bytes), codecs);
  return made.kind === "none" ? made.reason : made.kind;
}

/** Codecs that are not to be asked. */
function untouched(): Codecs {
  return { decodeJpeg: vi.fn(), decodeWebp: vi.fn(), encodeWebp: vi.fn() };
}

function pngOf(width: number, height: number, data: Uint8Array, interlace = 0): Uint8Array {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 6, 0, 0, interlace], 8);
  const chunk = (type: string, content: Uint8Array): Buffer => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(content.length);
    return Buffer.concat([length, Buffer.from(type), content, Buffer.alloc(4)]);
  };
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10]);
  return new Uint8Array(
    Buffer.concat([signature, chunk("IHDR", header), chunk("IDAT", data), chunk("IEND", Buffer.alloc(0))]),
  );
}

describe("[H3] pictures made to burst what makes them small", () => {
  it("[H3] are refused by the size that they say they have, before a decoder is asked", async () => {
    const codecs = untouched();
    const small = await quarters(64, 40).jpeg().toBuffer();
    const frame = small.indexOf(Buffer.from([0xff, 0xc0]));
    small.writeUInt16BE(65_500, frame + 5);
    small.writeUInt16BE(65_500, frame + 7);
    expect(await reasonOf(small, codecs)).toBe("over_pixels");
    expect(await reasonOf(pngOf(60_000, 60_000, deflateSync(Buffer.alloc(1_000_000))), codecs)).toBe("over_pixels");
    expect(await reasonOf(pngOf(3_000, 3_000, deflateSync(Buffer.alloc(1_000)), 1), codecs)).toBe("over_pixels");
    const gif = await quarters(64, 40).gif().toBuffer();
    gif.writeUInt16LE(65_535, 6);
    gif.writeUInt16LE(65_535, 8);
    expect(await reasonOf(gif, codecs)).toBe("over_pixels");
    const frameOf = await quarters(64, 40).gif().toBuffer();
    const image = frameOf.indexOf(Buffer.from([0x2c, 0, 0, 0, 0]));
    frameOf.writeUInt16LE(65_535, image + 5);
    frameOf.writeUInt16LE(65_535, image + 7);
    expect(await reasonOf(frameOf, codecs)).toBe("over_pixels");
    const webp = await quarters(64, 40).webp().toBuffer();
    webp.writeUInt16LE(16_383, 26);
    webp.writeUInt16LE(16_383, 28);
    expect(await reasonOf(webp, codecs)).toBe("over_pixels");
    expect(codecs.decodeJpeg).not.toHaveBeenCalled();
    expect(codecs.decodeWebp).not.toHaveBeenCalled();
  });

  it("[H3] are refused by their bytes, of which no more than the head are read", async () => {
    const source = memorySource("a.png", pngOf(10, 10, deflateSync(Buffer.alloc(1_000))));
    const made = await makeThumbnail({ ...source, size: THUMBNAIL_LIMITS.bytes + 1 }, untouched());
    expect(made).toEqual({ kind: "none", reason: "over_bytes" });
    expect(source.sent).toBeLessThanOrEqual(4096 * 17);
  });

  it("[H3] that inflate to more than their rows cost no more than their rows", async () => {
    const bomb = pngOf(8, 8, deflateSync(Buffer.alloc(100_000_000)));
    const lasted: number[] = [];
    for (let round = 0; round < 3; round++) {
      const began = performance.now();
      expect(await reasonOf(bomb)).toBe("image");
      lasted.push(performance.now() - began);
    }
    expect(Math.min(...lasted)).toBeLessThan(2_000);
  });

  it("[H3] of thousands of scans are refused", async () => {
    const jpeg = await quarters(64, 40).jpeg({ progressive: true }).toBuffer();
    const scan = Buffer.from([0xff, 0xda, 0, 8, 1, 1, 0, 0, 0, 0x10]);
    const many = Buffer.concat([jpeg.subarray(0, -2), ...Array<Buffer>(5_000).fill(scan), jpeg.subarray(-2)]);
    const codecs = untouched();
    expect(await reasonOf(many, codecs)).toBe("over_scans");
    expect(codecs.decodeJpeg).not.toHaveBeenCalled();
  });

  it("[H3] that end anywhere, or have any bytes in them, have a reason or a picture, and take no time", async () => {
    const pictures = await Promise.all([
      quarters(300, 200).png().toBuffer(),
      quarters(300, 200).png({ progressive: true, palette: true }).toBuffer(),
      quarters(300, 200).gif().toBuffer(),
      quarters(300, 200).webp().toBuffer(),
      quarters(2400, 2400).jpeg().toBuffer(),
      quarters(2400, 2400).jpeg({ progressive: true }).toBuffer(),
    ]);
    let seed = 7;
    const random = (most: number): number => (seed = (seed * 48_271) % 2_147_483_647) % most;
    const outcomes = new Set<string>();
    for (const picture of pictures) {
      for (let round = 0; round < 40; round++) {
        const bytes = new Uint8Array(picture.subarray(0, round % 2 ? picture.length : random(picture.length)));
        for (let i = 0; i < 3 && bytes.length > 20; i++)
          bytes[12 + random(Math.min(bytes.length - 12, 600))] = random(256);
        const began = performance.now();
        outcomes.add(await reasonOf(bytes));
        expect(performance.now() - began).toBeLessThan(5_000);
      }
    }
    const known = ["image", "text", "damaged", "unsupported", "over_pixels", "over_scans", "unknown_kind"];
    expect([...outcomes].filter((outcome) => !known.includes(outcome))).toEqual([]);
    expect(outcomes).toContain("image");
    expect(outcomes).toContain("damaged");
  });
});
