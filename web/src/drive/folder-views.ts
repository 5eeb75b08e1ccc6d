import type { FolderView } from "./drive.ts";
import type { FolderLoader, LoadState } from "./folder-loader.ts";
import type { Network } from "./ports.ts";
import type { Spaces } from "./spaces.ts";
import type { TreeView } from "./tree-view.ts";

export interface FolderViewsOptions {
  readonly view: TreeView;
  readonly loader: FolderLoader;
  readonly network: Pick<Network, "isOnline">;
  readonly spaces: Pick<Spaces, "has">;
}

/** What is known of folders, as views that keep their identity until they change. */
export class FolderViews {
  readonly #options: FolderViewsOptions;
  readonly #views = new Map<string, FolderView>();

  constructor(options: FolderViewsOptions) {
    this.#options = options;
  }

  get(folder: string): FolderView {
    const { state, error } = this.#stateOf(folder);
    const view: FolderView = { entries: this.#options.view.entries(folder), state, error };
    const before = this.#views.get(folder);
    if (before?.entries === view.entries && before.state === view.state && before.error === view.error) return before;
    this.#views.set(folder, view);
    return view;
  }

  /** Ends the upkeep of a folder's view; it is made again when asked for. */
  drop(folder: string): void {
    this.#options.view.dropList(folder);
    this.#views.delete(folder);
  }

  clear(): void {
    this.#views.clear();
  }

  #stateOf(folder: string): LoadState {
    const { view, loader, network } = this.#options;
    const load = loader.state(folder);
    if (view.isGone(folder) || load.state === "missing") {
      return { state: this.#isUnshared(folder, load) ? "unshared" : "missing", error: load.error };
    }
    // Of a folder that is on its way to the server everything is known, but of a copy.
    if (view.isNew(folder)) return { state: "complete", error: null };
    const isComing = loader.isRunning(folder) && network.isOnline();
    return load.state === "kept" && isComing ? { ...load, state: "partial" } : load;
  }

  /** Whether what is missing is so because the account has the shared folder no more, or its owner has put it away. */
  #isUnshared(folder: string, { state }: LoadState): boolean {
    const { view, spaces } = this.#options;
    const space = view.spaceOf(folder);
    if (space === undefined || space === view.home) return false;
    return !spaces.has(space) || (folder === space && state === "missing");
  }
}
