import { z } from "zod";

/** What people call themselves or a token: 1 to 100 characters of well-formed Unicode without control characters. */
export const DisplayName = z
  .string()
  .trim()
  .min(1)
  .max(100)
  .regex(/^[^\p{Cc}\p{Cs}]*$/u, "must hold no control characters");
