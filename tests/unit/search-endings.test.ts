import { expect, test } from "vitest";
import { marksIn, snippetsOf } from "../../core/search/marks.ts";
import { parseQuery } from "../../core/search/query.ts";

/** Behind a gap that no snippet reaches over: a text with it is walked through word by word, and has the same words. */
const GAP = " ".repeat(400);

const TEXT = `Report_of 2024: the quarterly-reporting (REPORT), reports;it's in report.txt... ${"x".repeat(60)}report
${"Of no interest. ".repeat(40)} The reported quarter of the unreported reportings, thereport of reports\tof\nthe report`;

const QUERIES = [
  "report",
  "rep",
  "port",
  "ORTING",
  "report quarter",
  "report nowhere",
  '"the report"',
  '"report of"',
  '"reports of the report"',
  '"of the"',
  "the rep",
  "of",
  "r report",
  "報告 report",
  "報告",
  "x".repeat(40),
  `${"x".repeat(41)}report`,
  "2024",
  "txt",
];

test.each(QUERIES)("[F5] %j is marked in a text of ASCII as in one that has more", (q) => {
  const query = parseQuery(q);
  if ("problem" in query) throw new Error(query.problem);
  const { clauses } = query;
  expect(snippetsOf(`${TEXT}${GAP}e`, clauses)).toEqual(snippetsOf(`${TEXT}${GAP}é`, clauses));
  expect(marksIn(`${TEXT}${GAP}e`, clauses)).toEqual(marksIn(`${TEXT}${GAP}é`, clauses));
});

test("[F5] what is marked of ASCII are whole words where nothing shorter was asked for", () => {
  const query = parseQuery('"quarterly reporting" unreported');
  if ("problem" in query) throw new Error(query.problem);
  const marked = marksIn(TEXT, query.clauses).map(([from, to]) => TEXT.slice(from, to));
  expect(marked).toEqual(["quarterly-reporting", "unreported"]);
});

test.each([
  [59_999, 1],
  [60_000, 0],
])("[F5] of a text, the first 60,000 words are looked at: after %d there are %d found", (before, found) => {
  const query = parseQuery("needle");
  if ("problem" in query) throw new Error(query.problem);
  for (const word of ["word ", "wörd "]) {
    expect(snippetsOf(`${word.repeat(before)}needle`, query.clauses)).toHaveLength(found);
  }
  // Few characters, many words.
  expect(snippetsOf(`${"w ".repeat(before)}needle`, query.clauses)).toHaveLength(found);
});
