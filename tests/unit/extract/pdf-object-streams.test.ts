import { Buffer } from "node:buffer";
import { deflateSync } from "node:zlib";
import { expect, test } from "vitest";
import { extractText } from "../../../workers/indexer/extract/extract-text.ts";
import { EXTRACT_LIMITS } from "../../../workers/indexer/extract/limits.ts";
import { guardPdf } from "../../../workers/indexer/extract/pdf/guard.ts";
import { Reading } from "../../../workers/indexer/extract/reading.ts";
import { memorySource } from "../../support/memory-source.ts";

const read = (pdf: Uint8Array) => extractText(memorySource("a.pdf", pdf), { ...EXTRACT_LIMITS, milliseconds: 120_000 });

const FONT = "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>";
/** Number of the first object that the table says to be in the stream. */
const FIRST = 100;

interface Sample {
  /** The stream's head: numbers of objects, and where each is. */
  readonly head: string;
  readonly objects: string;
  /** What the head says to be its number of objects. */
  readonly count: number | string;
  /** Objects that the table says to be in the stream. */
  readonly claimed: number;
  /** Whether the table is written as differences from row to row. */
  readonly predicted?: boolean;
}

/** A page of contents that are references to objects in one stream of objects, the first of them its font. */
function compressedPdf({ head, objects, count, claimed, predicted = false }: Sample): Buffer {
  const parts: Uint8Array[] = [Buffer.from("%PDF-1.7\n")];
  const places = new Map<number, number>();
  const put = (number: number, body: string, stream?: Uint8Array): void => {
    places.set(number, Buffer.concat(parts).length);
    const end = stream ? [Buffer.from("stream\n"), stream, Buffer.from("\nendstream\n")] : [];
    parts.push(Buffer.from(`${number} 0 obj\n${body}\n`), ...end, Buffer.from("endobj\n"));
  };
  const packed = (number: number, dictionary: string, bytes: Uint8Array): void => {
    const stream = deflateSync(bytes);
    put(number, `<< ${dictionary} /Filter /FlateDecode /Length ${stream.length} >>`, stream);
  };
  const references = Array.from({ length: claimed - 1 }, (_, each) => `${FIRST + 1 + each} 0 R`).join(" ");
  put(1, "<< /Type /Catalog /Pages 2 0 R >>");
  put(2, "<< /Type /Pages /Kids [3 0 R] /Count 1 >>");
  const resources = `/Resources << /Font << /F1 ${FIRST} 0 R >> >>`;
  put(3, `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents [4 0 R ${references}] ${resources} >>`);
  packed(4, "", Buffer.from("BT /F1 12 Tf (Hello) Tj ET"));
  packed(5, `/Type /ObjStm /N ${count} /First ${head.length}`, Buffer.from(head + objects));
  const at = Buffer.concat(parts).length;
  const rows = Array.from({ length: FIRST + claimed }, (_, number) => {
    const row = Buffer.alloc(7);
    const place = number === 6 ? at : places.get(number);
    row[0] = number >= FIRST ? 2 : place === undefined ? 0 : 1;
    row.writeUInt32BE(number >= FIRST ? 5 : (place ?? 0), 1);
    return row;
  });
  const differences = rows.map((row, each) =>
    Buffer.from([2, ...row.map((byte, column) => byte - (rows[each - 1]?.[column] ?? 0))]),
  );
  const parameters = predicted ? "/DecodeParms << /Columns 7 /Predictor 12 >>" : "";
  const table = `/Type /XRef /Size ${rows.length} /W [1 4 2] /Root 1 0 R ${parameters}`;
  packed(6, table, Buffer.concat(predicted ? differences : rows));
  parts.push(Buffer.from(`startxref\n${at}\n%%EOF`));
  return Buffer.concat(parts);
}

const blanks = " ".repeat(10_000);

test.each([false, true])("[X5] a PDF's font in a stream of objects is read (differences: %s)", async (predicted) => {
  const sample = { head: `${FIRST} 0 `, objects: FONT + blanks, count: 1, claimed: 1, predicted };
  expect(await read(compressedPdf(sample))).toMatchObject({ text: "Hello", cut: null });
});

const many = 100_000;
const numbers = (next: (each: number) => number): string =>
  `${FIRST} 0 ${Array.from({ length: many }, (_, each) => `9 ${next(each)}`).join(" ")} `;
const listed = numbers((each) => FONT.length + 1 + each * 2);

