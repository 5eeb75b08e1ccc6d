import type { Query } from "../../core/search/query.ts";
import type { Env } from "../env.ts";
import { readCandidates, type Candidate } from "./candidates.ts";
import { reach, type Reached } from "./reach.ts";
import type { SearchedSpace } from "./searched-spaces.ts";

/** Entries that are looked at, and ranked among each other, at once. */
const WINDOW = 300;
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
 * The window that begins below `before`. What the asker does not have takes no place in it: else the order of hits and the
 * ends of pages would tell how many entries match that they may not see, exactly, to somebody who adds as many as fill it.
 */
export async function readWindow(
  env: Env,
  query: Query,
  spaces: ReadonlyMap<number, SearchedSpace>,
  match: string,
  before: number,
): Promise<Window> {
  const candidates: Candidate[] = [];
  const reached = new Map<number, Reached | null>();
  let hidden = 0;
  for (let from = before; ;) {
    const read = await readCandidates(env.SEARCH, match, from, WINDOW);
    const others = read.filter(({ space }) => spaces.get(space)?.folders !== null);
    const known = await reach(env, query, spaces, others);
    for (const candidate of read) {
      const { id, space } = candidate;
      from = id;
      if (spaces.get(space)?.folders === null) candidates.push(candidate);
      else if (known.has(id)) {
        reached.set(id, known.get(id) ?? null);
        candidates.push(candidate);
      } else hidden++;
      if (candidates.length === WINDOW || hidden === HIDDEN) return { candidates, reached, next: id, hidden };
    }
    if (read.length < WINDOW) return { candidates, reached, next: null, hidden };
  }
}
