import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  CHUNKER_DEFAULTS,
  cutAll,
  cutStream,
  freshSegments,
  nextCut,
  type ChunkerParameters,
} from "../../client/chunker.ts";
import vectors from "../../client/test-vectors/chunker.json" with { type: "json" };
import { makeInput, seededBytes as bytesOf, type VectorInput } from "./support/vector-input.ts";

/** Small, so that short inputs have many cuts. */
const SMALL: ChunkerParameters = { min: 64, average: 256, max: 1024 };

function sizes(bytes: Uint8Array, parameters?: ChunkerParameters): number[] {
  return cutAll(bytes, parameters).map((chunk) => chunk.length);
}

const input = fc
  .record({ seed: fc.integer({ min: 1, max: 0x7fffffff }), length: fc.integer({ min: 0, max: 20_000 }) })
  .map(({ seed, length }) => bytesOf(seed, length));

describe("the chunker", () => {
  it.each(vectors.vectors)("cuts $name as the published vectors say", ({ input: described, chunks }) => {
    const cut = cutAll(makeInput(described as VectorInput));
    expect(cut.map((chunk) => ({ id: createHash("sha256").update(chunk).digest("hex"), size: chunk.length }))).toEqual(
      chunks,
    );
  });

  it("joins back to the input, within the size limits", () => {
    fc.assert(
      fc.property(input, (bytes) => {
        const chunks = cutAll(bytes, SMALL);
        expect(Buffer.concat(chunks).equals(bytes)).toBe(true);
        chunks.forEach((chunk, i) => {
          expect(chunk.length).toBeLessThanOrEqual(SMALL.max);
          if (i < chunks.length - 1) expect(chunk.length).toBeGreaterThan(SMALL.min);
        });
      }),
    );
  });

  it("cuts a stream alike, whatever sizes it arrives in", async () => {
    await fc.assert(
      fc.asyncProperty(
        input,
        fc.array(fc.integer({ min: 1, max: 3000 }), { minLength: 1, maxLength: 20 }),
        fc.integer({ min: 1024, max: 5000 }),
        async (bytes, blocks, segment) => {
          let position = 0;
          let turn = 0;
          const read = (buffer: Uint8Array): Promise<number> => {
            const block = blocks[turn++ % blocks.length]!;
            const got = Math.min(block, buffer.length, bytes.length - position);
            buffer.set(bytes.subarray(position, position + got));
            position += got;
            return Promise.resolve(got);
          };
          const streamed: Uint8Array[] = [];
          for await (const chunk of cutStream(read, freshSegments(segment), SMALL)) streamed.push(chunk);
          expect(streamed.map((chunk) => chunk.length)).toEqual(sizes(bytes, SMALL));
          // Views given out earlier must not have been written over.
          expect(Buffer.concat(streamed).equals(bytes)).toBe(true);
        },
      ),
    );
  });

  it("keeps most chunks when bytes are inserted, changed or removed", () => {
    const gap = fc.record({
      seed: fc.integer({ min: 1, max: 0x7fffffff }),
      at: fc.integer({ min: 0, max: 200_000 }),
      removed: fc.integer({ min: 0, max: 50 }),
      inserted: fc.uint8Array({ maxLength: 50 }),
    });
    fc.assert(
      fc.property(gap, ({ seed, at, removed, inserted }) => {
        const before = bytesOf(seed, 200_000);
        const after = Buffer.concat([before.subarray(0, at), inserted, before.subarray(at + removed)]);
        const known = new Set(cutAll(before, SMALL).map((chunk) => Buffer.from(chunk).toString("base64")));
        const fresh = cutAll(after, SMALL).filter((chunk) => !known.has(Buffer.from(chunk).toString("base64")));
        // About 700 chunks; the cuts fall in step again after a few.
        expect(fresh.length).toBeLessThan(40);
      }),
      { numRuns: 30 },
    );
  });

  it("gives chunks of about the average size on random data", () => {
    const bytes = bytesOf(7, 64 * 1024 * 1024);
    const average = bytes.length / cutAll(bytes).length;
    expect(average).toBeGreaterThan(0.8 * CHUNKER_DEFAULTS.average);
    expect(average).toBeLessThan(1.5 * CHUNKER_DEFAULTS.average);
  });

  it("cuts constant data at the largest size, and nothing into nothing", () => {
    expect(sizes(new Uint8Array(0))).toEqual([]);
    expect(sizes(new Uint8Array(10 * 1024 * 1024))).toEqual([4194304, 4194304, 2097152]);
    expect(nextCut(new Uint8Array(CHUNKER_DEFAULTS.min), 0, CHUNKER_DEFAULTS.min)).toBe(CHUNKER_DEFAULTS.min);
  });
});
