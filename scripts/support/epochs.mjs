import { databases } from "./databases.mjs";
import { INDEX_ANEW, newEpochs } from "./new-epochs-sql.mjs";
import { run } from "./tools.mjs";

/**
 * Gives every space of every metadata shard of a configuration a new epoch, so that no cursor given out so far is good
 * any more (S2), and has all of them indexed anew.
 *
 * @param config - Path of a wrangler.toml, from the repository's root.
 * @param where - Arguments of `wrangler d1 execute`: `--remote`, or `--local` and `--persist-to`.
 * @param now - Milliseconds.
 * @returns how many spaces each shard has, by its binding.
 * @throws Error with wrangler's output where a database cannot be written; those before it are done. Running it again is safe.
 */
export async function renewEpochs(config, where, now) {
  const counts = {};
  for (const { binding } of databases(config).filter(({ binding }) => /^META_\d+$/.test(binding))) {
    const output = await execute(config, binding, where, newEpochs(now));
    counts[binding] = Number(/"spaces":\s*(\d+)/.exec(output)?.[1]);
  }
  await reindex(config, where);
  return counts;
}

/** Has all spaces of a configuration's shards indexed anew. Arguments and errors as of `renewEpochs`. */
export async function reindex(config, where) {
  await execute(config, "SEARCH", where, INDEX_ANEW);
}

async function execute(config, binding, where, sql) {
  const args = ["d1", "execute", binding, ...where, "--config", config, "--yes", "--json", "--command", sql];
  const { status, output } = await run("wrangler", args, { stdio: ["ignore", "pipe", "pipe"], env: { CI: "true" } });
  if (status !== 0) throw new Error(`${binding} could not be written\n${output}`);
  return output;
}
