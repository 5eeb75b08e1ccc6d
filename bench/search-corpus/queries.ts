import { basename } from "node:path";

/** How a query is made, and how often its words are: in at most 5, 6 to 200, and more files. */
export type QueryKind = "rare" | "middle" | "common" | "two words" | "phrase" | "beginning" | "name" | "CJK";

export interface CorpusQuery {
  readonly kind: QueryKind;
  readonly q: string;
}

/** Words to be asked for, with the number of files that have them. */
export type Frequencies = ReadonlyMap<string, number>;

const KEPT_WORDS = 50;

/** Words of text files, by the number of files that have them. `texts` are the files' bytes as Latin-1. */
export function countWords(texts: Iterable<string>): Map<string, number> {
  const counts = new Map<string, number>();
  for (const text of texts) {
    const words = new Set(text.toLowerCase().match(/(?<![\w\x80-\xff])[a-z]{3,20}(?![\w\x80-\xff])/g) ?? []);
    for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  return counts;
}

/** `count` of all, evenly over their order. */
export function spread<T>(all: readonly T[], count: number): T[] {
  if (all.length <= count) return [...all];
  return all.filter((_, i) => Math.floor((i * count) / all.length) !== Math.floor(((i - 1) * count) / all.length));
}

/** Words by how many files have them. */
export function byFrequency(frequencies: Frequencies): Record<"rare" | "middle" | "common", string[]> {
  const between = (least: number, most: number) =>
    [...frequencies]
      .filter(([, files]) => files >= least && files <= most)
      .map(([word]) => word)
      .toSorted();
  return { rare: between(1, 5), middle: between(6, 200), common: between(201, Infinity) };
}

/** 200 queries of all kinds. `samples` are pieces of texts that phrases, CJK and beginnings are taken from. */
export function makeQueries(
  frequencies: Frequencies,
  samples: readonly string[],
  paths: readonly string[],
): CorpusQuery[] {
  const { rare, middle, common } = byFrequency(frequencies);
  const of = (kind: QueryKind, all: readonly string[], count: number): CorpusQuery[] =>
    spread(all, count).map((q) => ({ kind, q }));
  const matches = (pattern: RegExp) => samples.flatMap((text) => text.match(pattern)?.[0] ?? []);
  const phrases = matches(/(?<=\s)[a-z]{3,12} [a-z]{3,12} [a-z]{3,12}(?=\s)/).map((phrase) => `"${phrase}"`);
  const pairs = middle.map((word, i) => `${word} ${common[i % Math.max(1, common.length)] ?? word}`);
  const names = paths.map((path) => basename(path)).filter((name) => /^[\w.-]+$/.test(name));
  return [
    ...of("rare", rare, KEPT_WORDS),
    ...of("middle", middle, KEPT_WORDS),
    ...of("common", common, 30),
    ...of("two words", pairs, 20),
    ...of("phrase", phrases, 15),
    ...of(
      "beginning",
      spread([...middle, ...common], 40).map((word) => word.slice(0, 3)),
      15,
    ),
    ...of("name", names, 10),
    ...of("CJK", matches(/[\p{sc=Han}\p{sc=Hira}\p{sc=Hang}]{2,4}/u), 10),
  ];
}
