import { joinPath, localPath } from "./local-path.ts";
import type { TreeView } from "./trees.ts";

/** Where a node is, or would be, as a person names it; "" for what is not under the root on any side. */
export function stepPath(view: TreeView, id: string, depth = 0): string {
  const path = localPath(view, id);
  if (path !== null) return path;
  const entry = view.get(id);
  const place = entry?.remote ?? entry?.synced;
  if (!place || depth > 200) return "";
  return joinPath(place.parent === view.rootId ? "" : stepPath(view, place.parent, depth + 1), place.name);
}