test.each([
  ["does not have the objects that a table says to be in it", listed, "1 ".repeat(many), 2_000],
  ["does not have them, by differences", listed, "1 ".repeat(many), 2_000, true],
  ["says that objects are before others", numbers((each) => many - each), "1 ".repeat(many), 2_000],
  ["has a stream in it", listed, `<< /Length 1 >> stream\n${"1 ".repeat(many)}`, 2_000],
])(
  "[X5] a PDF's stream of objects that %s is not parsed for each reference",
  async (_, head, objects, claimed, predicted = false) => {
    // Each reference had the parser go through all of it: a tenth of a second, 2,000 times.
    const pdf = compressedPdf({ head, objects: `${FONT} ${objects}`, count: many + 1, claimed, predicted });
    expect(guardPdf(Buffer.from(pdf), new Reading(EXTRACT_LIMITS)).lost).toBe(true);
    const started = performance.now();
    await read(pdf);
    expect(performance.now() - started).toBeLessThan(20_000);
  },
);

/** A stream of objects, of which the last is the font of a page that shows `Hello`, with a `J` for its `H`. */
function renamedAfter(...objects: readonly string[]): Buffer {
  const all = [
    ...objects,
    "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding << /Differences [72 /J] >> >>",
  ];
  const places = all.map((_, each) => all.slice(0, each).join("\n").length + (each > 0 ? 1 : 0));
  const numbered = all.map((_, each) => `${each === all.length - 1 ? FIRST : FIRST + 50 + each} ${places[each]} `);
  return compressedPdf({ head: numbered.join(""), objects: all.join("\n"), count: all.length, claimed: 1 });
}

const array = `[${"1 ".repeat(50_000)}]`;
const isLost = (pdf: Buffer): boolean => guardPdf(Buffer.from(pdf), new Reading(EXTRACT_LIMITS)).lost;

test.each([
  ")",
  "(a (b) \\\\))",
  "-x",
  "+/",
  ".\0",
  "[1",
  "[1 >>",
  "<< /A >>",
  "<< /A 1 ]",
  "1 -x",
  "[] 1 )",
  "1 2 R 3 )",
])("[X5] a PDF's large stream of objects with one that the parser throws at is left out: %j", async (broken) => {
  // Objects after it are parsed for each reference, with all that are before it.
  expect(await read(renamedAfter(broken))).toMatchObject({ text: "Hello" });
  expect(isLost(renamedAfter(array, broken))).toBe(true);
});

test.each(["<< /Length 0 >>\0stream\n", "<< /Length 0 >> % here\nstream\n"])(
  "[X5] a PDF's large stream of objects with a stream in it is left out: %j",
  (stream) => {
    expect(isLost(renamedAfter(array, stream))).toBe(true);
  },
);

test.each([
  "(a (b) \\) \\\\)",
  "(without an end",
  "<without an end",
  "--1",
  "- ",
  "1.2.3",
  "-.5",
  "1-2",
  ">",
  "]",
  "{}",
  "[ << /A [] /B (>>) /C << >> 1 >> >> /#5d % ]\n]",
  "<< 1 [ /A ( ] ) /B /C>>",
  "<< /A (a live stream) >>",
  "1 2 R 3 4",
  "",
])("[X5] a PDF's large stream of objects with an odd one is read: %j", async (odd) => {
  expect(await read(renamedAfter(odd))).toMatchObject({ text: "Jello", cut: null });
  expect(await read(renamedAfter(array, odd))).toMatchObject({ text: "Jello", cut: null });
});

test("[X5] a PDF's large stream of objects is read with words and depths that the parser takes, and no others", async () => {
  const nested = (depth: number): string => "[".repeat(depth) + "]".repeat(depth);
  for (const object of ["a".repeat(128), nested(400)])
    expect(await read(renamedAfter(array, object))).toMatchObject({ text: "Jello", cut: null });
  for (const object of ["a".repeat(129), nested(20_000)]) {
    expect(await read(renamedAfter(object))).toMatchObject({ text: "Hello" });
    expect(isLost(renamedAfter(array, object))).toBe(true);
  }
});

test("[X5] a PDF's stream of objects with numbers that no object has, or two counts, is left out", () => {
  const font = `${FONT}${blanks}`;
  const pdf = (number: number, count: number | string): Buffer =>
    compressedPdf({ head: `${number} 0 `, objects: font, count, claimed: 1 });
  expect(isLost(pdf(FIRST + 2 ** 32, 1))).toBe(true);
  // The parser takes the second.
  expect(isLost(pdf(FIRST, "1 /N 0"))).toBe(true);
  expect(isLost(pdf(FIRST, 1))).toBe(false);
});
