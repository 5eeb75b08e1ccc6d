import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

/** What is in a folder, without `.ledge`: each path with its bytes' digest and executable bit, or `folder`. */
export function folderTree(root: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const path of pathsBelow(root)) {
    const stats = statSync(join(root, path), { throwIfNoEntry: false });
    if (!stats) continue;
    if (stats.isDirectory()) found.set(path, "folder");
    else found.set(path, `${digest(join(root, path))}${(stats.mode & 0o100) === 0 ? "" : " x"}`);
  }
  return found;
}

/** All paths in a folder but those in `.ledge`, each after the folder that it is in. */
export function pathsBelow(root: string, path = ""): string[] {
  const found: string[] = [];
  for (const entry of readdirSync(join(root, path), { withFileTypes: true })) {
    if (path === "" && entry.name === ".ledge") continue;
    const below = path === "" ? entry.name : `${path}/${entry.name}`;
    found.push(below);
    if (entry.isDirectory()) found.push(...pathsBelow(root, below));
  }
  return found;
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
