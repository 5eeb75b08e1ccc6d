import fc from "fast-check";
import { expect, test } from "vitest";
import { mergeText } from "../../../client/sync/merge-text.ts";

const encode = (text: string) => new TextEncoder().encode(text);
const merge = (base: string, local: string, remote: string) => {
  const merged = mergeText(encode(base), encode(local), encode(remote));
  return merged && new TextDecoder("utf-8", { ignoreBOM: true }).decode(merged);
};

test.each([
  ["edits in two places", "a\nb\nc\nd\n", "A\nb\nc\nd\n", "a\nb\nc\nD\n", "A\nb\nc\nD\n"],
  ["an insertion and a deletion", "a\nb\nc\nd\n", "new\na\nb\nc\nd\n", "a\nb\nc\n", "new\na\nb\nc\n"],
  ["the same edit on both sides", "a\nb\nc\n", "a\nX\nc\n", "a\nX\nc\n", "a\nX\nc\n"],
  ["line ends of two kinds, kept", "a\r\nb\nc\r\nd", "A\r\nb\nc\r\nd", "a\r\nb\nc\r\nD", "A\r\nb\nc\r\nD"],
  ["a byte order mark, kept", "\ufeffa\nb\nc\n", "\ufeffa\nb\nC\n", "\ufeffA\nb\nc\n", "\ufeffA\nb\nC\n"],
  ["one side unchanged", "a\n", "a\n", "b\n", "b\n"],
])("[Y4] merges %s", (_, base, local, remote, merged) => {
  expect(merge(base, local, remote)).toBe(merged);
});

test.each([
  ["edits of one line", "a\nb\nc\n", "a\nX\nc\n", "a\nY\nc\n"],
  ["insertions in one place", "a\nb\n", "a\nX\nb\n", "a\nY\nb\n"],
  ["additions at the end", "a\n", "a\nX\n", "a\nY\n"],
  ["an edit of a line that is gone there", "a\nb\nc\n", "a\nX\nc\n", "a\nc\n"],
  ["NUL", "a\nb\nc\n", "A\nb\nc\n", "a\nb\nc\0\n"],
])("[Y4] does not merge %s", (_, base, local, remote) => {
  expect(merge(base, local, remote)).toBeNull();
  expect(merge(base, remote, local)).toBeNull();
});

test("[Y4] does not merge what is not UTF-8, or over 1 MiB", () => {
  const base = encode("a\nb\nc\n");
  expect(mergeText(base, base, Uint8Array.of(0xff, 0x0a))).toBeNull();
  expect(mergeText(base, base, new Uint8Array(1024 * 1024 + 1).fill(0x61))).toBeNull();
});

test("[Y4] a megabyte of equal lines ends soon, merged or not", () => {
  const lines = (first: string, last: string) => encode(`${first}\n${"\n".repeat(1024 * 1024 - 10)}${last}\n`);
  const began = performance.now();
  mergeText(lines("a", "z"), lines("b", "z"), lines("a", "y"));
  expect(performance.now() - began).toBeLessThan(5000);
});

test("[Y4] each side's lines are in the merged text, and a side that changed nothing changes nothing", () => {
  const text = fc
    .array(fc.constantFrom("a\n", "b\n", "c\n", "d\n", "\n"), { maxLength: 12 })
    .map((lines) => lines.join(""));
  fc.assert(
    fc.property(text, text, text, (base, local, remote) => {
      expect(merge(base, local, base)).toBe(local);
      expect(merge(base, base, remote)).toBe(remote);
      expect(merge(base, local, local)).toBe(local);
      expect(merge(base, local, remote)).toBe(merge(base, remote, local));
    }),
  );
});
