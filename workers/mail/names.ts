/** Line and paragraph separators, controls, what changes the direction of text, and what is no character. */
const HARMFUL = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069\uFEFF]+/gu;

/**
 * A text of somebody's on one line: without line breaks, so that it cannot become a header, and without what would make
 * other text look like it. At most `most` UTF-16 units.
 */
export function readable(text: string, most: number): string {
  const line = text.replace(HARMFUL, " ").replace(/\s+/g, " ").trim();
  // A cut may go through a surrogate pair.
  return line.length <= most ? line : `${line.slice(0, most - 1).replace(/\p{Cs}$/u, "")}…`;
}

/** A text of somebody's with its line breaks, otherwise as `readable`. */
export function readableLines(text: string, most: number): string[] {
  return text
    .slice(0, most)
    .split(/\r\n|\r|\n/)
    .map((line) => readable(line, most));
}

/** A text that stands for itself in HTML, in attributes as well. */
export function escaped(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", "&#39;");
}

/** The sender that `MAIL_FROM` names: `ledge@example.org`, or `Ledge <ledge@example.org>`; null where it is none. */
export function mailSender(from: string): { name: string; email: string } | null {
  const named = /^\s*"?([^"<>]*?)"?\s*<([^<>]+)>\s*$/.exec(from);
  const email = (named?.[2] ?? from).trim();
  if (!/^[^\s@<>,;]+@[^\s@<>,;]+$/.test(email)) return null;
  return { name: readable(named?.[1] ?? "", 100) || "Ledge", email };
}
