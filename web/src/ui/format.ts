import { language } from "../strings/strings.ts";

/** Formatters are dear to make; made at first use, once the language is chosen. */
function lazily<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}

const number = lazily(() => new Intl.NumberFormat(language));
const percent = lazily(() => new Intl.NumberFormat(language, { style: "percent", maximumFractionDigits: 0 }));
const thisYear = lazily(() => new Intl.DateTimeFormat(language, { day: "numeric", month: "short" }));
const otherYear = lazily(() => new Intl.DateTimeFormat(language, { day: "numeric", month: "short", year: "numeric" }));
const timeOfDay = lazily(() => new Intl.DateTimeFormat(language, { hour: "numeric", minute: "2-digit" }));
const full = lazily(() => new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short" }));
const relative = lazily(() => new Intl.RelativeTimeFormat(language, { numeric: "auto" }));

const UNITS = ["byte", "kilobyte", "megabyte", "gigabyte", "terabyte", "petabyte"] as const;
const sizes = lazily(() =>
  UNITS.map((unit) =>
    [0, 1, 2].map(
      (digits) =>
        new Intl.NumberFormat(language, {
          style: "unit",
          unit,
          unitDisplay: unit === "byte" ? "long" : "short",
          maximumFractionDigits: digits,
        }),
    ),
  ),
);

/** Bytes as a person reads them, in steps of 1,024: `0 bytes`, `812 bytes`, `4.2 kB`, `10 GB`. */
export function formatSize(bytes: number): string {
  let step = 0;
  let value = Math.max(0, bytes);
  // 1,023.9 would be shown as 1,024.
  while (value >= 1023.5 && step < UNITS.length - 1) {
    value /= 1024;
    step++;
  }
  const digits = step === 0 || value >= 99.95 ? 0 : step >= 3 && value < 9.995 ? 2 : 1;
  return sizes()[step]?.[digits]?.format(value) ?? String(bytes);
}

/** Bytes a second. */
export function formatRate(bytesPerSecond: number): string {
  return `${formatSize(bytesPerSecond)}/s`;
}

export function formatNumber(value: number): string {
  return number().format(value);
}

/** @param share - 0 to 1. Something that is not all is never shown as 100 %. */
export function formatPercent(share: number): string {
  return percent().format(share < 1 ? Math.min(share, 0.99) : 1);
}

/** Day and time, for details and tooltips: `22 Nov 2026, 14:05`. */
export function formatDateTime(ms: number): string {
  return full().format(ms);
}

/** A list's date: today the time, this year day and month, before that the year too. */
export function formatDate(ms: number, now: number = Date.now()): string {
  const date = new Date(ms);
  const today = new Date(now);
  if (date.toDateString() === today.toDateString()) return timeOfDay().format(ms);
  return (date.getFullYear() === today.getFullYear() ? thisYear() : otherYear()).format(ms);
}

const SPANS = [
  ["second", 60],
  ["minute", 60],
  ["hour", 24],
  ["day", 30],
  ["month", 12],
] as const;

/** `3 minutes ago`, `yesterday`, `in 2 days`. */
export function formatRelative(ms: number, now: number = Date.now()): string {
  let value = (ms - now) / 1000;
  for (const [unit, many] of SPANS) {
    if (Math.abs(value) < many) return relative().format(Math.round(value), unit);
    value /= many;
  }
  return relative().format(Math.round(value), "year");
}

/** What is left, roughly: `12 sec`, `4 min`, `2 hr`. */
export function formatDuration(seconds: number): string {
  const [value, unit] =
    seconds < 60 ? [seconds, "second"] : seconds < 5400 ? [seconds / 60, "minute"] : [seconds / 3600, "hour"];
  return new Intl.NumberFormat(language, {
    style: "unit",
    unit,
    unitDisplay: "short",
    maximumFractionDigits: 0,
  }).format(Math.max(1, Math.round(value)));
}
