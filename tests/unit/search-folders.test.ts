import { expect, it } from "vitest";
import { passesFolders } from "../../core/search/filters.ts";
import { parseQuery } from "../../core/search/query.ts";

/** Whether `in:` lets pass what is below folders of these names, from the outermost down. */
function passes(q: string, ...names: string[]): boolean {
  const query = parseQuery(q);
  if ("problem" in query) throw new Error(query.problem);
  return passesFolders(
    query,
    names.map((name, i) => ({ id: `id${i}`, name })),
  );
}

it("[F4] in: takes a folder whose name has no letters, alone and on the way", () => {
  expect(passes("in:🎉", "photos", "🎉")).toBe(true);
  expect(passes("in:❤", "❤️")).toBe(true);
  expect(passes("in:🎉", "photos", "🎂")).toBe(false);
  expect(passes("-in:🎉", "photos", "🎉")).toBe(false);
  expect(passes("in:photos/🎉/2024", "photos", "🎉", "2024")).toBe(true);
  expect(passes("in:photos/2024", "photos", "🎉", "2024")).toBe(false);
  expect(passes('in:"!!!"', "!!!")).toBe(true);
});

it("[F4] in: takes a name or a path, without case and accents, from any folder on", () => {
  expect(passes("in:grosse", "Größe", "x")).toBe(true);
  expect(passes('in:"tax 2024/old"', "docs", "Tax  2024", "OLD", "x")).toBe(true);
  expect(passes("in:/docs/", "docs")).toBe(true);
  expect(passes("in:ax", "Tax")).toBe(false);
  for (const nothing of ["in:", 'in:""', "in:/", "in://", 'in:" / "'])
    expect(parseQuery(nothing)).toHaveProperty("problem");
});
