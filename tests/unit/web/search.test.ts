import { describe, expect, it } from "vitest";
import { SEARCH_QUERY_CHARACTERS } from "../../../protocol/search.ts";
import { asksForSomething, parseQuery } from "../../../core/search/query.ts";
import { filterChoices } from "../../../web/src/search/filter-choices.ts";
import { foldersOf } from "../../../web/src/search/folders-of.ts";
import { operatorIn, withOperator, wordsIn } from "../../../web/src/search/operators.ts";
import { QUERY_CHARACTERS, queryOf } from "../../../web/src/search/query-of.ts";
import { search } from "../../../web/src/strings/en/search.ts";

describe("operators in a query", () => {
  it("[F4] writes one in the place of what was there, and takes it out again", () => {
    expect(withOperator("tax report", "type", "pdf")).toBe("tax report type:pdf");
    expect(withOperator("tax type:pdf  report TYPE:docx", "type", "image")).toBe("tax report type:image");
    expect(withOperator("tax in:photos report", "in", null)).toBe("tax report");
    expect(withOperator("", "size", ">10mb")).toBe("size:>10mb");
    expect(withOperator("size:<1kb", "size", null)).toBe("");
  });

  it("[F4] leaves alone what is not wanted, other operators and phrases", () => {
    const query = '-type:pdf "type:pdf is a phrase" in:"Tax 2024"';
    expect(withOperator(query, "type", "image")).toBe(`${query} type:image`);
    expect(operatorIn(query, "type")).toBeNull();
  });

  it("[F4] ends a quotation that was left open, which would swallow what comes after it", () => {
    expect(withOperator('"grey heron', "type", "pdf")).toBe('"grey heron" type:pdf');
    expect(withOperator('tax in:"Tax 20', "type", "pdf")).toBe('tax in:"Tax 20" type:pdf');
    for (const query of ['"grey heron', "„grey heron", '-"grey heron', 'tax "', '"grey" "heron'])
      expect(operatorIn(withOperator(query, "in", "Tax 2024"), "in"), query).toBe("Tax 2024");
    expect(withOperator('"grey heron"', "type", "pdf")).toBe('"grey heron" type:pdf');
  });

  it("[F4] reads back what it wrote, folders with spaces and quotation marks too", () => {
    for (const value of ["photos", "Tax 2024/Bank", 'so "called" folder', "„Büro“"]) {
      const query = withOperator("word", "in", value);
      expect(operatorIn(query, "in")).toBe(value.replace(/["„“]/g, " ").trim());
      expect(parseQuery(query)).toMatchObject({ folders: [{ negated: false }], clauses: [{}] });
      expect(withOperator(query, "in", null)).toBe("word");
    }
  });

  it("takes the words alone where only names can be looked through", () => {
    expect(wordsIn('tax "annual report" type:pdf -draft size:>1mb')).toBe("tax annual report");
    expect(wordsIn("type:pdf")).toBe("");
  });
});

describe("filters", () => {
  const choices = filterChoices(search.filters, Date.UTC(2026, 10, 22), ["Tax 2024"], new Map([["a@b.org", "Ada"]]));

  it.each(Object.entries(choices))("[F4] each choice of %s is a query that the server understands", (operator, all) => {
    expect(all[0]?.value).toBe("");
    for (const { value } of all.slice(1)) {
      const query = withOperator("", operator as "type", value);
      const parsed = parseQuery(query);
      expect(parsed, query).not.toHaveProperty("problem");
      if (!("problem" in parsed)) expect(asksForSomething(parsed), query).toBe(true);
    }
  });

  it("counts days back in UTC, as after: takes them", () => {
    expect(choices.after?.map(({ value }) => value)).toEqual([
      "",
      "2026-11-22",
      "2026-11-15",
      "2026-10-23",
      "2025-11-22",
    ]);
  });

  it.each([
    ["Pacific/Kiritimati", "2026-11-23T08:00:00+14:00", "2026-11-22"],
    ["Asia/Tokyo", "2026-11-23T08:00:00+09:00", "2026-11-22"],
    ["America/Los_Angeles", "2026-11-23T17:00:00-08:00", "2026-11-23"],
  ])("[F4] today is all of it, whatever day it is in UTC: %s", (zone, now, day) => {
    const before = process.env["TZ"];
    process.env["TZ"] = zone;
    try {
      const today = filterChoices(search.filters, Date.parse(now), [], new Map()).after?.[1]?.value ?? "";
      expect(today).toBe(day);
      const midnight = new Date(now).setHours(0, 0, 0, 0);
      expect(Date.parse(`${today}T00:00:00Z`)).toBeLessThanOrEqual(midnight);
    } finally {
      if (before === undefined) delete process.env["TZ"];
      else process.env["TZ"] = before;
    }
  });

  it("offers the folders of most hits first, those of shared folders by the shared folder's name", () => {
    const above = (...names: string[]) => ["", ...names].map((name) => ({ id: name, name }));
    const hits = [
      { ancestors: above("Plans", "2026"), shared: null },
      { ancestors: above("Plans"), shared: null },
      { ancestors: above("Bank"), shared: { id: "s", name: "Team", owner: "Ada" } },
      { ancestors: above(), shared: null },
    ];
    expect(foldersOf(hits)).toEqual(["Plans", "Plans/2026", "Team", "Team/Bank"]);
  });
});

it("takes a query out of an address however it was written there", () => {
  expect(queryOf({ q: "tax" })).toBe("tax");
  expect(queryOf({ q: 2024 })).toBe("2024");
  expect(queryOf({ q: { a: 1 } })).toBe("");
  expect(queryOf({})).toBe("");
});

it("takes as many characters as the server does", () => {
  expect(QUERY_CHARACTERS).toBe(SEARCH_QUERY_CHARACTERS);
});
