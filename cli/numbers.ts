import { InvalidArgumentError } from "commander";

/** Parses an option that is a whole number from 1. */
export function requirePositive(text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < 1 || !Number.isSafeInteger(value))
    throw new InvalidArgumentError("must be a number from 1");
  return value;
}
