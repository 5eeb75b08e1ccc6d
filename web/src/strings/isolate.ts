/** Characters that are written from the right, or that change the direction of what follows. */
const DIRECTED =
  /[\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069\u0590-\u08FF\uFB1D-\uFDFF\uFE70-\uFEFC\u{10800}-\u{10FFF}\u{1E800}-\u{1EFFF}]/u;
const FIRST_STRONG_ISOLATE = "\u2068";
const POP_ISOLATE = "\u2069";

/**
 * What somebody typed, so that it does not turn around the text that it is put into, whatever controls it holds (UAX #9).
 * Most names need nothing, and stay as they are.
 */
export function isolated(text: string): string {
  if (!DIRECTED.test(text)) return text;
  let depth = 0;
  let whole = "";
  for (const character of text) {
    if (/[\u2066-\u2068]/.test(character)) depth += 1;
    if (character === POP_ISOLATE) {
      // It would end the isolation of the whole.
      if (depth === 0) continue;
      depth -= 1;
    }
    whole += character;
  }
  return FIRST_STRONG_ISOLATE + whole + POP_ISOLATE.repeat(depth + 1);
}

/** Texts that isolate whatever is put into them. */
export function isolating<Texts extends object>(texts: Texts): Texts {
  const wrapped = Object.entries(texts).map(([key, text]) => [key, wrap(text)] as const);
  return (Array.isArray(texts) ? wrapped.map(([, text]) => text) : Object.fromEntries(wrapped)) as Texts;
}

function wrap(text: unknown): unknown {
  if (typeof text === "function") {
    const say = text as (...parameters: unknown[]) => unknown;
    return (...parameters: unknown[]) => say(...parameters.map((each) => isolatedIn(each)));
  }
  return typeof text === "object" && text !== null ? isolating(text) : text;
}

function isolatedIn(parameter: unknown): unknown {
  if (typeof parameter === "string") return isolated(parameter);
  return Array.isArray(parameter) ? parameter.map((each) => isolatedIn(each)) : parameter;
}
