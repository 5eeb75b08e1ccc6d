/** What the index has found. Whether it is there, and for whom, the tree says. */
export interface Candidate {
  /** Grows with the time at which it was indexed. */
  readonly id: number;
  /** indexed_spaces.number */
  readonly space: number;
  readonly nodeId: string;
  readonly contentId: string | null;
  readonly type: "file" | "folder";
  readonly name: string;
  readonly size: number;
  readonly mtime: number;
}

/** Parameters: match, upper bound (exclusive), limit. FTS5 walks from the newest down and stops at the limit. */
export const CANDIDATES_QUERY = `
  SELECT e.id, e.space, e.node_id AS nodeId, e.content_id AS contentId, e.type, e.name, e.size, e.mtime
  FROM (SELECT rowid FROM terms WHERE terms MATCH ?1 AND rowid < ?2 ORDER BY rowid DESC LIMIT ?3) t
  CROSS JOIN entries e ON e.id = t.rowid`;

/** Those that were indexed last of what matches, before `before`. */
export async function readCandidates(
  search: D1Database,
  match: string,
  before: number,
  limit: number,
): Promise<Candidate[]> {
  const { results } = await search.prepare(CANDIDATES_QUERY).bind(match, before, limit).all<Candidate>();
  return results;
}
