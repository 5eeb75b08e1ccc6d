import { language } from "../strings/strings.ts";
import { formatRelative } from "../ui/format.ts";

const DAY = 86_400_000;

/** `today`, `yesterday`, `3 days ago`, `2 months ago`: for times that are known, or of interest, to the day. */
export function dayText(ms: number, now: number = Date.now()): string {
  const dayOf = (at: number): number => new Date(at).setHours(0, 0, 0, 0);
  // Rounded, as some days have 23 hours and some 25.
  const days = Math.round((dayOf(ms) - dayOf(now)) / DAY);
  if (Math.abs(days) >= 30) return formatRelative(now + days * DAY, now);
  return new Intl.RelativeTimeFormat(language, { numeric: "auto" }).format(days, "day");
}
