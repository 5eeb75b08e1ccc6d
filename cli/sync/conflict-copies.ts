import { join } from "node:path";
import { listConflicts } from "../../client/sync/conflicts.ts";
import { joinPath, localPath } from "../../client/sync/local-path.ts";
import { isThere, treesOf } from "./replica-report.ts";

/** A conflict copy that is still on the disk. Paths are those in the folder. */
export interface ConflictCopy {
  readonly root: string;
  readonly path: string;
  /** What it is beside of, where that is known. */
  readonly original: string;
  /** Whose edit it is; null where its name does not tell. */
  readonly device: string | null;
  /** Milliseconds since 1970-01-01 UTC, of the day alone where another device made it. */
  readonly at: number;
}

/** `stem (conflict DEVICE DATE).ext`, as `conflictName` makes it; the device may be missing, a number follow the date. */
const NAME = /^(?<stem>.*) \((?:case )?conflict (?:(?<device>.*) )?(?<date>\d{4}-\d{2}-\d{2})(?: \d+)?\)(?<rest>.*)$/s;

/** All in a folder: those that happened here, and those that other devices made, by their names. */
export function conflictCopies(root: string): ConflictCopy[] {
  const trees = treesOf(root);
  const found = new Map<string, ConflictCopy>();
  for (const { local, id } of trees.all()) {
    const path = local && NAME.test(local.name) ? localPath(trees, id) : null;
    if (local && path !== null) found.set(path, { root, path, ...partsOf(local.name, path) });
  }
  for (const { path: original, conflictPath: path, device, at } of listConflicts(trees))
    found.set(path, { root, path, original, device, at });
  return [...found.values()].filter(({ path }) => isThere(join(root, path))).sort((a, b) => a.at - b.at);
}

export function partsOf(name: string, path: string): Pick<ConflictCopy, "original" | "device" | "at"> {
  const { stem = name, device, date = "", rest = "" } = NAME.exec(name)?.groups ?? {};
  const folder = path.slice(0, Math.max(0, path.length - name.length - 1));
  return { original: joinPath(folder, stem + rest), device: device ?? null, at: Date.parse(date) };
}
