/** What stands before a colon in a query (F4). */
export type Operator = "type" | "in" | "before" | "after" | "size" | "owner";

/** A piece of a query as it was typed. */
export interface Token {
  /** Null: words. */
  readonly operator: Operator | null;
  readonly negated: boolean;
  /** Without quotation marks. */
  readonly value: string;
  readonly isQuoted: boolean;
  /** Where it is in the query, UTF-16 code units. */
  readonly start: number;
  readonly end: number;
}

/** `-`, an operator with its colon, and what it is about, in quotation marks or up to a space. */
const TOKEN = /(-?)(?:(type|in|before|after|size|owner):)?(?:["“”„«»]([^"“”„«»]*)["“”„«»]?|([^\s"“”„«»]*))/iy;

/** A query's pieces in order: whatever is no operator is a word, and an open quotation ends with the text. */
export function* tokensOf(query: string): Generator<Token, void, void> {
  for (let at = 0; at < query.length;) {
    if (/\s/.test(query.charAt(at))) {
      at++;
      continue;
    }
    TOKEN.lastIndex = at;
    const [whole = "", minus = "", operator, quoted, bare = ""] = TOKEN.exec(query) ?? [];
    // A quotation mark in the middle of a word begins what comes next.
    const end = at + Math.max(1, whole.length);
    yield {
      operator: (operator?.toLowerCase() as Operator | undefined) ?? null,
      negated: minus !== "",
      value: quoted ?? bare,
      isQuoted: quoted !== undefined,
      start: at,
      end,
    };
    at = end;
  }
}
