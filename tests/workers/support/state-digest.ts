import { env } from "cloudflare:workers";

/** What of each shard table a refused request must leave as it was. */
const SHARD_TABLES: Readonly<Record<string, readonly string[]>> = {
  owners: ["quota", "used", "reserved"],
  spaces: ["seq"],
  nodes: ["seq", "size", "mtime", "version", "length(name)", "length(state)", "executable"],
  versions: ["version", "size", "mtime"],
  contents: ["refs", "size"],
  chunks: ["refs", "size", "touched_at", "length"],
  packs: ["size"],
  uploads: ["reserved", "expires_at"],
  commits: ["seq"],
  operations: ["length(result)"],
  stars: ["created_at"],
};

/** Times of last use are left out: being asked is allowed to change them. */
const DIRECTORY_TABLES =
  "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE '!_cf!_%' ESCAPE '!' AND name NOT LIKE 'sqlite!_%' ESCAPE '!'";

/** Equal before and after a request that changed nothing: counts and sums of every table, and the bucket's keys. */
export async function stateDigest(): Promise<Readonly<Record<string, unknown>>> {
  const { DIRECTORY, META_0, META_1, PACKS } = env as unknown as Record<string, D1Database> & { PACKS: R2Bucket };
  const [shard0, shard1, directory, bucket] = await Promise.all([
    shardDigest(META_0!),
    shardDigest(META_1!),
    directoryDigest(DIRECTORY!),
    PACKS.list({ limit: 1_000 }),
  ]);
  return {
    ...prefixed("0.", shard0),
    ...prefixed("1.", shard1),
    ...directory,
    packs: bucket.objects.map(({ key }) => key).join(),
  };
}

async function shardDigest(shard: D1Database): Promise<Record<string, unknown>> {
  const queries = Object.entries(SHARD_TABLES).map(([table, columns]) => {
    const sums = columns.map((column, i) => `total(${column}) AS s${i}`).join(", ");
    return shard.prepare(`SELECT '${table}' AS name, count(*) AS n, ${sums} FROM ${table}`);
  });
  const answers = await shard.batch<Record<string, unknown>>(queries);
  return Object.fromEntries(answers.map(({ results }) => [String(results[0]?.["name"]), JSON.stringify(results[0])]));
}

async function directoryDigest(directory: D1Database): Promise<Record<string, unknown>> {
  const { results: tables } = await directory.prepare(DIRECTORY_TABLES).all<{ name: string }>();
  const answers = await directory.batch<{ n: number }>(
    tables.map(({ name }) => directory.prepare(`SELECT count(*) AS n FROM "${name}"`)),
  );
  return Object.fromEntries(tables.map(({ name }, i) => [`directory.${name}`, answers[i]?.results[0]?.n]));
}

function prefixed(prefix: string, record: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [prefix + name, value]));
}
