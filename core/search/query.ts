import { FileKind } from "../../protocol/usage.ts";
import { tokensOf, type Operator } from "./tokens.ts";
import { fold, wordsOf, type Word } from "./words.ts";

/** Words, next to each other where there are several. */
export interface Clause {
  readonly words: readonly Pick<Word, "folded" | "isRun">[];
  /** Whether the last word is to be there as it is, and not only begin so, or be inside another. */
  readonly exact: boolean;
  /** Words that any of is to be there instead, whole: what a word with a letter wrong may have meant. */
  readonly anyOf?: readonly string[];
}

/** An operator's value, and whether it is what is not wanted. */
export interface Filter {
  readonly value: string;
  readonly negated: boolean;
}

/** What a person asked for. All of it is to hold. */
export interface Query {
  readonly clauses: readonly Clause[];
  readonly not: readonly Clause[];
  /** A kind (`image`, `folder`, `file`), or an ending. */
  readonly types: readonly Filter[];
  /** A folder's id, name or path, folded by `folderKey`. */
  readonly folders: readonly Filter[];
  /** `me`, or a part of a name or an email, in lower case. */
  readonly owners: readonly Filter[];
  /** The file's time, ms: from (inclusive) and to (exclusive). */
  readonly time: { readonly from: number; readonly to: number };
  /** The file's bytes: from and to, both inclusive. */
  readonly size: { readonly from: number; readonly to: number };
}

/** What is wrong with a search, as a sentence. */
export interface QueryProblem {
  readonly problem: string;
}

/**
 * A clause as it is looked for in texts. A single letter is a word of theirs, and not the beginning of one: of all the words of
 * texts that begin with it the index would gather every place before it shows the first (F6).
 */
export function inTexts(clause: Clause): Clause {
  const last = clause.words.at(-1);
  const isLetter = last !== undefined && !last.isRun && [...last.folded].length === 1;
  return isLetter ? { ...clause, exact: true } : clause;
}

/** Clauses that a query has at most. */
export const QUERY_CLAUSES = 16;
/** Words of a clause. */
const CLAUSE_WORDS = 32;

interface Draft {
  clauses: Clause[];
  not: Clause[];
  types: Filter[];
  folders: Filter[];
  owners: Filter[];
  time: { from: number; to: number };
  size: { from: number; to: number };
}

/** Reads a query as it was typed (F4): whatever is no operator is a word, and an open quotation ends with the text. */
export function parseQuery(text: string): Query | QueryProblem {
  const draft: Draft = {
    clauses: [],
    not: [],
    types: [],
    folders: [],
    owners: [],
    time: { from: -Infinity, to: Infinity },
    size: { from: 0, to: Infinity },
  };
  for (const { operator, negated, value, isQuoted } of tokensOf(text)) {
    const problem = operator
      ? addFilter(draft, operator, { value: value.trim(), negated })
      : addClause(draft, value, negated, isQuoted);
    if (problem) return { problem };
  }
  return draft;
}

function addClause(draft: Draft, text: string, negated: boolean, quoted: boolean): string | null {
  const words = [...wordsOf(text)].map(({ folded, isRun }) => ({ folded, isRun }));
  if (words.length === 0) return null;
  if (words.length > CLAUSE_WORDS) return `a phrase has at most ${CLAUSE_WORDS} words`;
  (negated ? draft.not : draft.clauses).push({ words, exact: quoted || negated });
  return draft.clauses.length + draft.not.length > QUERY_CLAUSES
    ? `a search has at most ${QUERY_CLAUSES} words and phrases`
    : null;
}

function addFilter(draft: Draft, operator: Operator, filter: Filter): string | null {
  const { value, negated } = filter;
  switch (operator) {
    case "type":
      return addType(draft, filter);
    case "in":
      if (folderKey(value) === "") return 'in: takes a folder\'s name, path or id, as in in:photos or in:"Tax 2024"';
      draft.folders.push({ value: folderKey(value), negated });
      return tooMany(draft.folders, operator);
    case "owner":
      if (value === "") return "owner: takes me, or a part of a person's name or email";
      draft.owners.push({ value: value.toLowerCase(), negated });
      return tooMany(draft.owners, operator);
    case "size":
      return negated ? cannotNegate(operator) : addSize(draft, value);
    default:
      return negated ? cannotNegate(operator) : addTime(draft, operator, value);
  }
}

