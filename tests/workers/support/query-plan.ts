/** SQLite's plan of a query, a line a step; numbered parameters are bound to an empty JSON array. */
export async function planOf(db: D1Database, query: string): Promise<string> {
  const parameters = Math.max(0, ...[...query.matchAll(/\?(\d+)/g)].map(([, n]) => Number(n)));
  const { results } = await db
    .prepare(`EXPLAIN QUERY PLAN ${query}`)
    .bind(...Array.from({ length: parameters }, () => "[]"))
    .all<{ detail: string }>();
  return results.map(({ detail }) => detail).join("\n");
}
