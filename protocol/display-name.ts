import { z } from "zod";

/** In UTF-16 units. */
const MOST = 100;

// A check, not a pattern: JSON Schema has no place for the flag `u`, so the API's description would show a wrong one.
/** What people call themselves, a token or a device: 1 to 100 characters of well-formed Unicode without control characters. */
export const DisplayName = z
  .string()
  .trim()
  .min(1)
  .max(MOST)
  .refine((name) => !/[\p{Cc}\p{Cs}]/u.test(name), "must hold no control characters");

/** The beginning of a text, as far as it is a display name: what is none of one is left out. `fallback` where nothing is left. */
export function displayNameOf(text: string, fallback: string): string {
  const shown = text.replace(/[\p{Cc}\p{Cs}]/gu, "").trim();
  // A cut may go through a surrogate pair.
  return (
    shown
      .slice(0, MOST)
      .replace(/\p{Cs}$/u, "")
      .trim() || fallback
  );
}
