import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const rules = new Map(
  [...readFileSync("docs/SPEC.md", "utf8").matchAll(/^- \*\*([A-Z]\d+)\*\* (.+)$/gm)].map(([, id, text]) => [
    id!,
    text!,
  ]),
);

/** Rules that test names cite: `test("[T4] …`, `it("[I4][T2] …`. */
const cited = new Set(
  readdirSync("tests", { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".test.ts"))
    .flatMap((path) => citations(readFileSync(join("tests", path), "utf8"))),
);

/** What is in brackets at the beginning of each test's name. */
function citations(source: string): string[] {
  return [...source.matchAll(/\b(?:test|it|describe)\b[^"'`\n]*["'`]((?:\[[^\]\n]+\])+)/g)].flatMap(([, ids]) =>
    ids!.split(/[^A-Z0-9]+/).filter((id) => /^[A-Z]\d+$/.test(id)),
  );
}

/** The rules that a rule's `(held by T9, T11)` names. */
function holders(text: string): string[] {
  return /\(held by ([^)]+)\)/.exec(text)?.[1]?.split(", ") ?? [];
}

test("every rule of SPEC.md is cited by a test's name, or names rules that are", () => {
  expect(rules.size).toBeGreaterThan(60);
  const bare = [...rules].filter(([id, text]) => {
    const held = holders(text);
    return !cited.has(id) && (held.length === 0 || !held.every((holder) => cited.has(holder)));
  });
  expect(bare.map(([id]) => id)).toEqual([]);
});

test("test names cite no rule that SPEC.md does not have", () => {
  expect([...cited].filter((id) => !rules.has(id))).toEqual([]);
});
