import type { Operator } from "../../../core/search/tokens.ts";
import type { search } from "../strings/en/search.ts";
import { formatSize } from "../ui/format.ts";

/** What an operator may be given, and how that is called; an empty value is the operator's absence. */
export interface FilterChoice {
  readonly value: string;
  readonly label: string;
}

const MIB = 2 ** 20;
const SIZES = [
  ["<100kb", 100 * 1024],
  [">1mb", MIB],
  [">10mb", 10 * MIB],
  [">100mb", 100 * MIB],
  [">1gb", 1024 * MIB],
] as const;

/**
 * The choices of each filter, the first one for none.
 *
 * @param now - Milliseconds.
 * @param people - Names of those whose folders the account has, by email.
 */
export function filterChoices(
  text: typeof search.filters,
  now: number,
  folders: readonly string[],
  people: ReadonlyMap<string, string>,
): Readonly<Partial<Record<Operator, readonly FilterChoice[]>>> {
  const { ages, times, types } = text;
  const daysAgo = (days: number, label: string): FilterChoice => ({ value: dayBefore(now, days), label });
  return {
    type: [{ value: "", label: text.anyType }, ...Object.entries(types).map(([value, label]) => ({ value, label }))],
    in: [{ value: "", label: text.anyFolder }, ...folders.map((path) => ({ value: path, label: path }))],
    after: [
      { value: "", label: text.anyTime },
      daysAgo(0, times.today),
      daysAgo(7, times.week),
      daysAgo(30, times.month),
      daysAgo(365, times.year),
    ],
    before: [
      { value: "", label: text.untilNow },
      daysAgo(7, ages.week),
      daysAgo(30, ages.month),
      daysAgo(365, ages.year),
    ],
    size: [
      { value: "", label: text.anySize },
      ...SIZES.map(([value, bytes]) => ({
        value,
        label: value.startsWith("<") ? text.smallerThan(formatSize(bytes)) : text.largerThan(formatSize(bytes)),
      })),
    ],
    owner: [
      { value: "", label: text.anyOwner },
      { value: "me", label: text.mine },
      ...[...people].map(([value, label]) => ({ value, label })),
    ],
  };
}

/**
 * The day in UTC, as `after:` and `before:` take it, in which a day here began, so many days before: since then is all of
 * it, wherever here is, and before then none of it.
 */
function dayBefore(now: number, days: number): string {
  const day = new Date(now);
  day.setHours(0, 0, 0, 0);
  day.setDate(day.getDate() - days);
  return day.toISOString().slice(0, 10);
}
