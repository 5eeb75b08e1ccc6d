import { dateWriter } from "./date-format.ts";
import { digitWriter } from "./digit-format.ts";
import { formatSections } from "./format-tokens.ts";
import type { FormatSection, FormatToken } from "./format-tokens.ts";

/** Excel lets one write as many characters. */
export const CODE_CHARACTERS = 255;
/** Places of digits in one section: a number has no more. */
const DIGITS = 40;

/** How a sheet shows numbers. Nothing of it is kept beyond the file: formatters on npm keep all codes that they ever saw. */
export interface NumberFormat {
  /** Whether it shows a day, or a part of one: a year, a month. */
  readonly isDay: boolean;
  /** Whether it shows a day or a time. */
  readonly isTime: boolean;
  /** What is shown of a number. A date's is days since the beginning of 1900, as Excel counts them. */
  readonly show: (value: number) => string;
}

/** What is shown of numbers without a format; of one that is computed, without the noise of its last bits. */
export const GENERAL: NumberFormat = { isDay: false, isTime: false, show: showGeneral };

/**
 * Reads a format's code. One that is longer than a program would write it, or has more places than numbers have, shows
 * numbers as they are.
 */
export function numberFormat(code: string): NumberFormat {
  if (code === "" || code.length > CODE_CHARACTERS) return GENERAL;
  const sections = formatSections(code).slice(0, 3).filter(isOfNumbers);
  if (sections.length === 0 || sections.some(({ tokens }) => count(tokens, "digit") > DIGITS)) return GENERAL;
  const writers = sections.map(writerOf);
  return {
    isDay: sections.some(hasDay),
    isTime: sections.some(isTime),
    show: (value) => {
      const chosen = sectionFor(sections, value);
      return writers[chosen]?.(value, chosen === 1 && isForNegative(sections)) ?? showGeneral(value);
    },
  };
}

function showGeneral(value: number): string {
  const even = Number(value.toPrecision(15));
  // The largest numbers round to what is none.
  return String(Number.isFinite(even) ? even : value);
}

function isOfNumbers({ tokens }: FormatSection): boolean {
  return count(tokens, "value") === 0;
}

function count(tokens: readonly FormatToken[], kind: FormatToken["kind"]): number {
  return tokens.reduce((sum, token) => sum + (token.kind === kind ? 1 : 0), 0);
}

function isTime({ tokens }: FormatSection): boolean {
  return tokens.some(({ kind }) => kind === "date" || kind === "elapsed" || kind === "half");
}

/** An `m` is a month where there are no hours and seconds. */
function hasDay({ tokens }: FormatSection): boolean {
  const letters = tokens.flatMap((token) => (token.kind === "date" ? [token.letters] : []));
  const hasTime = letters.some((each) => /^[hs]/.test(each)) || tokens.some(({ kind }) => kind === "elapsed");
  return letters.some((each) => /^([ydbea]|mmm)/.test(each) || (!hasTime && each.startsWith("m")));
}

/** Writes a number; `isNegative` where the section says by itself that it is. Null where it can show nothing of it. */
function writerOf(section: FormatSection): (value: number, isNegative: boolean) => string | null {
  if (isTime(section)) return dateWriter(section);
  const write = digitWriter(section.tokens, showGeneral);
  return (value, isNegative) => {
    const shown = write(Math.abs(value));
    return shown !== null && value < 0 && !isNegative && /[1-9]/.test(shown) ? `-${shown}` : shown;
  };
}

/** Whether the second section is for negative numbers only, and says itself that they are. */
function isForNegative([first, second]: readonly FormatSection[]): boolean {
  if (second?.condition) return second.condition.operator.startsWith("<") && second.condition.operand <= 0;
  return !first?.condition;
}

/** The index of the section that a number is shown by; -1 where there is none. */
function sectionFor(sections: readonly FormatSection[], value: number): number {
  const [first, second, third] = sections;
  if (!first) return -1;
  if (!second) return holds(first, value, true) ? 0 : -1;
  if (holds(first, value, third || second.condition ? value > 0 : value >= 0)) return 0;
  if (holds(second, value, !third || value < 0)) return 1;
  return third ? 2 : -1;
}

function holds({ condition }: FormatSection, value: number, otherwise: boolean): boolean {
  if (!condition) return otherwise;
  const { operator, operand } = condition;
  if (operator === "=") return value === operand;
  if (operator === "<>") return value !== operand;
  if (operator === "<") return value < operand;
  if (operator === "<=") return value <= operand;
  return operator === ">" ? value > operand : value >= operand;
}
