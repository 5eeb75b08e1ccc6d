import type { Query } from "../../core/search/query.ts";
import type { Env } from "../env.ts";
import { readCandidates, type Candidate } from "./candidates.ts";
import { reach, type Reached } from "./reach.ts";
import type { SearchPosition } from "./search-position.ts";
import type { SearchedSpace } from "./searched-spaces.ts";

/** Entries that are looked at, and ranked among each other, at once. */
const WINDOW = 300;
/** Of a window that is looked at again: what was indexed since comes on top of it, which may be a part of an import. */
const RESUMED_WINDOW = 8 * WINDOW;
/** Entries that are none of the asker's, after which a window ends, and a page (F6). */
export const HIDDEN = 2_400;

/** Some of the entries that match, newest first, and where the next ones begin. */
export interface Window {
  /** The home's as the index has them, others' as far as the asker has them. */
  readonly candidates: readonly Candidate[];
  /** Of others' ones, by candidate: what of them is shown. */
  readonly reached: ReadonlyMap<number, Reached | null>;
  /** Entries from this one on are not in later windows; null: there are none. */
  readonly next: number | null;
  /** Others' entries that were looked at and passed over. */
  readonly hidden: number;
}

/**
 * The window at a position: one that is begun ends where it ended before, so that nothing that it had is in the next one as
 * well, or in none of them, because of what was indexed between two pages. What the asker does not have takes no place in it:
 * else the order of hits and the ends of pages would tell how many entries match that they may not see, exactly, to somebody
 * who adds as many as fill it.
 */
export async function readWindow(
  env: Env,
  query: Query,
  spaces: ReadonlyMap<number, SearchedSpace>,
  match: string,
  { before, until }: Pick<SearchPosition, "before" | "until">,
): Promise<Window> {
  const candidates: Candidate[] = [];
  const reached = new Map<number, Reached | null>();
  const most = until === null ? WINDOW : RESUMED_WINDOW;
  let hidden = 0;
  for (let from = before; ;) {
    const read = await readCandidates(env.SEARCH, match, from, WINDOW);
    const others = read.filter(({ space }) => spaces.get(space)?.folders !== null);
    const known = await reach(env, query, spaces, others);
    for (const candidate of read) {
      const { id, space } = candidate;
      if (until !== null && id < until) return { candidates, reached, next: until, hidden };
      from = id;
      if (spaces.get(space)?.folders === null) candidates.push(candidate);
      else if (known.has(id)) {
        reached.set(id, known.get(id) ?? null);
        candidates.push(candidate);
      } else hidden++;
      if (candidates.length === most || hidden === HIDDEN) return { candidates, reached, next: id, hidden };
    }
    if (read.length < WINDOW) return { candidates, reached, next: null, hidden };
  }
}
