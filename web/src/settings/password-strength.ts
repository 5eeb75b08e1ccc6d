export type Strength = "short" | "weak" | "fair" | "good" | "strong";

const STEPS: readonly (readonly [Strength, number])[] = [
  ["weak", 36],
  ["fair", 52],
  ["good", 72],
];

/** What everybody tries first. */
const COMMON = /pass(word|wort)|qwert[yz]|letmein|welcome|admin|iloveyou|ledge|abcdef|12345|0000/gi;

/**
 * How hard a password is to guess, roughly: what each character adds in bits, where repeated and following ones add little,
 * and well-known words count as one character. A hint to a person, not a rule: the server asks for the length only.
 */
export function passwordStrength(password: string, least: number): Strength {
  if (password.length < least) return "short";
  const bits = guessBits(password.replaceAll(COMMON, "\u0001"));
  return STEPS.find(([, most]) => bits < most)?.[0] ?? "strong";
}

function guessBits(text: string): number {
  const codes = [...text].map((character) => character.codePointAt(0) ?? 0);
  const perCharacter = Math.log2(alphabetOf(text));
  const seen = new Set<number>();
  let bits = 0;
  codes.forEach((code, at) => {
    const step = Math.abs(code - (codes[at - 1] ?? Number.NaN));
    // Of words, each further letter is half guessed by those before it.
    const share = step <= 1 ? 0.15 : seen.has(code) ? 0.4 : 0.8;
    seen.add(code);
    bits += perCharacter * share;
  });
  return bits;
}

function alphabetOf(text: string): number {
  const kinds: readonly (readonly [RegExp, number])[] = [
    [/[a-z]/, 26],
    [/[A-Z]/, 26],
    [/\d/, 10],
    [/[ -/:-@[-`{-~]/, 33],
    [/[^ -~]/, 100],
  ];
  return kinds.reduce((size, [kind, many]) => size + (kind.test(text) ? many : 0), 2);
}
