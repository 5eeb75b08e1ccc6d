import type { Node } from "../../../protocol/tree.ts";
import type { FolderLoader } from "./folder-loader.ts";
import type { FolderViews } from "./folder-views.ts";
import type { Listeners } from "./listeners.ts";
import type { News } from "./news.ts";
import type { NodeFinder } from "./node-finder.ts";
import type { DriveStore } from "./ports.ts";
import type { TreeView } from "./tree-view.ts";

export interface IntakeOptions {
  readonly view: TreeView;
  readonly views: FolderViews;
  readonly finder: NodeFinder;
  readonly loader: FolderLoader;
  readonly store: Pick<DriveStore, "dropFolders">;
  readonly news: News;
  readonly listeners: Listeners;
}

/** Puts into the tree what is told of nodes, and takes out of it what is not known any more. */
export class Intake {
  readonly #options: IntakeOptions;

  constructor(options: IntakeOptions) {
    this.#options = options;
  }

  /** Whether any of them was news. Tells no listener. */
  put(nodes: readonly Node[]): boolean {
    const { view, finder, loader } = this.#options;
    const isNews = view.take(nodes);
    if (isNews) finder.placeHeld(loader);
    return isNews;
  }

  take(nodes: readonly Node[]): void {
    if (this.put(nodes)) this.#options.listeners.tellSoon();
  }

  /** Takes what changed, without what nobody has asked for. */
  hear(nodes: readonly Node[]): void {
    const { view, finder, loader, news } = this.#options;
    news.tell(nodes);
    // A read that is under way may bring an older state of any node.
    const isReading = loader.isListing || finder.isAsking;
    this.take(
      isReading
        ? nodes
        : nodes.filter(({ id, parent }) => view.known(id) !== undefined || (parent !== null && loader.has(parent))),
    );
  }

  forget(id: string, seq: number): void {
    const { view, finder, loader } = this.#options;
    view.forget(id, seq);
    finder.placeHeld(loader);
  }

  forgetAll(): void {
    const { view, views, loader, store, news, listeners } = this.#options;
    news.tell(null);
    view.clear();
    views.clear();
    void store.dropFolders().catch(() => undefined);
    loader.reset();
    listeners.tellSoon();
  }
}
