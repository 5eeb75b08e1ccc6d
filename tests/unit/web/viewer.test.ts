import { describe, expect, it } from "vitest";
import { fitScale, keepInside, zoomAt } from "../../../web/src/viewer/image-zoom.ts";
import { isEditable, previewKind } from "../../../web/src/viewer/preview-kind.ts";
import { columnWidths, hasHeader, parseTable } from "../../../web/src/viewer/table-data.ts";
import { decodeText, encodeText, lineBreakOf } from "../../../web/src/viewer/text-encoding.ts";

const MIB = 1024 * 1024;
const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);
const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

describe("what draws a file", () => {
  it.each([
    ["Harbour.JPG", "image"],
    ["logo.svg", "vector"],
    ["IMG_1.heic", "image"],
    ["film.mp4", "video"],
    ["song.mp3", "audio"],
    ["report.pdf", "pdf"],
    ["README.md", "markdown"],
    ["people.tsv", "table"],
    ["server.ts", "text"],
    ["Makefile", "text"],
    ["LICENSE", "text"],
  ])("[B15] %s is drawn as %s", (name, kind) => {
    expect(previewKind(name, 1000)).toEqual({ kind });
  });

  it.each([
    ["scan.tiff", 1000, "not_shown"],
    ["old.avi", 1000, "not_shown"],
    ["a.zip", 1000, "not_shown"],
    ["module.wasm", 1000, "not_shown"],
    ["unknown.blob", 3 * MIB, "not_shown"],
    ["empty.png", 0, "empty"],
    ["drawing.svg", 11 * MIB, "too_large"],
    ["huge.pdf", 600 * MIB, "too_large"],
  ])("[B15] %s of %d bytes is not drawn: %s", (name, size, why) => {
    expect(previewKind(name, size)).toMatchObject({ kind: "card", why });
  });

  it("[B15] shows a long Markdown text as it is written", () => {
    expect(previewKind("README.md", MIB)).toEqual({ kind: "markdown" });
    expect(previewKind("README.md", MIB + 1)).toEqual({ kind: "text" });
  });

  it("[B14] edits texts up to 2 MiB, empty ones too", () => {
    expect(isEditable("a.md", 2 * MIB)).toBe(true);
    expect(isEditable("a.md", 2 * MIB + 1)).toBe(false);
    expect(isEditable("new.txt", 0)).toBe(true);
    expect(isEditable("a.png", 10)).toBe(false);
    expect(isEditable("a.pdf", 10)).toBe(false);
  });
});

describe("a text's bytes", () => {
  it("[B15] are read by their mark, as UTF-8, else as Latin-1", () => {
    expect(decodeText(utf8("Grüße €"))).toEqual({ text: "Grüße €", encoding: "utf-8", hasMark: false });
    expect(decodeText(bytes(0xef, 0xbb, 0xbf, 0x61))).toEqual({ text: "a", encoding: "utf-8", hasMark: true });
    expect(decodeText(bytes(0xff, 0xfe, 0x61, 0, 0xac, 0x20))).toMatchObject({ text: "a€", encoding: "utf-16le" });
    expect(decodeText(bytes(0xfe, 0xff, 0, 0x61))).toMatchObject({ text: "a", encoding: "utf-16be" });
    expect(decodeText(bytes(0x47, 0x72, 0xfc, 0xdf, 0x80))).toMatchObject({ text: "Grüß€", encoding: "windows-1252" });
  });

  it("[B15] are no text where they hold a NUL or many control characters", () => {
    expect(decodeText(bytes(0x61, 0, 0x62))).toBeNull();
    expect(decodeText(Uint8Array.from({ length: 100 }, (_, at) => (at % 8) + 1))).toBeNull();
    expect(decodeText(utf8("\u001b[31mred\u001b[0m\ttab\r\n"))).not.toBeNull();
  });

  it("[B15] may be cut in the middle of a character", () => {
    const cut = utf8("aé").subarray(0, 2);
    expect(decodeText(cut, true)).toEqual({ text: "a", encoding: "utf-8", hasMark: false });
    expect(decodeText(cut, false)?.encoding).toBe("windows-1252");
  });

  it("[B14] are written as they were read, in every encoding", () => {
    const samples = [
      utf8("Grüße\r\n😀\n"),
      bytes(0xef, 0xbb, 0xbf, 0x61),
      bytes(0xff, 0xfe, 0x61, 0, 0x3d, 0xd8, 0, 0xde),
      bytes(0xfe, 0xff, 0, 0x61, 0x20, 0xac),
      Uint8Array.from({ length: 224 }, (_, at) => at + 32),
      new Uint8Array(),
    ];
    for (const sample of samples) {
      const decoded = decodeText(sample);
      expect(decoded && [...encodeText(decoded)]).toEqual([...sample]);
    }
  });

  it("[B14] become UTF-8 where Latin-1 cannot hold the text any more", () => {
    const text = { text: "ü → 😀", encoding: "windows-1252", hasMark: false } as const;
    expect(new TextDecoder().decode(encodeText(text))).toBe("ü → 😀");
  });

  it("[B14] keep their line ends", () => {
    expect(lineBreakOf("a\r\nb\r\n")).toBe("\r\n");
    expect(lineBreakOf("a\nb\r\n")).toBe("\n");
    expect(lineBreakOf("a\rb\r\n")).toBe("\n");
    expect(lineBreakOf("a\nb")).toBe("\n");
    expect(lineBreakOf("")).toBe("\n");
  });
});

