import { newId } from "../../../../protocol/new-id.ts";
import type { Node, OperationInput, OperationResult } from "../../../../protocol/tree.ts";

interface Folder {
  id: string;
  readonly parent: Folder | null;
  readonly name: string;
  /** Null until the server was seen to have it. The folders that were chosen as targets are taken to be there. */
  node: Node | null;
  failure: Extract<OperationResult, { ok: false }> | null;
}

/** Folders that uploads go to: those that were chosen, and those below them that are made on the way. */
export class TargetFolders {
  readonly #known = new Map<string, Folder>();

  /** The folders on the way to `path` below `top` that are yet to be made, the topmost first. */
  lacking(top: string, path: readonly string[]): Folder[] {
    const lacking: Folder[] = [];
    for (let each: Folder | null = this.#at(top, path); each?.parent; each = each.parent) {
      if (!each.node) lacking.unshift(each);
    }
    return lacking;
  }

  /** Makes a folder, or takes the one that is there; valid in a commit that makes the folders above it, or after one. */
  making(folder: Folder): OperationInput {
    const parent = folder.parent?.id ?? "";
    return { type: "createFolder", id: folder.id, parent, name: folder.name, onConflict: "reuse" };
  }

  settle(folder: Folder, result: OperationResult): void {
    if (result.ok) {
      folder.id = result.node.id;
      folder.node = result.node;
    }
    folder.failure = result.ok ? null : result;
  }

  id(top: string, path: readonly string[]): string {
    return this.#at(top, path).id;
  }

  node(top: string, path: readonly string[]): Node | null {
    return this.#at(top, path).node;
  }

  /** Why the folder could not be made, or one above it. */
  failure(top: string, path: readonly string[]): Extract<OperationResult, { ok: false }> | null {
    for (let each: Folder | null = this.#at(top, path); each; each = each.parent) if (each.failure) return each.failure;
    return null;
  }

  /** Asks for the folders on the way anew: one of them is gone. */
  forget(top: string, path: readonly string[]): void {
    for (let depth = 1; depth <= path.length; depth++) this.#known.delete(keyOf(top, path.slice(0, depth)));
  }

  #at(top: string, path: readonly string[]): Folder {
    const key = keyOf(top, path);
    const known = this.#known.get(key);
    if (known) return known;
    const name = path.at(-1);
    const folder: Folder = {
      id: name === undefined ? top : newId(),
      parent: name === undefined ? null : this.#at(top, path.slice(0, -1)),
      name: name ?? "",
      node: null,
      failure: null,
    };
    this.#known.set(key, folder);
    return folder;
  }
}

/** Names hold no slash. */
function keyOf(top: string, path: readonly string[]): string {
  return [top, ...path].join("/");
}
