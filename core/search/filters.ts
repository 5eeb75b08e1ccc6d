import { folderKey, type Query } from "./query.ts";

/** What filters look at. */
export interface Filtered {
  readonly type: "file" | "folder";
  readonly size: number;
  readonly mtime: number;
}

/** Whether `before:`, `after:` and `size:` let it pass. They are about files: where any is asked for, no folder does. */
export function passesRanges({ time, size }: Query, node: Filtered): boolean {
  const asks = time.from !== -Infinity || time.to !== Infinity || size.from > 0 || size.to !== Infinity;
  if (!asks) return true;
  if (node.type === "folder") return false;
  return node.mtime >= time.from && node.mtime < time.to && node.size >= size.from && node.size <= size.to;
}

/** A folder on the way to a node. */
export interface FolderOnWay {
  readonly id: string;
  readonly name: string;
}

/**
 * Whether every `in:` lets pass what is below these folders.
 *
 * @param way - From the outermost down; the home's root is left out, a shared folder is the first.
 */
export function passesFolders({ folders }: Query, way: readonly FolderOnWay[]): boolean {
  if (folders.length === 0) return true;
  const ids = new Set(way.map(({ id }) => id));
  const keys = way.map(({ name }) => folderKey(name));
  const paths = keys.map((_, i) => `/${keys.slice(0, i + 1).join("/")}`);
  return folders.every(({ value, negated }) => {
    const isBelow = ids.has(value) || paths.some((path) => path.endsWith(`/${value}`));
    return isBelow !== negated;
  });
}

/** Whether every `owner:` lets pass what is a person's. */
export function passesOwners(
  { owners }: Query,
  owner: { readonly name: string; readonly email: string; readonly isAsker: boolean },
): boolean {
  const words = [owner.name.toLowerCase(), owner.email.toLowerCase()];
  return owners.every(({ value, negated }) => {
    const isTheirs = value === "me" ? owner.isAsker : words.some((each) => each.includes(value));
    return isTheirs !== negated;
  });
}
