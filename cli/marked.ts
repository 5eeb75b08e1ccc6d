import type { Marks, SearchHit, Snippet } from "../protocol/search.ts";
import { printable } from "./output.ts";

const BOLD = "\u001b[1m";
const NOT_BOLD = "\u001b[22m";

/** Whether matches are shown in bold: on a terminal, unless `NO_COLOR` is set (no-color.org). */
export function inBold(stream: { readonly isTTY?: boolean }, env: NodeJS.ProcessEnv): boolean {
  return stream.isTTY === true && !env["NO_COLOR"];
}

/** A text whose control characters are made safe, with what is marked in bold where that is wanted. */
export function marked(text: string, marks: Marks, isBold: boolean): string {
  if (!isBold) return printable(text);
  let at = 0;
  let result = "";
  for (const [from, to] of marks) {
    result += `${printable(text.slice(at, from))}${BOLD}${printable(text.slice(from, to))}${NOT_BOLD}`;
    at = to;
  }
  return result + printable(text.slice(at));
}

export function snippetLine({ text, marks, startsCut, endsCut }: Snippet, isBold: boolean): string {
  return `${startsCut ? "… " : ""}${marked(text, marks, isBold)}${endsCut ? " …" : ""}`;
}

/**
 * Where a hit is, its name marked; folders end with a slash.
 *
 * @param path - In the account's own tree; null where the shared folder that it is in is not there.
 */
export function markedPath(
  { node, shared, nameMarks, path: below }: SearchHit,
  path: string | null,
  isBold: boolean,
): string {
  const whole = path ?? below;
  const above = whole.slice(0, whole.length - node.name.length);
  const outside = path === null && shared ? `(${shared.name}, of ${shared.owner})` : "";
  const slash = node.type === "folder" ? "/" : "";
  return `${printable(outside + above)}${marked(node.name, nameMarks, isBold)}${slash}`;
}
