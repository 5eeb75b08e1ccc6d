import type { SearchHit } from "../../../protocol/search.ts";

/** More than anybody looks through. */
const MOST = 15;

/** Folders that hits are in, as `in:` takes them: the topmost, and those right above hits; those of most hits first. */
export function foldersOf(hits: readonly Pick<SearchHit, "ancestors" | "shared">[]): readonly string[] {
  const counts = new Map<string, number>();
  for (const { ancestors, shared } of hits) {
    const names = [...(shared ? [shared.name] : []), ...ancestors.slice(1).map(({ name }) => name)];
    for (const path of new Set([names.slice(0, 1).join("/"), names.join("/")])) {
      if (path !== "") counts.set(path, (counts.get(path) ?? 0) + 1);
    }
  }
  return [...counts]
    .sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))
    .slice(0, MOST)
    .map(([path]) => path);
}
