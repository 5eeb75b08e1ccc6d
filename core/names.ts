import { LIMITS } from "../protocol/limits.ts";

const encoder = new TextEncoder();

/** Why `name` cannot be a node's name, as a sentence; null where it can (N1). */
export function nameProblem(name: string): string | null {
  if (name === "") return "a name has at least one character";
  if (name === "." || name === "..") return `"${name}" is not a name`;
  if (!name.isWellFormed()) return "a name is well-formed Unicode";
  if (name.includes("/")) return "a name holds no slash";
  if (/\p{Cc}/u.test(name)) return "a name holds no control characters";
  if (byteLength(name) > LIMITS.nameBytes) return `a name has at most ${LIMITS.nameBytes} bytes in UTF-8`;
  return null;
}

/**
 * What two names that are the same have in common (N2): NFC, full case folding, NFC. Idempotent, and equal for
 * canonically equivalent names.
 */
export function nameKey(name: string): string {
  if (isAscii(name)) return name.toLowerCase();
  let folded = "";
  for (const character of name.normalize("NFC")) folded += foldCharacter(character);
  return folded.normalize("NFC");
}

/**
 * Full case folding of one code point (Unicode 5.18, CaseFolding.txt statuses C and F), by way of the case mappings that
 * the language has: lower, upper, lower takes ẞ and ß to ss, ſ to s, ς and Σ to σ, ﬁ to fi. One by one, because lower
 * casing of a whole string depends on what surrounds a Σ. Cherokee ends in lower case where the table says upper, which
 * makes the same names equal. Dotless ı is the one letter whose upper case is another letter's: it folds to itself.
 */
function foldCharacter(character: string): string {
  return character === "ı" ? character : character.toLowerCase().toUpperCase().toLowerCase();
}

/** A reason that a client's file system may refuse a name for (N3). */
export type PortabilityReason = "reserved_name" | "reserved_character" | "trailing_dot_or_space";

/** Why some client may be unable to keep `name` as it is; empty where every system can. The server takes all of them. */
export function portability(name: string): PortabilityReason[] {
  const reasons: PortabilityReason[] = [];
  // "Naming Files, Paths, and Namespaces", learn.microsoft.com: also with an extension, and with superscript digits.
  if (/^(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9¹²³])[ ]*(\.|$)/i.test(name)) reasons.push("reserved_name");
  if (/[<>:"\\|?*]/.test(name)) reasons.push("reserved_character");
  if (/[. ]$/.test(name)) reasons.push("trailing_dot_or_space");
  return reasons;
}

/** A name and its key. */
export interface KeyedName {
  readonly name: string;
  readonly key: string;
}

/**
 * The alternatives to `name` (N4), by n: `stem (n).ext` for a file, `name (n)` for a folder, with as much of the stem as
 * fits the length limit. The parts are folded once and not for each n: folding 10,000 long names takes seconds. Nothing
 * composes with a space or a dot before it, so the key of the whole is the keys of the parts.
 */
export function numberedNames(name: string, type: "file" | "folder"): (n: number) => KeyedName {
  const [stem, extension] = type === "file" ? splitExtension(name) : [name, ""];
  const extensionBytes = byteLength(extension);
  const extensionKey = nameKey(extension);
  const stems = new Map<number, KeyedName>();
  return (n) => {
    const number = ` (${n})`;
    const room = LIMITS.nameBytes - number.length - extensionBytes;
    let kept = stems.get(room);
    if (!kept) {
      const cut = truncate(stem, room);
      kept = { name: cut, key: nameKey(cut) };
      stems.set(room, kept);
    }
    return { name: kept.name + number + extension, key: kept.key + number + extensionKey };
  };
}

/** The first of `numberedNames` from n = 2 whose key is not taken (N4). */
export function nextFreeName(name: string, type: "file" | "folder", isTaken: (key: string) => boolean): string {
  const numbered = numberedNames(name, type);
  for (let n = 2; ; n++) {
    const candidate = numbered(n);
    if (!isTaken(candidate.key)) return candidate.name;
  }
}

/** Stem and extension with its dot. A leading dot begins no extension, and one of over 32 bytes is none. */
export function splitExtension(name: string): [stem: string, extension: string] {
  const dot = name.lastIndexOf(".");
  if (dot <= 0 || byteLength(name.slice(dot)) > 32) return [name, ""];
  return [name.slice(0, dot), name.slice(dot)];
}

/** The longest prefix of whole code points that has at most `bytes` bytes in UTF-8. */
export function truncate(text: string, bytes: number): string {
  if (text.length * 3 <= bytes) return text;
  let end = 0;
  let used = 0;
  for (const character of text) {
    used += byteLength(character);
    if (used > bytes) break;
    end += character.length;
  }
  return text.slice(0, end);
}

export function byteLength(text: string): number {
  return isAscii(text) ? text.length : encoder.encode(text).length;
}

function isAscii(text: string): boolean {
  return /^[\x00-\x7f]*$/.test(text);
}
