import { decodeCursor } from "../../protocol/cursor.ts";
import { LedgeError } from "../../protocol/errors.ts";
import type { Changes, CommitResponse, Node } from "../../protocol/tree.ts";
import type { SyncRemote } from "../ports/sync-remote.ts";
import type { TreeStore } from "../ports/tree-store.ts";
import { reconcileEpoch } from "./epoch.ts";
import { SyncEnded } from "./ended.ts";
import { remoteState } from "./remote-state.ts";
import type { Trees } from "./trees.ts";
import type { Watchdog } from "./watchdog.ts";

/** Everything before the first change. */
const START = 0;

export interface PullOptions {
  readonly trees: Trees;
  readonly store: TreeStore;
  readonly remote: SyncRemote;
  readonly watchdog: Watchdog;
  /** Called with each cursor up to which everything was applied. */
  readonly onCursor: (cursor: string) => void;
}

/**
 * Keeps the remote tree: takes changes from pages, from push messages and from own commits, in whatever order and
 * however often they come. A node is never put back to an older state, the cursor never moves back.
 */
export class Pull {
  readonly #options: PullOptions;
  #seq: number;
  /** Of all nodes that were shown. */
  #highestSeq = START;
  /** Whether the tree is between two pages of one pull: then it may be a mixture of two states. */
  #isMidway = true;
  #isWanted = true;

  constructor(options: PullOptions) {
    this.#options = options;
    this.#seq = seqOf(options.trees.getMeta("cursor"));
  }

  /** The seq up to which the remote tree is known. */
  get seq(): number {
    return this.#seq;
  }

  /** Whether the tree is exactly the server's as of `seq`. */
  get isWhole(): boolean {
    return !this.#isMidway && this.#highestSeq <= this.#seq;
  }

  /** Whether there is something to pull. */
  get isWanted(): boolean {
    return this.#isWanted || !this.isWhole;
  }

  request(): void {
    this.#isWanted = true;
  }

  /** Tells once more how far the tree is. */
  acknowledge(): void {
    const cursor = this.#options.trees.getMeta("cursor");
    if (cursor !== undefined) this.#options.onCursor(cursor);
  }

  /** Reads all pages up to now. Where the server's history was replaced, reads it anew (Y20). */
  async run(signal: AbortSignal): Promise<void> {
    const { trees, remote, watchdog } = this.#options;
    this.#isWanted = false;
    try {
      for (;;) {
        const cursor = trees.getMeta("cursor");
        const page = await watchdog.guard(signal, (inner) => remote.changes(cursor, inner));
        this.#apply(page);
        if (page.upToDate) break;
      }
    } catch (error) {
      this.#isWanted = true;
      if (!(error instanceof LedgeError && error.code === "cursor_expired")) throw error;
      await this.#readAnew(signal);
    }
    this.#requireRoot();
  }

