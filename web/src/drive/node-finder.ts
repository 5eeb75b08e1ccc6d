import { LedgeError } from "../../../protocol/errors.ts";
import type { Node } from "../../../protocol/tree.ts";
import type { FoundNode } from "../../../protocol/tree-reads.ts";
import type { Entry } from "./drive.ts";
import type { FolderLoader } from "./folder-loader.ts";
import type { Follower } from "./follower.ts";
import { hearsayOf } from "./hearsay.ts";
import type { DriveApi } from "./ports.ts";
import type { TreeView } from "./tree-view.ts";

export interface NodeFinderOptions {
  readonly api: Pick<DriveApi, "node">;
  readonly view: TreeView;
  readonly follower: Pick<Follower, "beginRead">;
  readonly take: (nodes: readonly Node[]) => void;
  readonly signal: AbortSignal;
}

/** Asks the server for nodes and the folders above them. */
export class NodeFinder {
  readonly #options: NodeFinderOptions;
  readonly #asked = new Map<string, Promise<Entry | null>>();

  constructor(options: NodeFinderOptions) {
    this.#options = options;
  }

  get isAsking(): boolean {
    return this.#asked.size > 0;
  }

  /** Null where there is none. Asked for again meanwhile, it is the same request. */
  find(id: string): Promise<Entry | null> {
    const asked = this.#asked.get(id);
    if (asked) return asked;
    const answer = this.#ask(id).finally(() => this.#asked.delete(id));
    this.#asked.set(id, answer);
    return answer;
  }

  /** Sees to it that it is known where a folder is. */
  async place(folder: string): Promise<void> {
    if (!this.#isPlaced(folder)) await this.find(folder);
  }

  /** What is shown and was moved to where nothing is known of may be in the trash there. */
  placeHeld(loader: FolderLoader): void {
    for (const folder of loader.held()) {
      if (loader.state(folder).state !== "missing") void this.place(folder).catch(() => undefined);
    }
  }

  #isPlaced(folder: string): boolean {
    const { view } = this.#options;
    if (folder === view.root || view.isNew(folder)) return true;
    return view.entry(folder) !== undefined && view.ancestors(folder) !== undefined;
  }

  async #ask(id: string): Promise<Entry | null> {
    const { api, view, follower, take, signal } = this.#options;
    const read = follower.beginRead();
    let found: FoundNode;
    try {
      found = await api.node(id, signal);
    } catch (error) {
      if (error instanceof LedgeError && error.code === "not_found") return view.entry(id) ?? null;
      throw error;
    }
    if (!read(found.changesCursor)) return this.#ask(id);
    take([found.node, ...hearsayOf(found)]);
    return view.entry(id) ?? null;
  }
}
