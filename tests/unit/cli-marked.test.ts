import { expect, it } from "vitest";
import { inBold, marked, markedPath, snippetLine } from "../../cli/marked.ts";
import type { SearchHit } from "../../protocol/search.ts";

const ESC = "\u001b";

it("[F5] marks what matched by position, in bold, and nothing where bold is not wanted", () => {
  expect(
    marked(
      "a tax b tax",
      [
        [2, 5],
        [8, 11],
      ],
      true,
    ),
  ).toBe(`a ${ESC}[1mtax${ESC}[22m b ${ESC}[1mtax${ESC}[22m`);
  expect(marked("a tax b", [[2, 5]], false)).toBe("a tax b");
});

it("[F5] makes control characters safe inside and outside of marks", () => {
  expect(marked(`x${ESC}[2Jy`, [[1, 3]], false)).toBe("x\\x1b[2Jy");
  expect(marked(`x${ESC}[2Jy`, [[1, 3]], true)).toBe(`x${ESC}[1m\\x1b[${ESC}[22m2Jy`);
});

it("[F5] shows where a snippet's text goes on", () => {
  const snippet = { text: "of tax", marks: [[3, 6] as [number, number]], startsCut: true, endsCut: false };
  expect(snippetLine(snippet, false)).toBe("… of tax");
  expect(snippetLine({ ...snippet, startsCut: false, endsCut: true }, false)).toBe("of tax …");
});

it("shows a hit's path in the account's tree, and whose folder it is in where that is not there", () => {
  const hit = {
    node: { name: "tax", type: "folder" },
    path: "/years/tax",
    shared: { id: "x", name: "Team", owner: "Ada" },
    nameMarks: [[0, 3]],
  } as unknown as SearchHit;
  expect(markedPath(hit, "/from Ada/years/tax", false)).toBe("/from Ada/years/tax/");
  expect(markedPath(hit, null, false)).toBe("(Team, of Ada)/years/tax/");
  expect(markedPath(hit, "/years/tax", true)).toBe(`/years/${ESC}[1mtax${ESC}[22m/`);
});

it("shows bold on a terminal alone, and not where NO_COLOR is set", () => {
  expect(inBold({ isTTY: true }, {})).toBe(true);
  expect(inBold({}, {})).toBe(false);
  expect(inBold({ isTTY: true }, { NO_COLOR: "1" })).toBe(false);
});
