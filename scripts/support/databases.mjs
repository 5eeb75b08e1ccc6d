import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { root, run } from "./tools.mjs";

/**
 * The D1 databases of a wrangler configuration.
 *
 * @param config - Path of a wrangler.toml, from the repository's root.
 * @returns binding and the absolute migrations folder of each, in the file's order.
 */
export function databases(config) {
  const path = resolve(root, config);
  const found = [];
  for (const table of readFileSync(path, "utf8")
    .split(/^\[\[d1_databases\]\]\s*$/m)
    .slice(1)) {
    const body = table.split(/^\[/m)[0];
    const binding = /^binding\s*=\s*"([^"]+)"/m.exec(body)?.[1];
    const folder = /^migrations_dir\s*=\s*"([^"]+)"/m.exec(body)?.[1];
    if (!binding || !folder) throw new Error(`${config}: a D1 database without binding or migrations_dir`);
    found.push({ binding, folder: resolve(dirname(path), folder) });
  }
  return found;
}

/** SHA-256 (hex) of all migrations that a configuration applies: changes when there is something new to apply. */
export function migrationsDigest(config) {
  const hash = createHash("sha256");
  for (const { binding, folder } of databases(config)) {
    for (const name of readdirSync(folder)
      .filter((file) => file.endsWith(".sql"))
      .sort()) {
      hash.update(`${binding}\0${name}\0`).update(readFileSync(join(folder, name)));
    }
  }
  return hash.digest("hex");
}

/**
 * Brings the local databases in `state` up to date, through `wrangler d1 migrations apply` for each binding. What was
 * applied is remembered beside the data, so that an unchanged start costs nothing.
 *
 * @throws Error with wrangler's output where a migration fails; that migration is rolled back.
 */
export async function migrateLocal(config, state) {
  const digest = migrationsDigest(config);
  const marker = join(state, "ledge-migrations");
  if (existsSync(marker) && readFileSync(marker, "utf8") === digest) return;
  for (const { binding } of databases(config)) {
    await migrate(binding, ["--local", "--persist-to", state, "--config", config]);
  }
  mkdirSync(state, { recursive: true });
  writeFileSync(marker, digest);
}

/** Applies the migrations of the deployed databases, by binding. Shows wrangler's output. */
export async function migrateRemote(config) {
  for (const { binding } of databases(config)) {
    console.log(`Migrating ${binding} …`);
    await migrate(binding, ["--remote", "--config", config], "inherit");
  }
}

async function migrate(binding, args, stdio = "pipe") {
  const { status, output } = await run("wrangler", ["d1", "migrations", "apply", binding, ...args], {
    stdio: ["ignore", stdio, stdio],
    env: { CI: "true" },
  });
  if (status !== 0) throw new Error(`the migrations of ${binding} failed\n${output}`);
}