function cannotNegate(operator: string): string {
  return `${operator}: takes no minus before it`;
}

function tooMany(filters: readonly Filter[], operator: string): string | null {
  return filters.length > QUERY_CLAUSES ? `a search has at most ${QUERY_CLAUSES} of ${operator}:` : null;
}

/** What people call kinds of files. */
const KIND_NAMES: Readonly<Record<string, FileKind | "folder" | "file">> = {
  ...Object.fromEntries(FileKind.options.map((kind) => [kind, kind])),
  ...Object.fromEntries(FileKind.options.map((kind) => [`${kind}s`, kind])),
  folder: "folder",
  folders: "folder",
  file: "file",
  files: "file",
  photo: "image",
  photos: "image",
  picture: "image",
  pictures: "image",
  music: "audio",
  sheet: "spreadsheet",
  slides: "presentation",
};

/** The kind that a `type:` names; null where it is an ending. */
export function kindNamed(value: string): FileKind | "folder" | "file" | null {
  return Object.hasOwn(KIND_NAMES, value) ? (KIND_NAMES[value] ?? null) : null;
}

/** Endings that say the same. */
const SAME_ENDINGS = [
  ["jpg", "jpeg"],
  ["tif", "tiff"],
  ["htm", "html"],
  ["md", "markdown"],
  ["yml", "yaml"],
  ["mpg", "mpeg"],
];

/** The endings that a `type:` names: the one that it says, and the others that say the same. */
export function endingsNamed(value: string): readonly string[] {
  return SAME_ENDINGS.find((endings) => endings.includes(value)) ?? [value];
}

function addType(draft: Draft, { value, negated }: Filter): string | null {
  const ending = fold(value.replace(/^\./, ""));
  if (ending === "") return "type: takes a kind (image, document, folder, …) or an ending, as in type:pdf";
  draft.types.push({ value: ending, negated });
  return tooMany(draft.types, "type");
}

/** Bytes of a unit: steps of 1,024, as the app shows sizes. */
const UNITS: Readonly<Record<string, number>> = { "": 1, b: 1, k: 2 ** 10, m: 2 ** 20, g: 2 ** 30, t: 2 ** 40 };

function addSize(draft: Draft, value: string): string | null {
  const match = /^([<>]=?)\s*(\d{1,15}(?:\.\d{1,6})?)\s*([kmgt]?)(?:i?b)?$/i.exec(value);
  const [, relation = "", number = "", unit = ""] = match ?? [];
  if (!match) return "size: takes a comparison with bytes, as in size:>10mb or size:<1kb";
  const bytes = Number(number) * (UNITS[unit.toLowerCase()] ?? 1);
  const { from, to } = draft.size;
  if (relation.startsWith(">"))
    draft.size.from = Math.max(from, relation === ">" ? Math.floor(bytes) + 1 : Math.ceil(bytes));
  else draft.size.to = Math.min(to, relation === "<" ? Math.ceil(bytes) - 1 : Math.floor(bytes));
  return null;
}

function addTime(draft: Draft, operator: "before" | "after", value: string): string | null {
  const match = /^(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?$/.exec(value);
  const [, year = "", month, day] = match ?? [];
  const time = Date.UTC(Number(year), Number(month ?? 1) - 1, Number(day ?? 1));
  const date = new Date(time);
  const isDay = date.getUTCMonth() === Number(month ?? 1) - 1 && date.getUTCDate() === Number(day ?? 1);
  if (!match || !isDay) return `${operator}: takes a day, a month or a year, as in ${operator}:2024-05-31`;
  if (operator === "before") draft.time.to = Math.min(draft.time.to, time);
  else draft.time.from = Math.max(draft.time.from, time);
  return null;
}

/** A folder's path as `in:` compares it: folded words, those of each folder apart; of a name without words (🎉) what it is. */
export function folderKey(path: string): string {
  return path
    .split("/")
    .map((name) => [...wordsOf(name)].map(({ folded }) => folded).join(" ") || fold(name) || name.trim())
    .filter((name) => name !== "")
    .join("/");
}

/** Whether a query asks for anything. */
export function asksForSomething(query: Query): boolean {
  return (
    query.clauses.length + query.not.length + query.types.length + query.folders.length + query.owners.length > 0 ||
    query.time.from !== -Infinity ||
    query.time.to !== Infinity ||
    query.size.from > 0 ||
    query.size.to !== Infinity
  );
}
