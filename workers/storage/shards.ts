import type { Env } from "../env.ts";

/** A metadata shard, opened for one request (or one commit). */
export interface Shard {
  /** Binding name, e.g. `META_0`; what the directory's placements say. */
  readonly name: string;
  /** Reads may be served by a replica that is at least as new as the session's bookmark; writes go to the primary. */
  readonly db: D1DatabaseSession;
}

/** All of the deployment's shards, by binding name, in order. */
export function shardNames(env: Env): string[] {
  return Object.keys(env)
    .filter((key) => /^META_\d+$/.test(key))
    .sort((a, b) => Number(a.slice(5)) - Number(b.slice(5)));
}

/**
 * Opens a shard.
 *
 * @param at - A bookmark that the caller was given, or where to begin without one: `first-primary` for writers,
 *   `first-unconstrained` for readers who need not see their own writes.
 * @throws Error where no binding has that name: a shard was taken out of wrangler.toml while users live on it.
 */
export function openShard(env: Env, name: string, at: string): Shard {
  const database = (env as unknown as Record<string, D1Database | undefined>)[name];
  if (!database || !/^META_\d+$/.test(name)) throw new Error(`no metadata shard is bound as ${name}`);
  return { name, db: database.withSession(at) };
}
