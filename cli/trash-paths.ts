import type { Api } from "../client/api.ts";
import { Semaphore } from "../client/semaphore.ts";
import { LedgeError } from "../protocol/errors.ts";
import type { Node } from "../protocol/tree.ts";

/** Folders asked for in one run: what a full trash costs in requests at most. */
const LOOK_UPS = 500;
const IN_FLIGHT = 8;

/** Finds where things in the trash were: their folders' paths as they are now, each folder asked for once. */
export class TrashPaths {
  readonly #api: Pick<Api, "node">;
  readonly #signal: AbortSignal | undefined;
  readonly #folders = new Map<string, Promise<string | null>>();
  readonly #requests = new Semaphore(IN_FLIGHT);

  constructor(api: Pick<Api, "node">, signal?: AbortSignal) {
    this.#api = api;
    this.#signal = signal;
  }

  /** Null where the folder is gone for good, or too many were asked for. */
  async of(node: Node): Promise<string | null> {
    if (node.parent === null) return null;
    let folder = this.#folders.get(node.parent);
    if (folder === undefined) {
      if (this.#folders.size >= LOOK_UPS) return null;
      folder = this.#lookUp(node.parent);
      this.#folders.set(node.parent, folder);
    }
    const path = await folder;
    return path === null ? null : `${path === "/" ? "" : path}/${node.name}`;
  }

  async #lookUp(folder: string): Promise<string | null> {
    try {
      return (await this.#requests.run(() => this.#api.node(folder, this.#signal))).path;
    } catch (error) {
      if (error instanceof LedgeError && error.code === "not_found") return null;
      throw error;
    }
  }
}

/** As the trash lists it: a path, with a slash after a folder's, or the name where the path is not known. */
export function trashedName(node: Node, path: string | null): string {
  return `${path ?? `…/${node.name}`}${node.type === "folder" ? "/" : ""}`;
}

/** Says how to bring back what was just put in the trash. */
export function trashNote(trashed: readonly Pick<Node, "id" | "name">[]): string {
  const [first, ...others] = trashed;
  if (first === undefined) return "";
  if (others.length === 0) return `${first.name} is in the trash: "ledge restore ${first.id}" brings it back`;
  return `${trashed.length} items are in the trash: "ledge trash" lists them, "ledge restore" brings one back`;
}
