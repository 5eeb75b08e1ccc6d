import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { isCode } from "../../client/ports/file-error.ts";
import { configFolder } from "../credentials.ts";

/** A folder that was linked on this machine. */
export interface Registered {
  /** The replica's id: see `openReplica`. */
  readonly id: string;
  /** Absolute, without symlinks on the way. */
  readonly root: string;
  readonly url: string;
  readonly remote: string;
}

/**
 * Remembers linked folders outside of them, so that one whose disk is not mounted is not taken for an empty one (Y14).
 * A file for each, so that several processes can write at once.
 */
function folder(env: NodeJS.ProcessEnv): string {
  return join(configFolder(env), "replicas");
}

/** All that were linked, by path. */
export async function registeredReplicas(env: NodeJS.ProcessEnv): Promise<Registered[]> {
  let names: string[];
  try {
    names = await readdir(folder(env));
  } catch (error) {
    if (isCode(error, "ENOENT")) return [];
    throw error;
  }
  const found: Registered[] = [];
  for (const name of names) {
    const replica = name.endsWith(".json") ? await read(join(folder(env), name)) : null;
    if (replica) found.push(replica);
  }
  return found.sort((a, b) => (a.root < b.root ? -1 : 1));
}

/** Remembers a folder in place of what was linked there before. */
export async function register(env: NodeJS.ProcessEnv, replica: Registered): Promise<void> {
  await mkdir(folder(env), { recursive: true, mode: 0o700 });
  const place = join(folder(env), `${replica.id}.json`);
  await writeFile(`${place}.${process.pid}`, `${JSON.stringify(replica, null, 2)}\n`, { mode: 0o600 });
  await rename(`${place}.${process.pid}`, place);
  for (const { id, root } of await registeredReplicas(env))
    if (root === replica.root && id !== replica.id) await unregister(env, id);
}

export async function unregister(env: NodeJS.ProcessEnv, id: string): Promise<void> {
  await rm(join(folder(env), `${id}.json`), { force: true });
}

async function read(path: string): Promise<Registered | null> {
  try {
    const { id, root, url, remote } = JSON.parse(await readFile(path, "utf8")) as Partial<Registered>;
    if (typeof id !== "string" || typeof root !== "string") return null;
    return { id, root, url: url ?? "", remote: remote ?? "/" };
  } catch (error) {
    if (error instanceof SyntaxError || isCode(error, "ENOENT")) return null;
    throw error;
  }
}
