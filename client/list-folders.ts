import { LedgeError } from "../protocol/errors.ts";
import type { Node } from "../protocol/tree.ts";
import type { SpaceApi } from "./space-api.ts";

/** Folders that one listing request names at most: the server's `listedFolders`. */
export const FOLDERS_A_REQUEST = 200;

/**
 * Live children of several folders (at most `FOLDERS_A_REQUEST`): the folders in the order given, each by name; `parent`
 * says of which. Folders that are no longer there are told to `onGone` and left out.
 */
export async function* listFolders(
  api: Pick<SpaceApi, "foldersPage">,
  folders: readonly string[],
  onGone: (id: string) => void,
  signal?: AbortSignal,
): AsyncGenerator<Node> {
  let rest = [...folders];
  let cursor: string | undefined;
  while (rest.length > 0) {
    let page;
    try {
      page = await api.foldersPage(rest, cursor, signal);
    } catch (error) {
      const gone = goneOf(error, rest);
      if (gone.size === 0) throw error;
      for (const id of gone) onGone(id);
      if (gone.has(rest[0] as string)) cursor = undefined;
      rest = rest.filter((id) => !gone.has(id));
      continue;
    }
    yield* page.nodes;
    const { next } = page;
    if (next === null) return;
    const at = rest.indexOf(next.folder);
    if (at < 0) throw new LedgeError("internal", "the server went on with a folder that was not asked for");
    rest = rest.slice(at);
    cursor = next.cursor;
  }
}

function goneOf(error: unknown, asked: readonly string[]): ReadonlySet<string> {
  const named = error instanceof LedgeError && error.code === "not_found" ? error.extra["ids"] : undefined;
  return new Set(Array.isArray(named) ? asked.filter((id) => named.includes(id)) : []);
}
