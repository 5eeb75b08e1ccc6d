import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { marksIn, snippetsOf } from "../../core/search/marks.ts";
import { matchExpression, phasesOf } from "../../core/search/match-expression.ts";
import { parseQuery, QUERY_CLAUSES, type Clause, type Query } from "../../core/search/query.ts";
import { sizeFacet, sizeFacets, termsOf, yearFacet, yearFacets } from "../../core/search/terms.ts";
import { distanceOf, nearest } from "../../core/search/typos.ts";
import { SEARCH_QUERY_CHARACTERS } from "../../protocol/search.ts";
import { fold, wordsOf } from "../../core/search/words.ts";

function parsed(text: string): Query {
  const query = parseQuery(text);
  if ("problem" in query) throw new Error(query.problem);
  return query;
}

const texts = (clauses: readonly Clause[]) => clauses.map(({ words }) => words.map(({ folded }) => folded).join(" "));

describe("an entry's terms", () => {
  it("[X4] [F6] fit into what D1 takes at once, whatever the text is", () => {
    const letters = [..."жшщэюябвгдкл"];
    const word = (n: number, letter: string) =>
      [...n.toString(12).padStart(6, "0")].map((digit) => letters[Number.parseInt(digit, 12)] ?? "").join("") +
      letter.repeat(34);
    for (const letter of ["ж", "a", "\u{10400}", "ｱ", "한"]) {
      const text = Array.from({ length: 6_400 }, (_, n) => word(n, letter))
        .join(" ")
        .slice(0, 262_144);
      const {
        name,
        inside,
        text: words,
        compounds,
        facets,
      } = termsOf(1, {
        name: "ж".repeat(127),
        type: "file",
        size: 1,
        mtime: 1,
        text,
      });
      const row = JSON.stringify(["0".repeat(26), name, inside, words, compounds, facets]);
      expect(new TextEncoder().encode(row).length).toBeLessThan(1_900_000);
    }
  });
});

