import { formatRelative } from "../ui/format.ts";

/** `today`, `yesterday`, `3 days ago`: for times that are known to the day. */
export function dayText(ms: number, now: number = Date.now()): string {
  const day = (at: number): number => new Date(at).setHours(0, 0, 0, 0);
  // Midday to midday: days that are an hour longer or shorter count as days.
  return formatRelative(now + Math.round((day(ms) - day(now)) / 86_400_000) * 86_400_000, now);
}
