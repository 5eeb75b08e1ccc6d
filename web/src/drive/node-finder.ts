import { LedgeError } from "../../../protocol/errors.ts";
import type { Node } from "../../../protocol/tree.ts";
import type { FoundNode } from "../../../protocol/tree-reads.ts";
import type { Entry } from "./drive.ts";
import type { FolderLoader } from "./folder-loader.ts";
import type { Follower } from "./follower.ts";
import { hearsayOf } from "./hearsay.ts";
import type { SpaceRequests } from "./ports.ts";
import type { Spaces } from "./spaces.ts";
import type { TreeView } from "./tree-view.ts";

export interface NodeFinderOptions {
  readonly requestsOf: (space: string) => Pick<SpaceRequests, "node">;
  readonly view: TreeView;
  readonly followerOf: (space: string) => Pick<Follower, "beginRead">;
  readonly spaces: Pick<Spaces, "ofOthers">;
  readonly take: (nodes: readonly Node[]) => void;
  readonly signal: AbortSignal;
}

/** How many shared folders are asked at once for what may be in any of them. */
const AT_ONCE = 8;

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
    const mount = view.mountOf(folder);
    if (mount !== undefined && view.entry(mount) === undefined) return false;
    if (folder === view.root || view.isNew(folder)) return true;
    return view.entry(folder) !== undefined && view.ancestors(folder) !== undefined;
  }

  async #ask(id: string): Promise<Entry | null> {
    const { view } = this.#options;
    const space = view.spaceOf(id);
    if (space !== undefined) await this.#askIn(space, id);
    else await this.#search(id);
    await this.#placeMount(id);
    return view.entry(id) ?? null;
  }

  /** Looks for a node that nothing is known of. What was handed over is in the trash of home, too: elsewhere it is live (M13). */
  async #search(id: string): Promise<void> {
    const { view, spaces, take } = this.#options;
    const atHome = await this.#lookIn(view.home, id);
    if (atHome?.reach !== "live") {
      const others = await spaces.ofOthers();
      // One that is just heard of is asked directly.
      const shared = others.some((each) => each.id === id) ? [{ id }] : others;
      const isElsewhere = await this.#askInOneOf(
        shared.map((each) => each.id),
        id,
      );
      if (isElsewhere) return;
    }
    if (atHome) take([atHome.node, ...hearsayOf(atHome)]);
  }

  /** Whether one of the spaces has the node. */
  async #askInOneOf(spaces: readonly string[], id: string): Promise<boolean> {
    for (let at = 0; at < spaces.length; at += AT_ONCE) {
      const answers = await Promise.all(spaces.slice(at, at + AT_ONCE).map((space) => this.#askIn(space, id)));
      if (answers.includes(true)) return true;
    }
    return false;
  }

  /** Whether the space has the node. */
  async #askIn(space: string, id: string): Promise<boolean> {
    const found = await this.#lookIn(space, id);
    if (found) this.#options.take([found.node, ...hearsayOf(found)]);
    return found !== null;
  }

  /** Null where the space does not have the node. */
  async #lookIn(space: string, id: string): Promise<FoundNode | null> {
    const { requestsOf, followerOf, signal } = this.#options;
    const read = followerOf(space).beginRead();
    let found: FoundNode;
    try {
      found = await requestsOf(space).node(id, signal);
    } catch (error) {
      if (error instanceof LedgeError && error.code === "not_found") return null;
      throw error;
    }
    return read(found.changesCursor) ? found : this.#lookIn(space, id);
  }

  /** What is in a shared folder is where that is mounted. */
  async #placeMount(id: string): Promise<void> {
    const { view } = this.#options;
    const space = view.spaceOf(id);
    const mount = space === undefined || space === view.home ? undefined : view.mountOf(space);
    if (mount === undefined) return;
    if (view.entry(mount) === undefined || view.ancestors(mount) === undefined) await this.#askIn(view.home, mount);
  }
}