describe("parsing", () => {
  it("[F4] whatever is typed is a query, or a sentence that says what is wrong", () => {
    const piece = fc.oneof(
      fc.constantFrom(
        '"',
        "-",
        " ",
        "type:",
        "in:",
        "size:>",
        "before:",
        "owner:me",
        "2024",
        "kb",
        "“",
        "日本",
        "é",
        ":",
      ),
      fc.string({ unit: "grapheme", maxLength: 8 }),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const query = parseQuery(pieces.join(""));
        if ("problem" in query) {
          expect(query.problem).toMatch(/takes|at most/);
          return;
        }
        for (const phase of phasesOf(query)) {
          const match = matchExpression(query, phase, [1, 40]);
          // Terms are what the index's tokenizer leaves whole.
          for (const [, quoted = ""] of match.matchAll(/"([^"]*)"/g))
            expect(quoted).toMatch(/^[a-z0-9\u0080-\u{10ffff} ]*$/u);
          expect(match.replace(/"[^"]*"/g, "")).toMatch(/^(?:[() *]|AND|OR|NOT)*$/);
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it("[F4] words are read back as they were written", () => {
    const word = fc.stringMatching(/^[a-z0-9]{1,10}$/);
    fc.assert(
      fc.property(fc.array(word, { maxLength: 6 }), fc.array(word, { minLength: 1, maxLength: 4 }), (words, phrase) => {
        const query = parsed(`${words.join("  ")} "${phrase.join(" ")}" -${phrase[0]}`);
        expect(texts(query.clauses)).toEqual([...words, phrase.join(" ")]);
        expect(texts(query.not)).toEqual([phrase[0]]);
        expect(query.clauses.at(-1)?.exact).toBe(true);
      }),
    );
  });

  it("[F4] operators, in any case, negated where they can be, quoted or not", () => {
    expect(parsed('TYPE:.PDF -type:images in:"Tax 2024/Old" -owner:Ann')).toMatchObject({
      types: [
        { value: "pdf", negated: false },
        { value: "images", negated: true },
      ],
      folders: [{ value: "tax 2024/old", negated: false }],
      owners: [{ value: "ann", negated: true }],
    });
    expect(parsed("size:>1.5kb size:<=2MiB").size).toEqual({ from: 1_537, to: 2_097_152 });
    expect(parsed("size:>=10 size:<1k").size).toEqual({ from: 10, to: 1_023 });
    expect(parsed("after:2024-02-29 before:2025").time).toEqual({ from: Date.UTC(2024, 1, 29), to: Date.UTC(2025, 0) });
    for (const bad of ["after:2023-02-29", "before:x", "size:10", "size:>1x", "type:", "-size:>1", "-before:2024"]) {
      expect(parseQuery(bad)).toHaveProperty("problem");
    }
    expect(texts(parsed("note:x 10:30 in intype:pdf").clauses)).toEqual(["note x", "10 30", "in", "intype pdf"]);
  });
});

describe("[F6] what is asked of the index", () => {
  it("[F2] [F6] a single letter is a beginning in names, and a word in texts", () => {
    for (const q of ["a", "note a", "note-a", '-x "b c" a']) {
      const query = parsed(q);
      const [name = "", ...texts] = phasesOf(query).map((phase) => matchExpression(query, phase, [1]));
      expect(name, q).toMatch(/"[^"]*n00001a" \*/);
      for (const text of texts) {
        expect(text, q).toMatch(/"[^"]*t00001a"(?! \*)/);
        expect(text, q).not.toMatch(/t00001a" \*/);
      }
    }
    expect(matchExpression(parsed("an"), "text", [1])).toContain('"t00001an" *');
    expect(matchExpression(parsed("漢"), "text", [1])).toContain('"t00001漢" *');
  });

  it("[F2] [F5] a snippet marks what was looked for, and a name what begins with a letter", () => {
    const { clauses } = parsed("a");
    expect(snippetsOf("annual report of plan a", clauses).map(({ marks }) => marks)).toEqual([[[22, 23]]]);
    expect(marksIn("annual plan", clauses)).toEqual([[0, 1]]);
  });

  it("[F6] whatever is typed, it is of a bounded length, and few beginnings are looked for", () => {
    const word = fc.oneof(
      fc.stringMatching(/^[a-z]{1,3}$/),
      fc.constantFrom("漢", "字字", "-b", "type:x", '"a b c d e f g', "-type:y"),
    );
    fc.assert(
      fc.property(fc.array(word, { maxLength: 200 }), (words) => {
        const query = parseQuery(words.join(" ").slice(0, SEARCH_QUERY_CHARACTERS));
        if ("problem" in query) return;
        for (const phase of phasesOf(query)) {
          const match = matchExpression(query, phase, [1]);
          // Twenty of them are a parameter of D1, which takes 2 MB.
          expect(match.length).toBeLessThan(50_000);
          expect([...match.matchAll(/" \*/g)].length).toBeLessThanOrEqual(6 * QUERY_CLAUSES);
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe("terms", () => {
  it("[F2] folding is the same however often it is done, and blind to case, accents and width", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", maxLength: 20 }), (text) => {
        for (const { folded } of wordsOf(text)) expect(fold(folded)).toBe(folded);
      }),
      { numRuns: 2_000 },
    );
    for (const [one, other] of [
      ["STRASSE", "straße"],
      ["Ｆｕｌｌ", "full"],
      ["Ångström", "angstrom"],
      ["Ελλάδα", "ΕΛΛΑΔΑ"],
      ["ŁÓDŹ", "lodz"],
    ] as const) {
      expect(fold(one)).toBe(fold(other));
    }
  });

  it("[F2] positions of words are those of the text, and terms are words of the tokenizer", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", maxLength: 60 }), (text) => {
        let last = 0;
        for (const { start, end } of wordsOf(text)) {
          expect(start).toBeGreaterThanOrEqual(last);
          expect(end).toBeGreaterThan(start);
          last = end;
        }
        expect(last).toBeLessThanOrEqual(text.length);
        const made = termsOf(7, { name: text, type: "file", size: 1, mtime: 1, text });
        for (const column of Object.values(made)) expect(column).toMatch(/^[a-z0-9\u0080-\u{10ffff} ]*$/u);
      }),
      { numRuns: 1_000 },
    );
  });

  it("[F4] every size and time is among the facets of each range that has it", () => {
    const bytes = fc.integer({ min: 0, max: 2 ** 50 });
    fc.assert(
      fc.property(bytes, bytes, bytes, (a, b, c) => {
        const [from, size, to] = [a, b, c].toSorted((x, y) => x - y) as [number, number, number];
        expect(sizeFacets(from, to)).toContain(sizeFacet(size));
        expect(sizeFacets(from, Infinity)).toContain(sizeFacet(size));
        const [first, time, last] = [from, size, to].map((each) => each - 2 ** 49) as [number, number, number];
        expect(yearFacets(first, last)).toContain(yearFacet(time));
        expect(yearFacets(-Infinity, last)).toContain(yearFacet(time));
      }),
    );
  });
});

describe("marks and snippets", () => {
  it("[F5] mark what was asked for, within bounds and apart from each other", () => {
    const marked = (text: string, q: string) =>
      marksIn(text, parsed(q).clauses).map(([from, to]) => text.slice(from, to));
    expect(marked("The Grüße of Kündigungsfrist", "grusse frist")).toEqual(["Grüße", "frist"]);
    expect(marked("red green red blue", '"green red"')).toEqual(["green red"]);
    expect(marked("東京都庁", "京都")).toEqual(["京都"]);
    expect(marked("report-final.pdf", "report-fin")).toEqual(["report-final"]);
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", maxLength: 400 }), fc.string({ maxLength: 12 }), (text, q) => {
        const query = parseQuery(q);
        if ("problem" in query) return;
        for (const snippet of snippetsOf(text, query.clauses)) {
          let last = -1;
          for (const [from, to] of snippet.marks) {
            expect(from).toBeGreaterThan(last);
            expect(to).toBeGreaterThan(from);
            last = to;
          }
          expect(last).toBeLessThanOrEqual(snippet.text.length);
          expect(snippet.text.isWellFormed() || !text.isWellFormed()).toBe(true);
        }
      }),
      { numRuns: 1_000 },
    );
  });

  it("[F5] three snippets at most, each word that was asked for among them", () => {
    const text = `alpha ${"x ".repeat(300)} alpha ${"x ".repeat(300)} alpha ${"x ".repeat(300)} alpha ${"x ".repeat(300)} omega end`;
    const snippets = snippetsOf(text, parsed("alpha omega").clauses);
    expect(snippets).toHaveLength(3);
    const marked = snippets.flatMap(({ text: piece, marks }) => marks.map(([from, to]) => piece.slice(from, to)));
    expect(new Set(marked)).toEqual(new Set(["alpha", "omega"]));
    expect(snippets[0]?.startsCut).toBe(false);
    expect(snippets.at(-1)?.endsCut).toBe(false);
  });
});

describe("typos", () => {
  it("[F2] letters added, left out, changed and swapped each count once", () => {
    for (const [a, b, distance] of [
      ["invoice", "invoice", 0],
      ["invoice", "invocie", 1],
      ["invoice", "nvoice", 1],
      ["invoice", "invoicee", 1],
      ["invoice", "inwoise", 2],
      ["invoice", "entirely", 3],
    ] as const) {
      expect(distanceOf(a, b, 2)).toBe(distance);
    }
    const word = fc.stringMatching(/^[abc]{0,8}$/);
    fc.assert(
      fc.property(word, word, (a, b) => {
        expect(distanceOf(a, b, 9)).toBe(distanceOf(b, a, 9));
        expect(Math.min(2, distanceOf(a, b, 1))).toBe(Math.min(2, distanceOf(a, b, 9)));
      }),
    );
    expect(nearest("invocie", ["invoices", "invoice", "inv"])).toEqual(["invoice"]);
    // What is there as it was typed, or begins so, was meant.
    expect(nearest("2024", ["2023", "2024"])).toEqual([]);
    expect(nearest("repo", ["repl", "report"])).toEqual([]);
    expect(nearest("to", ["two", "do"])).toEqual([]);
  });
});
