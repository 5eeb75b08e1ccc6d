import { z } from "zod";

// A check, not a pattern: JSON Schema has no place for the flag `u`, so the API's description would show a wrong one.
/** What people call themselves, a token or a device: 1 to 100 characters of well-formed Unicode without control characters. */
export const DisplayName = z
  .string()
  .trim()
  .min(1)
  .max(100)
  .refine((name) => !/[\p{Cc}\p{Cs}]/u.test(name), "must hold no control characters");
