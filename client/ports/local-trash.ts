import { lstatSync, mkdirSync, renameSync } from "node:fs";
import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { numberedNames } from "../../core/names.ts";
import { isCode } from "./file-error.ts";
import type { ReplicaPath } from "./replica-files.ts";

const DAY_MS = 86_400_000;

/**
 * Moves what is at the host's path `from` to `<trash>/<day>/<path>`, under a numbered name where that is taken. Answers the
 * folder that it is in now.
 */
export function moveToTrash(
  trash: string,
  now: number,
  path: ReplicaPath,
  from: string,
  type: "file" | "folder",
): string {
  const day = join(trash, new Date(now).toISOString().slice(0, 10));
  const names = path.split("/");
  const name = names.pop() ?? path;
  mkdirSync(day, { recursive: true });
  try {
    const folder = folderBelow(day, names);
    renameSync(from, freePath(folder, name, type));
    return folder;
  } catch (error) {
    // The path in the trash may be too long, or lead through a folder that was trashed without the right to write there.
    if (names.length === 0 || !isCode(error, "ENAMETOOLONG", "EACCES", "EPERM", "ENOENT")) throw error;
    renameSync(from, freePath(day, name, type));
    return day;
  }
}

/** The folder of these names below `folder`, made; numbered where a file is in the way. */
function folderBelow(folder: string, names: readonly string[]): string {
  let current = folder;
  for (const name of names) {
    const alternatives = numberedNames(name, "folder");
    for (let n = 1; ; n++) {
      const candidate = join(current, n === 1 ? name : alternatives(n).name);
      const stats = lstatSync(candidate, { throwIfNoEntry: false });
      if (!stats) mkdirSync(candidate);
      if (stats && !stats.isDirectory()) continue;
      current = candidate;
      break;
    }
  }
  return current;
}

function freePath(folder: string, name: string, type: "file" | "folder"): string {
  const alternatives = numberedNames(name, type);
  for (let n = 1; ; n++) {
    const candidate = join(folder, n === 1 ? name : alternatives(n).name);
    if (!lstatSync(candidate, { throwIfNoEntry: false })) return candidate;
  }
}

/** Removes for good what was trashed on days that were over at `olderThan`. */
export async function pruneTrash(trash: string, olderThan: number): Promise<void> {
  for (const day of await readdir(trash)) {
    if (!/^\d{4}-\d{2}-\d{2}$/.test(day) || !(Date.parse(day) + DAY_MS <= olderThan)) continue;
    await rm(join(trash, day), { recursive: true, force: true });
  }
}
