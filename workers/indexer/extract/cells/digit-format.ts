import type { FormatToken } from "./format-tokens.ts";

/** Where in a number a token stands. */
type Part = "whole" | "fraction" | "power";

/** What a section says of a number's digits. */
interface Places {
  readonly parts: readonly Part[];
  /** Signs of the digits' places of each part. */
  readonly whole: string;
  readonly fraction: string;
  readonly power: string;
  /** Digits before the point that are written even where they are zeros. */
  readonly least: number;
  /** Whether thousands are set apart. */
  readonly group: boolean;
  /** What a number is multiplied by for a percent sign, and divided by for commas at its end. */
  readonly times: number;
  readonly by: number;
  /** Commas that are written as they are. */
  readonly commas: ReadonlySet<number>;
  /** The sign of powers of ten that are not negative; null where there are no powers. */
  readonly plus: string | null;
}

/**
 * Writes numbers that are not negative in the places that `tokens` have for digits; null where that cannot be: a number
 * is too large, or a fraction like `1/2` is asked for.
 */
export function digitWriter(
  tokens: readonly FormatToken[],
  showGeneral: (value: number) => string,
): (value: number) => string | null {
  const places = placesOf(tokens);
  const slash = tokens.findIndex(({ kind }) => kind === "slash");
  const isVulgar = slash >= 0 && tokens.slice(0, slash).some(({ kind }) => kind === "digit");
  if (isVulgar) return () => null;
  return (value) => {
    const scaled = (value * places.times) / places.by;
    const digits = digitsOf(places, scaled);
    return digits && written(tokens, places, digits, () => showGeneral(scaled));
  };
}

function placesOf(tokens: readonly FormatToken[]): Places {
  const parts = partsOf(tokens);
  const signs = (part: Part): string =>
    tokens.map((token, at) => (token.kind === "digit" && parts[at] === part ? token.digit : "")).join("");
  const exponent = tokens.find((token) => token.kind === "exponent");
  const percents = tokens.filter(({ kind }) => kind === "percent").length;
  const { group, scale, commas } = commasOf(tokens, parts);
  const whole = signs("whole");
  return {
    parts,
    whole,
    least: whole.includes("0") ? whole.length - whole.indexOf("0") : 0,
    fraction: signs("fraction"),
    power: signs("power"),
    group,
    times: 100 ** percents,
    by: 1000 ** scale,
    commas,
    plus: exponent ? (exponent.plus ? "+" : "") : null,
  };
}

function partsOf(tokens: readonly FormatToken[]): Part[] {
  let part: Part = "whole";
  return tokens.map(({ kind }) => {
    if (kind === "point" && part === "whole") part = "fraction";
    if (kind === "exponent") part = "power";
    return part;
  });
}

/** A comma between places sets thousands apart, one behind the last divides by a thousand, and any other is written. */
function commasOf(
  tokens: readonly FormatToken[],
  parts: readonly Part[],
): { readonly group: boolean; readonly scale: number; readonly commas: ReadonlySet<number> } {
  const first = tokens.findIndex(({ kind }) => kind === "digit");
  const last = tokens.findLastIndex(({ kind }, at) => kind === "digit" && parts[at] === "whole");
  const commas = new Set<number>();
  let group = false;
  let scale = 0;
  for (const [at, { kind }] of tokens.entries()) {
    if (kind !== "comma") continue;
    const before = tokens[at - 1]?.kind;
    if (first >= 0 && first < at && at < last) group = true;
    else if (first >= 0 && first < at && (before === "digit" || before === "comma")) scale++;
    else commas.add(at);
  }
  return { group, scale, commas };
}

/** The digits of each part; the power's with its sign. */
interface Digits {
  readonly whole: string;
  readonly fraction: string;
  readonly power: string;
}

function digitsOf({ whole, fraction, power, plus, least }: Places, value: number): Digits | null {
  const exponent = plus === null ? 0 : powerOf(value, whole.length);
  const rounded = roundedTo(value / 10 ** exponent, fraction.length);
  if (rounded === null) return null;
  const [all = "", decimals = ""] = rounded.split(".");
  let end = decimals.length;
  while (end > 0 && decimals[end - 1] === "0" && fraction[end - 1] !== "0") end--;
  return {
    whole: (all === "0" && plus === null ? "" : all).padStart(least, "0"),
    fraction: decimals.slice(0, end),
    power: (exponent < 0 ? "-" : (plus ?? "")) + String(Math.abs(exponent)).padStart(power.length, "0"),
  };
}

/** The power of ten of a number that is written with `places` digits before the point. */
function powerOf(value: number, places: number): number {
  const power = value === 0 ? 0 : Number(value.toExponential(14).split("e")[1]);
  return places > 1 ? Math.floor(power / places) * places : power;
}

/**
 * As a decimal number of 15 digits, rounded as on paper: 1.005 to two places is 1.01. Null where it is too large to be
 * written out.
 */
function roundedTo(value: number, places: number): string | null {
  const near = value * 10 ** places;
  // Small enough to be exact, and not where paper and bits differ.
  if (near < 1e9 && Math.abs((near % 1) - 0.5) > 1e-5) return (Math.round(near) / 10 ** places).toFixed(places);
  const [mantissa = "0", power = "0"] = String(Number(value.toPrecision(15))).split("e");
  const known = Math.min(places, Math.max(0, 14 - (value === 0 ? 0 : Math.floor(Math.log10(value)))));
  const moved = Math.round(Number(`${mantissa}e${Number(power) + known}`));
  const rounded = Number.isSafeInteger(moved) ? Number(`${moved}e${-known}`) : value;
  if (rounded >= 1e21) return null;
  return rounded.toFixed(known) + (known === 0 && places > 0 ? "." : "") + "0".repeat(places - known);
}

function written(tokens: readonly FormatToken[], places: Places, digits: Digits, general: () => string): string {
  const whole = wholePlaces(digits.whole, places);
  const point = digits.fraction === "" ? "" : ".";
  const queues = { whole, fraction: [...digits.fraction], power: [digits.power] };
  const show = (token: FormatToken, at: number): string => {
    if (token.kind === "text") return token.text;
    if (token.kind === "general") return general();
    // Without a place before the point, what is there is written all the same.
    if (token.kind === "point") return (places.whole === "" ? whole.splice(0).join("") : "") + point;
    if (token.kind === "percent") return "%";
    if (token.kind === "slash") return "/";
    if (token.kind === "comma") return places.commas.has(at) ? "," : "";
    if (token.kind === "exponent") return "E";
    return token.kind === "digit" ? (queues[places.parts[at] ?? "whole"].shift() ?? "") : "";
  };
  return tokens.map(show).join("").trim();
}

/** What stands in each place before the point: the first has all digits that there are no places for. */
function wholePlaces(whole: string, { whole: places, group }: Places): string[] {
  const count = Math.max(1, places.length);
  return Array.from({ length: count }, (_, at) => {
    const end = whole.length - (count - 1 - at);
    let shown = "";
    for (let index = Math.max(0, at === 0 ? 0 : end - 1); index < end; index++) {
      const behind = whole.length - 1 - index;
      shown += group && behind > 0 && behind % 3 === 0 ? `${whole.charAt(index)},` : whole.charAt(index);
    }
    return shown;
  });
}
