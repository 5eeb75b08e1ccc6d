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
  readonly store: Pick<DriveStore, "drop" | "dropFolders">;
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
    if (!isNews) return false;
    finder.placeHeld(loader);
    loader.retryMissing((folder) => view.known(folder)?.state === "live" && view.entry(folder) !== undefined);
    return true;
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

  /** What crossed the border of a shared folder: of what is below it nothing was told while it was outside. */
  cross(space: string, arrived: readonly string[], left: readonly string[]): void {
    const { view, loader, store, news, listeners } = this.#options;
    // What is known to be elsewhere by now has not been lost.
    const lost = left.filter((id) => view.known(id)?.space === space);
    const here = arrived.filter((id) => view.known(id)?.type === "folder");
    if (lost.length + here.length === 0) return;
    const affected = [...lost, ...view.lose(lost), ...here, ...view.forgetBelow(here)];
    for (const folder of affected) void store.drop(folder).catch(() => undefined);
    news.tell(null);
    loader.restart(affected);
    listeners.tellSoon();
  }

  /**
   * A shared folder has another owner: all that was told of what is in it, in whichever space, is void.
   *
   * @param isOwn - Whether that is the account.
   */
  handOver(folder: string, isOwn: boolean): void {
    const { view, loader, store } = this.#options;
    this.forgetSpace(folder);
    const forgotten = [folder, ...view.handOver(folder, isOwn)];
    for (const each of forgotten) void store.drop(each).catch(() => undefined);
    loader.restart(forgotten);
  }

  /** All that was told of a space is void. */
  forgetSpace(space: string): void {
    const { view, views, loader, store, news, listeners } = this.#options;
    const isHome = space === view.home;
    news.tell(null);
    // A shared folder may be in another one: then what was known of the inner came by way of the outer, too.
    const folders = loader.all().filter((folder) => ((view.spaceOf(folder) ?? view.home) === view.home) === isHome);
    view.clear(space);
    views.clear();
    void store.dropFolders((kept) => kept === space || (kept === undefined && isHome)).catch(() => undefined);
    loader.reset(folders);
    listeners.tellSoon();
  }
}
