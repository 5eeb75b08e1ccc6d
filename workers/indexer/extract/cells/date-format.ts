import { namesIn } from "./calendar-names.ts";
import type { CalendarNames } from "./calendar-names.ts";
import type { FormatSection, FormatToken } from "./format-tokens.ts";

/** The first day that is no longer shown as one: of the year 10000. */
const END = 2_958_466;
const DAY_SECONDS = 86_400;
/** Days from the beginning of 1900, as Excel counts them, to that of 1970. */
const DAYS_TO_1970 = 25_569;
/** The 29th of February 1900, which Excel has and calendars have not. */
const LEAP_DAY = 60;

/** The parts of a moment. */
interface Moment {
  readonly year: number;
  /** From 1. */
  readonly month: number;
  readonly day: number;
  /** From 0, which is Sunday. */
  readonly weekday: number;
  /** Seconds of the day, with the decimals that are shown. */
  readonly seconds: number;
  /** Seconds since the beginning of 1900. */
  readonly total: number;
}

type Writer = (moment: Moment) => string;

/** The days from the beginning of 1900, as Excel counts them, of `2024-03-15T14:30:00`; null where it is no date. */
export function serialOf(date: string): number | null {
  const match = /^(\d{4})-(\d\d)-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d(?:\.\d+)?))?)?/.exec(date);
  if (!match) return null;
  const [, year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match.map(Number);
  const since = Date.UTC(year, month - 1, day) / (DAY_SECONDS * 1000) + DAYS_TO_1970;
  const days = since > LEAP_DAY ? since : since - 1;
  return days + ((hour || 0) * 3600 + (minute || 0) * 60 + (second || 0)) / DAY_SECONDS;
}

/** The day's parts for 45366, which is in March 2024; null where it is no day that can be shown. */
export function dayOf(serial: number): { readonly year: number; readonly month: number; readonly day: number } | null {
  return serial >= 1 && serial < END ? momentOf(serial, 3) : null;
}

/** Writes days since the beginning of 1900 as a section says it; null where there is nothing that can be shown. */
export function dateWriter({ tokens, language }: FormatSection): (serial: number) => string | null {
  const decimals = Math.max(...tokens.map((_, at) => decimalsAt(tokens, at)));
  const isElapsed = tokens.some(({ kind }) => kind === "elapsed");
  const clock = tokens.some(({ kind }) => kind === "half") ? 12 : 24;
  const names = namesIn(language);
  const writers = tokens.map((token, at) => writerOf(tokens, at, token, { clock, names }));
  return (serial) => {
    if (Math.abs(serial) >= END || (serial < 0 && !isElapsed)) return null;
    const moment = momentOf(Math.abs(serial), decimals);
    const shown = writers.map((write) => write(moment)).join("");
    return (serial < 0 ? `-${shown}` : shown).trim();
  };
}

function momentOf(serial: number, decimals: number): Moment {
  const unit = 10 ** decimals;
  const total = Math.round(serial * DAY_SECONDS * unit) / unit;
  const days = Math.floor(total / DAY_SECONDS);
  const seconds = total - days * DAY_SECONDS;
  const weekday = (days + 6) % 7;
  if (days === LEAP_DAY) return { year: 1900, month: 2, day: 29, weekday, seconds, total };
  // Excel has a day before the 1st of January.
  if (days === 0) return { year: 1900, month: 1, day: 0, weekday, seconds, total };
  const date = new Date((days - DAYS_TO_1970 + (days < LEAP_DAY ? 1 : 0)) * DAY_SECONDS * 1000);
  return {
    year: date.getUTCFullYear(),
    month: date.getUTCMonth() + 1,
    day: date.getUTCDate(),
    weekday,
    seconds,
    total,
  };
}

/** Places after a point that stands for parts of a second; none of other tokens. */
function decimalsAt(tokens: readonly FormatToken[], at: number): number {
  if (tokens[at]?.kind !== "point") return 0;
  let end = at + 1;
  while (tokens[end]?.kind === "digit") end++;
  return Math.min(3, end - at - 1);
}

function writerOf(
  tokens: readonly FormatToken[],
  at: number,
  token: FormatToken,
  { clock, names }: { readonly clock: number; readonly names: CalendarNames },
): Writer {
  const decimals = decimalsAt(tokens, at);
  if (decimals > 0) return ({ seconds }) => `.${seconds.toFixed(decimals).split(".")[1] ?? ""}`;
  if (token.kind === "half") return ({ seconds }) => (seconds < DAY_SECONDS / 2 ? "AM" : "PM");
  if (token.kind === "elapsed") return elapsedWriter(token.letters);
  if (token.kind === "date") {
    const { letters } = token;
    if (isMinute(tokens, at)) return ({ seconds }) => padded(Math.floor(seconds / 60) % 60, letters);
    return /^[hs]/.test(letters) ? timeWriter(letters, clock) : dayWriter(letters, names);
  }
  const text = token.kind === "text" ? token.text : SIGNS[token.kind];
  return () => text ?? "";
}

const SIGNS: Partial<Record<FormatToken["kind"], string>> = { point: ".", comma: ",", slash: "/" };

/** An `m` beside hours or seconds is a minute. */
function isMinute(tokens: readonly FormatToken[], at: number): boolean {
  const lettersOf = (token: FormatToken): string[] =>
    token.kind === "date" || token.kind === "elapsed" ? [token.letters] : [];
  const [letters = ""] = tokens.slice(at, at + 1).flatMap(lettersOf);
  if (!/^mm?$/.test(letters)) return false;
  const before = tokens.slice(0, at).flatMap(lettersOf).at(-1) ?? "";
  const after = tokens.slice(at + 1).flatMap(lettersOf)[0] ?? "";
  return /^[hs]/.test(before) || after.startsWith("s");
}

function elapsedWriter(letters: string): Writer {
  const unit = letters.startsWith("h") ? 3600 : letters.startsWith("m") ? 60 : 1;
  return ({ total }) => String(Math.floor(total / unit)).padStart(letters.length, "0");
}

function timeWriter(letters: string, clock: number): Writer {
  if (letters.startsWith("s")) return ({ seconds }) => padded(Math.floor(seconds) % 60, letters);
  return ({ seconds }) => {
    const hour = Math.floor(seconds / 3600);
    return padded(clock === 12 ? hour % 12 || 12 : hour, letters);
  };
}

function dayWriter(letters: string, { months, weekdays }: CalendarNames): Writer {
  const { length } = letters;
  if (letters.startsWith("y") || letters.startsWith("e"))
    return ({ year }) => yearText(year, length <= 2 && letters[0] === "y");
  // Thailand counts from 543 years before.
  if (letters.startsWith("b")) return ({ year }) => yearText(year + 543, length <= 2);
  if (letters.startsWith("g")) return () => "";
  if (letters.startsWith("m")) {
    if (length <= 2) return ({ month }) => padded(month, letters);
    const names = length === 3 ? months.short : months.long;
    return ({ month }) => (length === 5 ? (names[month - 1] ?? "").slice(0, 1) : (names[month - 1] ?? ""));
  }
  if (letters.startsWith("d") && length <= 2) return ({ day }) => padded(day, letters);
  const names = length === 3 ? weekdays.short : weekdays.long;
  return ({ weekday }) => names[weekday] ?? "";
}

function yearText(year: number, isShort: boolean): string {
  return isShort ? String(year % 100).padStart(2, "0") : String(year);
}

/** With a zero before it where two letters stand for it. */
function padded(value: number, letters: string): string {
  return String(value).padStart(Math.min(2, letters.length), "0");
}
