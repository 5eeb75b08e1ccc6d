/** A piece of a number format: what stands there as it is, a digit's place, or a part of a date. */
export type FormatToken =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "digit"; readonly digit: "0" | "#" | "?" }
  | { readonly kind: "point" | "comma" | "percent" | "slash" | "general" | "half" | "value" }
  /** Of a number's power of ten; `plus` where its sign is always written. */
  | { readonly kind: "exponent"; readonly plus: boolean }
  /** `yyyy`, `mm`, `d`, `hh`, … in small letters. */
  | { readonly kind: "date"; readonly letters: string }
  /** Hours, minutes or seconds in all: `[h]`. */
  | { readonly kind: "elapsed"; readonly letters: string };

/** What a format says of some of the numbers. */
export interface FormatSection {
  readonly tokens: readonly FormatToken[];
  readonly condition: { readonly operator: string; readonly operand: number } | null;
  /** A Windows code (`407`) or a tag (`de-DE`) of the language that names of months are in, or "". */
  readonly language: string;
}

const PIECE =
  /"([^"]*)"?|\\(.)|_(.?)|\*(.?)|\[([^\]]*)\]|(General)|(AM\/PM|A\/P|上午\/下午)|(E[+-])|(y+|m+|d+|h+|s+|b+|e+|g+|a{3,})|([0#?])|(.)/gisu;

const SIGNS: Readonly<Record<string, FormatToken>> = {
  ".": { kind: "point" },
  ",": { kind: "comma" },
  "%": { kind: "percent" },
  "/": { kind: "slash" },
  "@": { kind: "value" },
};

/** A format's sections (ECMA-376, part 1, 18.8.31): for positive numbers, negative ones, zero, and text. */
export function formatSections(code: string): FormatSection[] {
  const sections: FormatSection[] = [];
  let tokens: FormatToken[] = [];
  let condition: FormatSection["condition"] = null;
  let language = "";
  const end = (): void => {
    sections.push({ tokens, condition, language });
    tokens = [];
    condition = null;
    language = "";
  };
  for (const match of code.matchAll(PIECE)) {
    if (match[0] === ";") {
      end();
      continue;
    }
    const bracket = match[5];
    if (bracket === undefined) {
      tokens.push(tokenOf(match));
      continue;
    }
    condition = conditionOf(bracket) ?? condition;
    language = /^\$[^-]*-(.+)/s.exec(bracket)?.[1] ?? language;
    const token = bracketToken(bracket);
    if (token) tokens.push(token);
  }
  end();
  return sections;
}

function tokenOf(match: RegExpExecArray): FormatToken {
  const [whole, quoted, escaped, skipped, filled, , general, half, exponent, letters, digit] = match;
  if (general !== undefined) return { kind: "general" };
  if (half !== undefined) return { kind: "half" };
  if (exponent !== undefined) return { kind: "exponent", plus: exponent.endsWith("+") };
  if (letters !== undefined) return { kind: "date", letters: letters.toLowerCase() };
  if (digit === "0" || digit === "#" || digit === "?") return { kind: "digit", digit };
  const blank = skipped !== undefined ? " " : filled !== undefined ? "" : undefined;
  return SIGNS[whole] ?? { kind: "text", text: quoted ?? escaped ?? blank ?? whole };
}

function conditionOf(bracket: string): FormatSection["condition"] {
  const [, operator, operand] = /^(<=|>=|<>|<|>|=)\s*(-?[\d.]+)$/.exec(bracket) ?? [];
  return operator === undefined ? null : { operator, operand: Number(operand) };
}

/** A currency's sign, or elapsed time. Colours and kinds of digits change nothing of the words. */
function bracketToken(bracket: string): FormatToken | null {
  if (/^(h+|m+|s+)$/i.test(bracket)) return { kind: "elapsed", letters: bracket.toLowerCase() };
  const sign = /^\$([^-]+)/.exec(bracket)?.[1];
  return sign === undefined ? null : { kind: "text", text: sign };
}
