import { nameKey, nextFreeName } from "../../../../core/names.ts";
import { LedgeError } from "../../../../protocol/errors.ts";
import type { Node } from "../../../../protocol/tree.ts";
import { conflictName } from "../../../../client/sync/conflict-name.ts";
import { saveFile } from "../../uploads/save-file.ts";
import { encodeText, type DecodedText } from "../text-encoding.ts";

type File = Pick<Node, "id" | "name" | "parent">;

/** Saves a text as the version after `baseVersion`. Rejects as `saveFile` does: `stale_base` where there is one already. */
export function saveText(file: File, baseVersion: number, text: DecodedText): Promise<Node> {
  return saveFile({ file, baseVersion }, new Blob([encodeText(text)]));
}

/** Saves a text beside the file that it was of, under a name that says so, e.g. `Plan (conflict 2026-11-22).md` (B14). */
export function saveCopy(name: string, parent: string, text: DecodedText, now: number): Promise<Node> {
  return saveAsNew(conflictName(name, "file", "conflict", "", now), parent, text);
}

/** Saves a text as a new file, under the first free name. */
export async function saveAsNew(wished: string, parent: string, text: DecodedText): Promise<Node> {
  const taken = new Set<string>();
  for (;;) {
    const free = taken.size > 0 ? nextFreeName(wished, "file", (key) => taken.has(key)) : wished;
    try {
      return await saveFile({ parent, name: free }, new Blob([encodeText(text)]));
    } catch (error) {
      if (!(error instanceof LedgeError) || error.code !== "name_conflict" || taken.size > 50) throw error;
      taken.add(nameKey(free));
    }
  }
}
