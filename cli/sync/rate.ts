import { InvalidArgumentError } from "commander";

const UNITS: Readonly<Record<string, number>> = {
  "": 1,
  k: 1e3,
  m: 1e6,
  g: 1e9,
  ki: 1024,
  mi: 1024 ** 2,
  gi: 1024 ** 3,
};

/** Parses bytes a second: `500k`, `2MB`, `1.5MiB/s`. */
export function parseRate(text: string): number {
  const [, digits, unit] = /^(\d+(?:\.\d+)?) ?([kmg]?i?)b?(?:\/s)?$/i.exec(text) ?? [];
  const factor = UNITS[unit?.toLowerCase() ?? "?"];
  const rate = Math.round(Number(digits) * (factor ?? Number.NaN));
  if (!(rate >= 1)) throw new InvalidArgumentError("must be bytes a second, as in 500kB or 2MB");
  return rate;
}
