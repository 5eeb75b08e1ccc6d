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

/** Of each table one sum, all by one statement: a statement's way to the database takes longer than the rows. */
async function shardDigest(shard: D1Database): Promise<Record<string, unknown>> {
  const sums = Object.entries(SHARD_TABLES).map(([table, columns]) => {
    const totals = columns.map((column) => `total(${column})`).join(", ");
    return `(SELECT json_array(count(*), ${totals}) FROM ${table}) AS ${table}`;
  });
  return (await shard.prepare(`SELECT ${sums.join(", ")}`).first()) ?? {};
}

let directoryTables: Promise<readonly string[]> | undefined;

async function directoryDigest(directory: D1Database): Promise<Record<string, unknown>> {
  const tables = await (directoryTables ??= namesOf(directory));
  const counts = tables.map((name) => `(SELECT count(*) FROM "${name}") AS "directory.${name}"`);
  return (await directory.prepare(`SELECT ${counts.join(", ")}`).first()) ?? {};
}

async function namesOf(directory: D1Database): Promise<string[]> {
  const { results } = await directory.prepare(DIRECTORY_TABLES).all<{ name: string }>();
  return results.map(({ name }) => name);
}

function prefixed(prefix: string, record: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [prefix + name, value]));
}
