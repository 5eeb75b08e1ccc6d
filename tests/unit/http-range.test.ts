import fc from "fast-check";
import { expect, it } from "vitest";
import { evaluate, httpDate, parseHttpDate } from "../../core/conditional.ts";
import { parseRange } from "../../core/http-range.ts";

it.each([
  [undefined, "whole"],
  ["bytes=0-0", [[0, 1]]],
  ["bytes=90-", [[90, 100]]],
  ["BYTES=90-200", [[90, 100]]],
  ["bytes=-10", [[90, 100]]],
  ["bytes=-1000", [[0, 100]]],
  ["bytes=-0", "unsatisfiable"],
  ["bytes=100-", "unsatisfiable"],
  ["bytes=99999999999999999999-99999999999999999999999", "unsatisfiable"],
  ["bytes=0-99999999999999999999", [[0, 100]]],
  ["bytes=100-,0-1", [[0, 2]]],
  [
    "bytes= 5-9 , ,0-1,",
    [
      [0, 2],
      [5, 10],
    ],
  ],
  ["bytes=5-9,10-12,11-20", [[5, 21]]],
  ["bytes=9-5", "whole"],
  ["bytes=0-1,x", "whole"],
  ["bytes=-", "whole"],
  ["bytes=", "whole"],
  ["bytes=--1", "whole"],
  ["lines=0-1", "whole"],
  ["bytes 0-1", "whole"],
])("[D2] of 100 bytes, %s is %j", (header, expected) => {
  const answer = parseRange(header, 100, 16);
  expect(answer.kind === "ranges" ? answer.ranges.map(({ start, end }) => [start, end]) : answer.kind).toEqual(
    expected,
  );
});

it("[D2] ranges answered are exactly the bytes asked for, ascending and apart", () => {
  const spec = fc.oneof(
    fc.tuple(fc.nat(120), fc.nat(30)).map(([first, more]) => `${first}-${first + more}`),
    fc.nat(120).map((first) => `${first}-`),
    fc.nat(120).map((suffix) => `-${suffix}`),
  );
  const property = fc.property(fc.array(spec, { minLength: 1, maxLength: 6 }), (specs) => {
    const wanted = new Set<number>();
    for (const text of specs) {
      const [first, last] = text.split("-") as [string, string];
      const start = first === "" ? Math.max(0, 100 - Number(last)) : Number(first);
      const end = first === "" || last === "" ? 100 : Number(last) + 1;
      for (let i = start; i < Math.min(end, 100); i++) wanted.add(i);
    }
    const answer = parseRange(`bytes=${specs.join(",")}`, 100, 16);
    if (wanted.size === 0) {
      expect(answer.kind).toBe("unsatisfiable");
      return;
    }
    if (answer.kind !== "ranges") throw new Error(answer.kind);
    const given = answer.ranges.flatMap(({ start, end }) => Array.from({ length: end - start }, (_, i) => start + i));
    expect(given).toEqual([...wanted].sort((a, b) => a - b));
    answer.ranges.slice(1).forEach(({ start }, i) => expect(start).toBeGreaterThan(answer.ranges[i]?.end ?? 0));
  });
  fc.assert(property);
});

it("[D2] all three forms of an HTTP date are read, and nothing else", () => {
  const time = Date.UTC(1994, 10, 6, 8, 49, 37);
  expect(parseHttpDate("Sun, 06 Nov 1994 08:49:37 GMT")).toBe(time);
  expect(parseHttpDate("Sunday, 06-Nov-94 08:49:37 GMT")).toBe(time);
  expect(parseHttpDate("Sun Nov  6 08:49:37 1994")).toBe(time);
  for (const text of [undefined, "", "1994", "Sun, 06 Xxx 1994 08:49:37 GMT", "Sun, 06 anF 1994 08:49:37 GMT"]) {
    expect(parseHttpDate(text)).toBeNull();
  }
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 4e9 }), (s) => {
      expect(parseHttpDate(httpDate(s * 1000))).toBe(s * 1000);
    }),
  );
});

it("[D2] entity tags are found in any list, whatever is around them", () => {
  const file = { etag: '"a,b"', lastModified: 0 };
  expect(evaluate({ "if-none-match": '"x" , W/"a,b"' }, file)).toBe("not_modified");
  expect(evaluate({ "if-none-match": '"a", "b"' }, file)).toBe("proceed");
  expect(evaluate({ "if-none-match": 'garbage "a,b"' }, file)).toBe("proceed");
  expect(evaluate({ "if-match": '"x", "a,b"' }, file)).toBe("proceed");
  expect(evaluate({ "if-match": "" }, file)).toBe("failed");
});
