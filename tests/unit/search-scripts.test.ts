import { describe, expect, it } from "vitest";
import { marksIn, snippetsOf } from "../../core/search/marks.ts";
import { matchExpression } from "../../core/search/match-expression.ts";
import { parseQuery, type Query } from "../../core/search/query.ts";
import { termsOf } from "../../core/search/terms.ts";
import { unfolding } from "../../core/search/unfolding.ts";
import { fold, wordsOf } from "../../core/search/words.ts";

function parsed(text: string): Query {
  const query = parseQuery(text);
  if ("problem" in query) throw new Error(query.problem);
  return query;
}

/** Whether the index's terms of a text have those that a search for `q` asks for, next to each other. */
function isFoundIn(text: string, q: string): boolean {
  const terms = ` ${termsOf(1, { name: "x", type: "file", size: 1, mtime: 1, text }).text} `;
  const [, phrase = "", begins] = /"(t00001[^"]*)"( \*)?/.exec(matchExpression(parsed(q), "text", [1])) ?? [];
  return phrase !== "" && terms.includes(` ${phrase}${begins ? "" : " "}`);
}

function marked(text: string, q: string): string[] {
  return marksIn(text, parsed(q).clauses).map(([from, to]) => text.slice(from, to));
}

/** What a snippet of a text has marked. */
function markedInText(text: string, q: string): string[] {
  return snippetsOf(text, parsed(q).clauses).flatMap((each) =>
    each.marks.map(([from, to]) => each.text.slice(from, to)),
  );
}

const THAI = "ประเทศไทยเป็นประเทศที่ตั้งอยู่ในเอเชียตะวันออกเฉียงใต้มีพรมแดนติดกับลาวและกัมพูชามีน้ำตก";

describe("[F2] scripts without spaces", () => {
  it("[F2] are found wherever in a line a part of them is, however long it is", () => {
    for (const q of ["ประเทศไทย", "พรมแดน", "กัมพูชา", "น้ำตก"]) expect(isFoundIn(THAI, q), q).toBe(true);
    expect(isFoundIn(THAI, "เวียดนาม")).toBe(false);
    const chinese = `${"山".repeat(200)}水${"山".repeat(200)}`;
    expect(isFoundIn(chinese, "山水山")).toBe(true);
    expect(isFoundIn(chinese, "水水")).toBe(false);
    const line = `${"水".repeat(60)}山`;
    expect(isFoundIn(chinese, line)).toBe(false);
    expect(isFoundIn(line, line)).toBe(true);
  });

  it("[F2] of half a width are what they are of whole width, with the marks of their voice", () => {
    for (const [half, full] of [
      ["ｶﾞｽ会社", "ガス会社"],
      ["ｻｰﾊﾞｰ", "サーバー"],
      ["ﾊﾟﾝ", "パン"],
    ] as const) {
      expect([...wordsOf(half)].map(({ folded }) => folded)).toEqual([full]);
    }
    expect(isFoundIn("東京ｶﾞｽ", "ガス")).toBe(true);
    expect(isFoundIn("東京カス", "ガス")).toBe(false);
  });

  it("[F2] and emoji are found without what chooses how they are drawn, which is no word", () => {
    expect([...wordsOf("❤️ ☀️")]).toEqual([]);
    expect(fold("葛\u{e0100}城")).toBe("葛城");
    expect(fold("1️⃣")).toBe("1");
    expect(parsed("❤️ plan").clauses).toHaveLength(1);
  });

  it("[X4] [F6] of a whole text without a space, fit into what D1 takes at once", () => {
    const text = "漢".repeat(262_144);
    const { text: terms } = termsOf(1, { name: "x", type: "file", size: 1, mtime: 1, text });
    expect(new TextEncoder().encode(terms).length).toBeLessThan(1_300_000);
  });
});

