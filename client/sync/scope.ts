import { nameKey } from "../../core/names.ts";
import type { ReplicaPath } from "../ports/replica-files.ts";
import type { EntryType } from "./entry.ts";
import { IgnoreRules } from "./ignore-rules.ts";
import { STAGE_PATH } from "./local-path.ts";
import type { Trees } from "./trees.ts";

/** Where the choice of folders is kept: a JSON list of remote folders' ids. */
const META_KEY = "excluded";

/** Why something is not in sync: by an ignore rule (Y15), or by the choice of folders (Y16). */
export type Exclusion = "ignored" | "chosen";

/** The remote folders that are left out on this device. */
export function excludedFolders(trees: Trees): string[] {
  const ids: unknown = JSON.parse(trees.getMeta(META_KEY) ?? "[]");
  return Array.isArray(ids) ? ids.filter((id) => typeof id === "string") : [];
}

/** What of the tree is in sync on this device. */
export class Scope {
  readonly #trees: Trees;
  readonly #rules = new IgnoreRules();
  readonly #excluded: Set<string>;

  constructor(trees: Trees, options: { readonly excluded: Iterable<string> } = { excluded: excludedFolders(trees) }) {
    this.#trees = trees;
    this.#excluded = new Set(options.excluded);
  }

  get excluded(): ReadonlySet<string> {
    return this.#excluded;
  }

  /** Leaves a remote folder out from now on. */
  exclude(id: string): void {
    this.#excluded.add(id);
    this.#keepChoice();
  }

  /** Takes a remote folder in again. */
  include(id: string): void {
    this.#excluded.delete(id);
    this.#keepChoice();
  }

  /**
   * Sets the rules of the `.ledgeignore` in a folder, or removes them; answers whether that changed them. Nothing else
   * is done about it: see `Trees.markAllDirty`.
   */
  setIgnoreFile(folder: ReplicaPath, text: string | null): boolean {
    return this.#rules.setFile(folder, text);
  }

  isExcluded(path: ReplicaPath, type: EntryType, id: string): boolean {
    return this.whyExcluded(path, type, id) !== null;
  }

  whyExcluded(path: ReplicaPath, type: EntryType, id: string): Exclusion | null {
    if (this.isIgnored(path, type)) return "ignored";
    return this.#isChosenOut(id) ? "chosen" : null;
  }

  isIgnored(path: ReplicaPath, type: EntryType): boolean {
    if (path === "" || path.startsWith(`${STAGE_PATH}/`)) return false;
    const [first = ""] = path.split("/", 1);
    // Compared by key: where the system does not mind case, `.Ledge` is that folder too.
    return nameKey(first) === ".ledge" || this.#rules.isIgnored(path, type);
  }

  #isChosenOut(id: string): boolean {
    if (this.#excluded.size === 0) return false;
    let at = id;
    for (let depth = 0; depth < 200 && at !== ""; depth++) {
      if (this.#excluded.has(at)) return true;
      at = this.#trees.get(at)?.remote?.parent ?? "";
    }
    return false;
  }

  #keepChoice(): void {
    this.#trees.transaction(() => {
      this.#trees.setMeta(META_KEY, JSON.stringify([...this.#excluded].sort()));
      this.#trees.markAllDirty();
    });
  }
}
