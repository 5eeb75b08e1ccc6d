import ignore, { type Ignore } from "ignore";
import type { ReplicaPath } from "../ports/replica-files.ts";
import { joinPath } from "./local-path.ts";

/** Holds rules for the folder that it is in, in gitignore's syntax. It is synced as any other file. */
export const IGNORE_FILE = ".ledgeignore";

/**
 * What is left out where no rule says otherwise: what systems and programs leave lying about for themselves. A rule such
 * as `!Thumbs.db` takes it in again.
 */
const BUILT_IN = [".DS_Store", "Thumbs.db", "desktop.ini", "*.part.ledge", "~$*", ".~lock.*#"];

/** The matcher remembers every path that it was asked for; after so many it starts afresh. */
const REMEMBERED_PATHS = 20_000;

/**
 * The rules of all `.ledgeignore` files, as git has them (gitignore(5)): a later rule beats an earlier one, a deeper
 * file's a shallower one's, and what is in an ignored folder is ignored. Other than git's they do not mind case, nor
 * Unicode's normal forms: two names that are the same to the server (N2) are so here.
 */
export class IgnoreRules {
  readonly #texts = new Map<ReplicaPath, string>();
  /** Matchers by the deepest folder with a file, made of its rules and those of all folders above. */
  readonly #matchers = new Map<ReplicaPath, { readonly rules: Ignore; asked: number }>();

  /** Sets a folder's rules, or removes them; answers whether they changed. */
  setFile(folder: ReplicaPath, text: string | null): boolean {
    const key = folder.normalize("NFC");
    if (text === (this.#texts.get(key) ?? null)) return false;
    if (text === null) this.#texts.delete(key);
    else this.#texts.set(key, text);
    this.#matchers.clear();
    return true;
  }

  isIgnored(path: ReplicaPath, type: "file" | "folder"): boolean {
    const normal = path.normalize("NFC");
    return this.#matcherFor(normal).test(type === "folder" ? `${normal}/` : normal).ignored;
  }

  #matcherFor(path: ReplicaPath): Ignore {
    let folder = parentOf(path);
    while (folder !== "" && !this.#texts.has(folder)) folder = parentOf(folder);
    let matcher = this.#matchers.get(folder);
    if (!matcher || matcher.asked >= REMEMBERED_PATHS) {
      matcher = { rules: ignore().add(this.#rulesFor(folder)), asked: 0 };
      this.#matchers.set(folder, matcher);
    }
    matcher.asked++;
    return matcher.rules;
  }

  #rulesFor(folder: ReplicaPath): string[] {
    const rules = [...BUILT_IN];
    const names = folder === "" ? [] : folder.split("/");
    let path = "";
    for (const name of ["", ...names]) {
      path = name === "" ? "" : joinPath(path, name);
      const text = this.#texts.get(path);
      if (text !== undefined) rules.push(...rulesFromRoot(path, text));
    }
    return rules;
  }
}

/** A folder's rules as they read in a file at the root. */
function rulesFromRoot(folder: ReplicaPath, text: string): string[] {
  const lines = text
    .replace(/^\uFEFF/, "")
    .normalize("NFC")
    .split(/\r?\n/)
    .filter((line) => line !== "" && !line.startsWith("#"));
  if (folder === "") return lines;
  const prefix = `/${folder.replace(/[\\*?[\]]/g, "\\$&")}`;
  return lines.map((line) => {
    const isNegative = line.startsWith("!");
    const pattern = isNegative ? line.slice(1) : line;
    if (/^[\s/]*$/.test(pattern)) return "";
    const isAnchored = pattern.slice(0, -1).includes("/") || /^\/./.test(pattern);
    const moved = isAnchored ? `${prefix}/${pattern.replace(/^\//, "")}` : `${prefix}/**/${pattern}`;
    return isNegative ? `!${moved}` : moved;
  });
}

function parentOf(path: ReplicaPath): ReplicaPath {
  const slash = path.lastIndexOf("/");
  return slash < 0 ? "" : path.slice(0, slash);
}