  /** Takes changes that were pushed; asks for a pull where some before them are missing. */
  push(changes: Changes, base: string): void {
    if (this.#isOtherEpoch(changes.epoch)) return;
    const isNext =
      this.#options.trees.getMeta("epoch") === changes.epoch && seqOf(base) <= this.#seq && !this.#isMidway;
    if (!isNext) {
      this.request();
      return;
    }
    this.#apply(changes);
    this.#requireRoot();
  }

  /**
   * Takes the nodes that a commit of this device answered. Moves the cursor where nobody else changed anything between.
   * Answers false, having taken nothing, where the commit met a history that is not the one known here: its seqs and
   * versions say nothing beside those of the trees, which are to be read anew first (Y20).
   */
  committed(response: CommitResponse): boolean {
    const { trees, onCursor } = this.#options;
    if (this.#isOtherEpoch(decodeCursor(response.cursor)?.epoch)) return false;
    const seqs = new Set<number>();
    trees.transaction(() => {
      for (const result of response.results) {
        if (!result.ok) continue;
        this.note(result.node);
        if (result.node.seq > this.#seq) seqs.add(result.node.seq);
      }
      const isContiguous = response.seq - this.#seq === seqs.size && !this.#isMidway;
      if (isContiguous && seqs.size > 0) this.#advance(response.cursor);
      else if (response.seq > this.#seq) this.request();
    });
    if (this.isWhole) onCursor(trees.getMeta("cursor") ?? "");
    return true;
  }

  /**
   * The server has another history than that of `epoch`. Where the trees are still of it, nothing is planned by them until
   * they are read anew; answers whether that is so.
   */
  expired(epoch: string | undefined): boolean {
    if (this.#options.trees.getMeta("epoch") !== epoch) return false;
    this.#isMidway = true;
    this.request();
    return true;
  }

  /** Takes a node that an answer showed, where it is newer than what is known. */
  note(node: Node): void {
    this.#highestSeq = Math.max(this.#highestSeq, node.seq);
    this.#take(node);
  }

  /** Up to the cursor all is known, also what was purged and forgotten since: a late answer would bring that back. */
  #take(node: Node): void {
    const { trees } = this.#options;
    if (trees.getMeta("cursor") === undefined || node.seq > this.#seq) takeNode(trees, node);
  }

  /** Whether an answer is of another history than the trees: then nothing is planned by them until they are read anew. */
  #isOtherEpoch(epoch: string | undefined): boolean {
    const known = this.#options.trees.getMeta("epoch");
    return known !== undefined && epoch !== known && this.expired(known);
  }

  #apply(page: Changes): void {
    const { trees, onCursor } = this.#options;
    trees.transaction(() => {
      for (const node of page.changes) this.#take(node);
      trees.setMeta("epoch", page.epoch);
      this.#advance(page.cursor);
    });
    // A page that is older than what is known (another answer overtook it) says nothing about what came since.
    if (seqOf(page.cursor) >= this.#seq) this.#isMidway = !page.upToDate;
    if (!this.#isMidway) onCursor(trees.getMeta("cursor") ?? "");
  }

  #advance(cursor: string): void {
    const seq = seqOf(cursor);
    if (seq < this.#seq) return;
    this.#seq = seq;
    this.#options.trees.setMeta("cursor", cursor);
  }

  async #readAnew(signal: AbortSignal): Promise<void> {
    const { trees, store, remote, watchdog, onCursor } = this.#options;
    this.#isMidway = true;
    const nodes = new Map<string, Node>();
    let page: Changes | undefined;
    do {
      const cursor = page?.cursor;
      page = await watchdog.guard(signal, (inner) => remote.changes(cursor, inner));
      for (const node of page.changes) nodes.set(node.id, node);
    } while (!page.upToDate);
    const { epoch, cursor } = page;
    // Before anything is written: the bases are what the replica goes on from where the root comes back.
    requireLiveRoot(trees.rootId, (id) => nodes.get(id));
    trees.transaction(() => {
      reconcileEpoch(trees, store, nodes);
      trees.setMeta("epoch", epoch);
      trees.setMeta("cursor", cursor);
    });
    this.#seq = seqOf(cursor);
    this.#highestSeq = START;
    this.#isMidway = false;
    this.#isWanted = false;
    onCursor(cursor);
  }

  /** A root that is not there any more ends the sync: read as a deletion it would empty the replica. */
  #requireRoot(): void {
    const { trees } = this.#options;
    if (!this.isWhole) return;
    requireLiveRoot(trees.rootId, (id) => trees.get(id)?.remote ?? undefined);
  }
}

/** Throws where the root, or a folder above it, is no live folder. */
function requireLiveRoot(
  rootId: string,
  nodeOf: (id: string) => Pick<Node, "state" | "type" | "parent"> | undefined,
): void {
  for (let id: string | null = rootId; id;) {
    const node = nodeOf(id);
    if (node?.state !== "live" || node.type !== "folder")
      throw new SyncEnded("remote-root-gone", "the folder on the server that is synced here is in the trash or gone");
    id = node.parent;
  }
}

/** What is known of a node is replaced by what is newer. Of a tombstone nothing is kept that nothing here stands for. */
function takeNode(trees: Trees, node: Node): void {
  const entry = trees.get(node.id);
  if (entry?.remote && entry.remote.seq >= node.seq) return;
  const isOfNoConcern = node.state === "purged" && !entry?.local && !entry?.synced;
  trees.setRemote(node.id, isOfNoConcern ? null : remoteState(node));
}

function seqOf(cursor: string | undefined): number {
  return (cursor === undefined ? null : decodeCursor(cursor))?.seq ?? START;
}
