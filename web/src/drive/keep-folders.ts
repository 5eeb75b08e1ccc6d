import type { Clock } from "../../../client/ports/clock.ts";
import type { Node } from "../../../protocol/tree.ts";
import type { FolderLoader } from "./folder-loader.ts";
import type { DriveStore, KeptFolder, PageLife } from "./ports.ts";
import { HEARSAY } from "./tree-cache.ts";
import type { TreeView } from "./tree-view.ts";

export interface KeepFoldersOptions {
  readonly store: Pick<DriveStore, "keep">;
  readonly clock: Clock;
  readonly page: PageLife;
  readonly view: TreeView;
  readonly cursorOf: (space: string) => string | null;
  readonly loader: Pick<FolderLoader, "complete" | "isHeld">;
  readonly subscribe: (listener: () => void) => () => void;
}

/** Milliseconds from a change to its being stored: a burst of changes is one write. */
const KEEP_AFTER = 2_000;
/** A folder of more entries is not kept: storing it stops the page for too long. */
const MOST_ENTRIES = 10_000;

/**
 * Stores what folders hold that were seen, some time after each change and when the page is left, until the answer is
 * called (B19). What changes in a folder after it was left is not stored: whoever reads it again asks what changed since.
 */
export function keepSeenFolders(options: KeepFoldersOptions): () => void {
  const { store, clock, page, view, cursorOf, loader, subscribe } = options;
  /** What was stored of each folder, to tell whether it changed since. */
  const stored = new Map<string, ReadonlySet<Node>>();
  const over = new AbortController();
  let isDue = false;

  const keep = async (): Promise<void> => {
    const changed: KeptFolder[] = [];
    const now = new Map<string, ReadonlySet<Node>>();
    for (const id of loader.complete()) {
      if (!loader.isHeld(id) && stored.has(id)) continue;
      if (view.knownChildren(id).size > MOST_ENTRIES) continue;
      const space = view.spaceOf(id) ?? view.home;
      const cursor = cursorOf(space);
      if (cursor === null) continue;
      const children = [...view.knownChildren(id)]
        .map((child) => view.known(child))
        .filter((node) => node !== undefined);
      const above = chain(id, view);
      const nodes = new Set([...children, ...above]);
      const before = stored.get(id);
      if (before?.size === nodes.size && [...nodes].every((node) => before.has(node))) continue;
      now.set(id, nodes);
      // When this is read again, nobody tells what these are called by then: anything that is told is newer.
      const hearsay = above.map((node) => ({ ...node, seq: HEARSAY }));
      const shared = space === view.home ? {} : { space };
      changed.push({ id, ...shared, nodes: children, above: hearsay, cursor, seenAt: clock.now() });
    }
    if (changed.length === 0) return;
    await store.keep(changed);
    for (const [id, nodes] of now) stored.set(id, nodes);
  };
  const keepSoon = async (): Promise<void> => {
    await clock.sleep(KEEP_AFTER, over.signal);
    isDue = false;
    await keep();
  };

  const stop = subscribe(() => {
    if (isDue) return;
    isDue = true;
    void keepSoon().catch(() => undefined);
  });
  const stopLeaving = page.onLeave(() => void keep().catch(() => undefined));
  return () => {
    stop();
    stopLeaving();
    over.abort();
  };
}

/** The folder and those above it, as far as they are known. */
function chain(id: string, view: TreeView): Node[] {
  const above: Node[] = [];
  // Of a shared folder, which is no node of a listing, its mount is kept.
  const find = (at: string): Node | undefined => view.known(at) ?? view.known(view.mountOf(at) ?? "");
  for (let node = find(id); node && !above.includes(node); node = node.parent ? find(node.parent) : undefined) {
    above.push(node);
  }
  return above;
}