describe("a table", () => {
  it("[B15] finds its delimiter, quotes and widest row", () => {
    const table = parseTable('a;b;c\n1;"two; and ""more""";3\n4;5\n', false);
    expect(table.rows).toEqual([
      ["a", "b", "c"],
      ["1", 'two; and "more"', "3"],
      ["4", "5"],
    ]);
    expect(table).toMatchObject({ columns: 3, isCut: false });
    expect(columnWidths(table)).toEqual([9, 19, 9]);
  });

  it("[B15] leaves out the row that was cut through", () => {
    expect(parseTable("a,b\n1,2\n3,", true)).toMatchObject({
      rows: [
        ["a", "b"],
        ["1", "2"],
      ],
      isCut: true,
    });
  });

  it("[B15] holds 500 columns at most", () => {
    const table = parseTable(`${Array.from({ length: 600 }, (_, at) => at).join(",")}\n`, false);
    expect(table).toMatchObject({ columns: 500, isCut: true });
    expect(table.rows[0]).toHaveLength(500);
  });

  it("[B15] has a header where its first row is names", () => {
    expect(hasHeader(parseTable("name,age\nAda,36\n", false))).toBe(true);
    expect(hasHeader(parseTable("Ada,36\nBob,7\n", false))).toBe(false);
    expect(hasHeader(parseTable("a,a\n1,2\n", false))).toBe(false);
    expect(hasHeader(parseTable("name,age\n", false))).toBe(false);
  });
});

describe("an image's view", () => {
  const image = { width: 2000, height: 1000 };
  const box = { width: 1000, height: 800 };

  it("[B15] fits, and never makes small images larger", () => {
    expect(fitScale(image, box)).toBe(0.5);
    expect(fitScale({ width: 10, height: 10 }, box)).toBe(1);
    expect(fitScale({ width: 0, height: 0 }, box)).toBe(1);
  });

  it("[B15] zooms with what is under the pointer staying there", () => {
    const before = { scale: 1, x: 0, y: 0 };
    const at = { x: 200, y: 50 };
    const after = zoomAt(before, 2, at, image, box);
    expect(after.scale).toBe(2);
    const pointOf = (view: typeof before): number => (at.x - view.x) / view.scale;
    expect(pointOf(after)).toBeCloseTo(pointOf(before));
  });

  it("[B15] zooms between what fits and eight times the size", () => {
    const view = { scale: 0.5, x: 0, y: 0 };
    expect(zoomAt(view, 0.1, { x: 0, y: 0 }, image, box).scale).toBe(0.5);
    expect(zoomAt(view, 1000, { x: 0, y: 0 }, image, box).scale).toBe(8);
  });

  it("[B15] shows no empty edge while there is more of the image", () => {
    expect(keepInside({ scale: 1, x: 9999, y: -9999 }, image, box)).toEqual({ scale: 1, x: 500, y: -100 });
    expect(keepInside({ scale: 0.5, x: 40, y: 40 }, image, box)).toEqual({ scale: 0.5, x: 0, y: 0 });
  });
});
