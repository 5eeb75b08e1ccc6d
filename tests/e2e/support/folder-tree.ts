import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync, type Dirent } from "node:fs";
import { join } from "node:path";

/**
 * What is in a folder, without `.ledge`: each path with its bytes' digest and executable bit, or `folder`. What goes while
 * it is looked at, as a sync may change the folder, is not in it.
 */
export function folderTree(root: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const path of pathsBelow(root)) {
    const what = unlessGone(() => describe(join(root, path)));
    if (what !== null) found.set(path, what);
  }
  return found;
}

function describe(path: string): string {
  const stats = statSync(path);
  return stats.isDirectory() ? "folder" : `${digest(path)}${(stats.mode & 0o100) === 0 ? "" : " x"}`;
}

/** Null where it was moved away or replaced by a thing of the other type. */
function unlessGone<T>(look: () => T): T | null {
  try {
    return look();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR" || code === "EISDIR") return null;
    throw error;
  }
}

/** All paths in a folder but those in `.ledge`, each after the folder that it is in. */
export function pathsBelow(root: string, path = ""): string[] {
  const found: string[] = [];
  const folder = join(root, path);
  const entries = path === "" ? readdirSync(folder, { withFileTypes: true }) : entriesOf(folder);
  for (const entry of entries) {
    if (path === "" && entry.name === ".ledge") continue;
    const below = path === "" ? entry.name : `${path}/${entry.name}`;
    found.push(below);
    if (entry.isDirectory()) found.push(...pathsBelow(root, below));
  }
  return found;
}

function entriesOf(folder: string): Dirent[] {
  return unlessGone(() => readdirSync(folder, { withFileTypes: true })) ?? [];
}

/** Where two trees differ, at most `most` lines. */
export function treeDifferences(a: ReadonlyMap<string, string>, b: ReadonlyMap<string, string>, most = 20): string[] {
  const lines: string[] = [];
  for (const path of new Set([...a.keys(), ...b.keys()])) {
    const [left, right] = [a.get(path), b.get(path)];
    if (left !== right) lines.push(`${path}: ${left?.slice(0, 12) ?? "missing"} / ${right?.slice(0, 12) ?? "missing"}`);
  }
  return lines.sort().slice(0, most);
}

function digest(path: string): string {
  return createHash("sha256").update(readFileSync(path)).digest("hex");
}
