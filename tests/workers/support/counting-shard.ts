import type { Shard } from "../../../workers/storage/shards.ts";

export interface RowCount {
  read: number;
  written: number;
}

/** A shard whose queries are counted: how many, and in rows as D1 bills them. */
export function countingShard(
  name: string,
  database: D1Database,
): { shard: Shard; rows: RowCount; queries: { count: number } } {
  const rows: RowCount = { read: 0, written: 0 };
  const queries = { count: 0 };
  const count = <T>(result: D1Result<T>): D1Result<T> => {
    queries.count++;
    rows.read += result.meta.rows_read;
    rows.written += result.meta.rows_written;
    return result;
  };
  const inner = new WeakMap<object, D1PreparedStatement>();
  const wrap = (statement: D1PreparedStatement): D1PreparedStatement => {
    const wrapped = {
      bind: (...values: unknown[]) => wrap(statement.bind(...values)),
      all: async <T>() => count(await statement.all<T>()),
      run: async <T>() => count(await statement.run<T>()),
      first: async <T>() => count(await statement.all<T>()).results[0] ?? null,
    } as unknown as D1PreparedStatement;
    inner.set(wrapped, statement);
    return wrapped;
  };
  const session = database.withSession("first-primary");
  const db = {
    prepare: (query: string) => wrap(session.prepare(query)),
    batch: async <T>(statements: D1PreparedStatement[]) =>
      (await session.batch<T>(statements.map((statement) => inner.get(statement) ?? statement))).map(count),
    getBookmark: () => session.getBookmark(),
  };
  return { shard: { name, db }, rows, queries };
}
