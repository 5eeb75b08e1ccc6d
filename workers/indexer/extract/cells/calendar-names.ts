/** Names of months from January on, and of the week's days from Sunday on. */
export interface CalendarNames {
  readonly months: Names;
  readonly weekdays: Names;
}

interface Names {
  readonly long: readonly string[];
  readonly short: readonly string[];
}

/** Languages by the lower ten bits of Windows' codes ([MS-LCID]), from 1 on. */
const LANGUAGES =
  `ar bg ca zh cs da de el en es fi fr he hu is it ja ko nl nb pl pt rm ro ru hr sk sq sv th tr ur id uk be sl
  et lv lt tg fa vi hy az eu`.split(/\s+/);

const known = new Map<string, CalendarNames>();

/**
 * The names in the language of a number format, which is a Windows code in hexadecimal (`407`) or a tag (`de-DE`);
 * English where it names none that is known. As they stand in a date: in Russian, of March.
 */
export function namesIn(language: string): CalendarNames {
  const tag = languageOf(language);
  const names = known.get(tag) ?? makeNames(tag);
  known.set(tag, names);
  return names;
}

/** One of `LANGUAGES`, so that no more of them than these are kept. */
function languageOf(language: string): string {
  const code = /^[\da-f]+$/i.test(language) ? Number.parseInt(language.slice(-4), 16) & 0x3ff : 0;
  const [tag = ""] = language.toLowerCase().split("-");
  return LANGUAGES[code - 1] ?? (LANGUAGES.includes(tag) ? tag : "en");
}

function makeNames(tag: string): CalendarNames {
  const names = (count: number, step: number, unit: "month" | "weekday", style: "long" | "short"): string[] => {
    const format = new Intl.DateTimeFormat(`${tag}-u-ca-gregory-nu-latn`, {
      [unit]: style,
      day: "numeric",
      timeZone: "UTC",
    });
    return Array.from({ length: count }, (_, at) => partOf(format, unit, at * step));
  };
  return {
    months: { long: names(12, MONTH, "month", "long"), short: names(12, MONTH, "month", "short") },
    weekdays: { long: names(7, DAY, "weekday", "long"), short: names(7, DAY, "weekday", "short") },
  };
}

const DAY = 24 * 60 * 60 * 1000;
/** From the middle of a month to that of the next. */
const MONTH = 30.5 * DAY;
/** A Sunday in the middle of January. */
const START = Date.UTC(2023, 0, 15);

function partOf(format: Intl.DateTimeFormat, unit: "month" | "weekday", after: number): string {
  return format.formatToParts(START + after).find(({ type }) => type === unit)?.value ?? "";
}
