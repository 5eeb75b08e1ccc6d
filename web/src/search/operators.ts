import { tokensOf, type Operator } from "../../../core/search/tokens.ts";

/** What an operator is given in a query, its last where there are several, with `-` before it never; null: it is not there. */
export function operatorIn(query: string, operator: Operator): string | null {
  return [...tokensOf(query)].findLast((token) => isOf(operator, token))?.value.trim() ?? null;
}

/** The query with that operator in place of what it had of it; null takes it out. What has `-` before it stays. */
export function withOperator(query: string, operator: Operator, value: string | null): string {
  let at = 0;
  let rest = "";
  for (const token of tokensOf(query)) {
    if (!isOf(operator, token)) continue;
    rest += query.slice(at, token.start);
    at = token.end;
  }
  const others = closed((rest + query.slice(at)).replace(/\s+/g, " ").trim());
  const added = value === null ? "" : `${operator}:${quoted(value)}`;
  return [others, added].filter(Boolean).join(" ");
}

/** The words that are asked for, without operators and what is not wanted. */
export function wordsIn(query: string): string {
  return [...tokensOf(query)]
    .filter(({ operator, negated }) => operator === null && !negated)
    .map(({ value }) => value)
    .join(" ")
    .trim();
}

function isOf(operator: Operator, token: { readonly operator: Operator | null; readonly negated: boolean }): boolean {
  return token.operator === operator && !token.negated;
}

/** With the end of a quotation that is open: what comes after it would be in it. */
function closed(query: string): string {
  const last = [...tokensOf(query)].at(-1);
  const isOpen = last?.isQuoted === true && query.slice(last.start, last.end).match(/["“”„«»]/g)?.length === 1;
  return isOpen ? `${query}"` : query;
}

/** Quotation marks within are none that `in:` compares. */
function quoted(value: string): string {
  const plain = value.replace(/["“”„«»]/g, " ").trim();
  return /\s/.test(plain) ? `"${plain}"` : plain;
}