describe("[F5] marks", () => {
  it("[F5] are on what was asked for, wherever folding moved it", () => {
    expect(marked("Großstraßenbahn", "straße")).toEqual(["straße"]);
    expect(marked("Großstraßenbahn", "STRASSEN")).toEqual(["straßen"]);
    // As many code units as it is folded to, but not at the same places.
    expect(marked("straße\u0301ten", "ten")).toEqual(["ten"]);
    expect(marked("cafe\u0301s", "cafe")).toEqual(["cafe\u0301"]);
    expect(marked("ﬁnance", "nan")).toEqual(["nan"]);
    expect(marked(THAI, "น้ำตก")).toEqual(["น้ำตก"]);
    expect(marked("東京ｶﾞｽ会社", "ガス")).toEqual(["ｶﾞｽ"]);
    expect(marked("\u1112\u1161\u11ab\u1100\u116e\u11a8", "국")).toEqual(["\u1100\u116e\u11a8"]);
    expect(marked("서울ㅎㅏ늘바다", "바다")).toEqual(["바다"]);
    expect(marked("서울ㅎㅏ늘바다", "하늘")).toEqual(["ㅎㅏ늘"]);
    expect(marked("서울\uffbe\uffc2늘바다", "바다")).toEqual(["바다"]);
    expect(marked("울지마ㅠㅠㅠㅠ", "ㅠㅠ")).toEqual(["ㅠㅠㅠㅠ"]);
    expect(marked("몫가ㄳ바다", "바다")).toEqual(["바다"]);
    expect(marked("𠮷野家", "野")).toEqual(["野"]);
    expect(marked(`é${"b".repeat(60)}`, "ebb")).toEqual(["ébb"]);
  });

  it("[F5] are on each place in a run, and on no more of it than was asked for", () => {
    expect(marked("東京と東京", "東京")).toEqual(["東京", "東京"]);
    expect(marked("大東京2024年度", '"東京 2024 年"')).toEqual(["東京2024年"]);
  });

  it("[F5] of a text are on what it was found by: no short word is by what is inside it", () => {
    expect(markedInText("A smart start for art and heartbreaking parts", "art")).toEqual(["art", "art"]);
    expect(markedInText("Thirty days: the Kündigungsfrist, befristet", "frist")).toEqual(["frist", "frist"]);
  });

  it("[F5] [F6] of a text that is one run are found without going through it for each", () => {
    const text = "น้ำ".repeat(80_000);
    const [snippet] = snippetsOf(text, parsed("น้ำ พรม").clauses);
    expect(snippet?.marks.length).toBeGreaterThan(0);
    expect(snippet?.text.length).toBeLessThan(400);
  });

  it("[F5] [F6] of a text show no more of a long word, or of a phrase over a long gap, than a page holds", () => {
    const gap = `alpha${"-".repeat(200_000)}beta`;
    const found: [string, string][] = [
      ["a".repeat(200_000), "a".repeat(40)],
      [`a${"\u0301".repeat(200_000)}`, "á"],
      [gap, '"alpha beta"'],
    ];
    for (const [text, q] of found) {
      const [snippet] = snippetsOf(text, parsed(q).clauses);
      expect(snippet?.marks.length).toBeGreaterThan(0);
      expect(snippet?.text.length).toBeLessThan(1_000);
      expect(snippet?.endsCut).toBe(true);
    }
  });

  it("[F5] [F6] at the beginning of a run are found as fast after one at its end", () => {
    const text = `${"漢".repeat(60_000)}ｶﾞｽ`;
    const [run] = [...wordsOf(text)];
    const unfolded = run && unfolding(text, run);
    expect(unfolded?.(60_000, 2)).toEqual([60_000, 60_003]);
    const began = performance.now();
    for (let at = 0; at < 20_000; at++) expect(unfolded?.(at % 50, 2)[1]).toBe((at % 50) + 2);
    expect(performance.now() - began).toBeLessThan(3_000);
  });
});
