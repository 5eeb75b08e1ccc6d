import type { Trees } from "./trees.ts";

/** Where the identities of folders are kept that are let alone: a JSON list. */
const META_KEY = "let-go";

/** What is said of such a folder after its path. */
export const LET_GO = "is no longer shared with you: it stays as it is, and is not synced";

const SUFFIX = " (no longer shared)";

/** The name of a folder that is no longer shared. */
export function letGoName(name: string): string {
  return name.endsWith(SUFFIX) ? name : `${name}${SUFFIX}`;
}

/** Folders on this disk that stood for shared ones which this account has no more, wherever they are by now (M9). */
export class LetGo {
  readonly #trees: Pick<Trees, "getMeta" | "setMeta">;
  #text: string | undefined;
  #identities: ReadonlySet<string> = new Set();

  constructor(trees: Pick<Trees, "getMeta" | "setMeta">) {
    this.#trees = trees;
  }

  has(identity: string): boolean {
    const text = this.#trees.getMeta(META_KEY);
    if (text !== this.#text) {
      this.#text = text;
      this.#identities = new Set(JSON.parse(text ?? "[]") as string[]);
    }
    return this.#identities.has(identity);
  }

  add(identity: string): void {
    if (this.has(identity)) return;
    this.#trees.setMeta(META_KEY, JSON.stringify([...this.#identities, identity]));
  }
}
