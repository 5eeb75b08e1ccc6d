import fc from "fast-check";
import { expect, it } from "vitest";
import { chunkAt, chunkOffsets, planReads, slices } from "../../core/range-map.ts";

const sizes = fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 40 });

it("[D2] the slices of a range are exactly its bytes, in order", () => {
  const property = fc.property(sizes, fc.nat(2100), fc.nat(2100), (list, a, b) => {
    const offsets = chunkOffsets(list);
    const size = offsets.at(-1) as number;
    const [start, end] = [Math.min(a, b, size), Math.min(Math.max(a, b), size)];
    let position = start;
    for (const { index, from, to } of slices(offsets, start, end)) {
      expect((offsets[index] as number) + from).toBe(position);
      expect(to).toBeGreaterThan(from);
      expect(to).toBeLessThanOrEqual(list[index] as number);
      position += to - from;
    }
    expect(position).toBe(end);
  });
  fc.assert(property);
});

it("[D2] a byte is found in the chunk that holds it", () => {
  const property = fc.property(sizes, fc.nat(2000), (list, at) => {
    const offsets = chunkOffsets(list);
    const position = at % (offsets.at(-1) as number);
    const index = chunkAt(offsets, position);
    expect(offsets[index]).toBeLessThanOrEqual(position);
    expect(offsets[index + 1]).toBeGreaterThan(position);
  });
  fc.assert(property);
});

it("[D2] the empty file has no slices", () => {
  expect([...slices(chunkOffsets([]), 0, 0)]).toEqual([]);
});

it("[D4] reads hold every record in order, each within its read, and no read passes its bounds", () => {
  const record = fc.record({
    pack: fc.constantFrom("p", "q"),
    offset: fc.nat(300),
    length: fc.integer({ min: 1, max: 60 }),
  });
  const property = fc.property(fc.array(record, { maxLength: 40 }), (records) => {
    const reads = planReads(records, 100, 5);
    expect(reads.flatMap((read) => read.records)).toEqual(records);
    for (const read of reads) {
      expect(read.length <= 100 || read.records.length === 1).toBe(true);
      for (const { pack, offset, length } of read.records) {
        expect(pack).toBe(read.pack);
        expect(offset).toBeGreaterThanOrEqual(read.offset);
        expect(offset + length).toBeLessThanOrEqual(read.offset + read.length);
      }
    }
  });
  fc.assert(property);
});

it("[D4] neighbours of one pack are one read, and a chunk that repeats costs none", () => {
  const at = (offset: number) => ({ pack: "p", offset, length: 10 });
  const reads = planReads([at(0), at(10), at(10), at(20), at(36), at(0)], 1000, 5);
  expect(reads.map(({ offset, length }) => [offset, length])).toEqual([
    [0, 30],
    [36, 10],
    [0, 10],
  ]);
});
