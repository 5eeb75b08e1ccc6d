import type { Marks, SearchHit, Snippet } from "../../../protocol/search.ts";
import type { Node } from "../../../protocol/tree.ts";
import type { Drive, Entry } from "../drive/drive.ts";
import { folderOf } from "../drive/folder-of.ts";
import { isolated } from "../strings/isolate.ts";
import { strings } from "../strings/strings.ts";

/** What a search found, wherever it was searched. */
export interface Found {
  readonly node: Node;
  /** The folders above it, for a person. */
  readonly where: string;
  /** Whose shared folder it is in; null: it is the account's own, or not known. */
  readonly owner: string | null;
  /** The shared folder that it is in, as `Entry.sharedIn`. */
  readonly sharedIn: string | null;
  readonly nameMarks: Marks;
  readonly snippets: readonly Snippet[];
}

export function foundOfHit({ node, ancestors, shared, nameMarks, snippets }: SearchHit): Found {
  const names = [shared ? shared.name : strings.files.root, ...ancestors.slice(1).map(({ name }) => name)];
  const where = names.map(isolated).join(" / ");
  return { node, where, owner: shared?.owner ?? null, sharedIn: shared?.id ?? null, nameMarks, snippets };
}

export function foundOfEntry(drive: Drive, entry: Entry): Found {
  const names = (drive.ancestors(entry.id) ?? []).map(({ name }) => isolated(name) || strings.files.root);
  return { node: entry, where: names.join(" / "), owner: null, sharedIn: entry.sharedIn, nameMarks: [], snippets: [] };
}

/** The address that opens it: a file over its folder. */
export function addressOf({ node }: Found) {
  return node.type === "folder"
    ? ({ to: "/files/$folder", params: { folder: folderOf(node) } } as const)
    : ({ to: "/file/$file", params: { file: node.id } } as const);
}
