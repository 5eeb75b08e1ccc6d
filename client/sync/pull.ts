import { decodeCursor } from "../../protocol/cursor.ts";
import { LedgeError } from "../../protocol/errors.ts";
import type { Realm, RemoteChanges, RemoteCommitResponse, RemoteNode, SyncRemote } from "../ports/sync-remote.ts";
import type { TreeStore } from "../ports/tree-store.ts";
import type { RemoteState } from "./entry.ts";
import { reconcileEpoch } from "./epoch.ts";
import { SyncEnded } from "./ended.ts";
import {
  cursorOf,
  isUnlisted,
  decodeMerged,
  encodeMerged,
  mergeCursors,
  seqOf,
  withCursor,
  type MergedCursor,
} from "./merged-cursor.ts";
import { isToldElsewhere, takeAlong } from "./nested-realms.ts";
import { epochKey, epochOf, keepReadOnly, takeEnds } from "./realms.ts";
import { remoteState } from "./remote-state.ts";
import type { Trees } from "./trees.ts";
import type { Watchdog } from "./watchdog.ts";

const NONE: ReadonlyMap<string, string> = new Map();
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
  #known: MergedCursor | null;
  /** Of all nodes that were shown, by realm. */
  readonly #highestSeqs = new Map<Realm, number>();
  /** Whether the tree is between two pages of one pull: then it may be a mixture of two states. */
  #isMidway = true;
  #isWanted = true;
  #unread: ReadonlyMap<string, string> = NONE;

  constructor(options: PullOptions) {
    this.#options = options;
    const cursor = options.trees.getMeta("cursor");
    this.#known = cursor === undefined ? null : decodeMerged(cursor);
  }

  /** The seq up to which the account's own space is known. */
  get seq(): number {
    return this.seqIn(undefined);
  }

  /** The seq up to which what is of the realm is known. */
  seqIn(realm: Realm): number {
    return this.#known ? seqOf(cursorOf(this.#known, realm)) : START;
  }

  /** Whether the tree is exactly the server's as of the cursor. */
  get isWhole(): boolean {
    if (this.#isMidway) return false;
    for (const [realm, seq] of this.#highestSeqs) if (seq > this.seqIn(realm)) return false;
    return true;
  }

  /** Whether there is something to pull. */
  get isWanted(): boolean {
    return this.#isWanted || !this.isWhole;
  }

  request(): void {
    this.#isWanted = true;
  }

  /** Realms that the last pull could not read, and why: it is to be asked for again. */
  get unread(): ReadonlyMap<string, string> {
    return this.#unread;
  }

  /** Realms of which it is not known yet what is in them. */
  unlisted(): ReadonlySet<string> {
    const shared = Object.entries(this.#known?.shared ?? {});
    return new Set(shared.filter(([, position]) => isUnlisted(position)).map(([realm]) => realm));
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
        const isKnown = (id: string): boolean => isPresent(trees.get(id)?.remote);
        const page = await watchdog.guard(signal, (inner) => remote.changes(cursor, inner, isKnown));
        this.#apply(page);
        this.#unread = page.unread ?? NONE;
        if (page.upToDate) break;
      }
    } catch (error) {
      this.#isWanted = true;
      if (!(error instanceof LedgeError && error.code === "cursor_expired")) throw error;
      await this.#readAnew(signal);
    }
    this.#requireRoot();
  }

  /** Takes changes of the account's own space that were pushed; asks for a pull where some before them are missing. */
  push(changes: RemoteChanges, base: string): void {
    if (this.#isOtherEpoch(changes.epoch, undefined)) return;
    const isNext = this.#options.trees.getMeta("epoch") === changes.epoch && seqOf(base) <= this.seq && !this.#isMidway;
    if (!isNext) {
      this.request();
      return;
    }
    const cursor = encodeMerged({ home: changes.cursor, shared: {} });
    this.#apply({ ...changes, cursor });
    this.#requireRoot();
  }

  /**
   * Takes the nodes that a commit of this device answered. Moves the cursor where nobody else changed anything between.
   * Answers false, having taken nothing, where the commit met a history that is not the one known here: its seqs and
   * versions say nothing beside those of the trees, which are to be read anew first (Y20).
   */
  committed(response: RemoteCommitResponse): boolean {
    const { trees, onCursor } = this.#options;
    const { realm } = response;
    if (this.#isOtherEpoch(decodeCursor(response.cursor)?.epoch, realm)) return false;
    const seqs = new Set<number>();
    trees.transaction(() => {
      const seq = this.seqIn(realm);
      for (const result of response.results) {
        if (!result.ok) continue;
        this.note(result.node);
        if (result.node.seq > seq) seqs.add(result.node.seq);
      }
      const isContiguous = response.seq - seq === seqs.size && !this.#isMidway;
      if (isContiguous && seqs.size > 0 && this.#known) {
        this.#advance(withCursor(this.#known, realm, response.cursor), { realm });
      } else if (response.seq > seq) this.request();
    });
    if (this.isWhole) onCursor(trees.getMeta("cursor") ?? "");
    return true;
  }

  /**
   * The realm has another history than that of `epoch`. Where the trees are still of it, nothing is planned by them until
   * they are read anew; answers whether that is so.
   */
  expired(epoch: string | undefined, realm: Realm): boolean {
    if (epochOf(this.#options.trees, realm) !== epoch) return false;
    this.#isMidway = true;
    this.request();
    return true;
  }

  /** Takes a node that an answer showed, where it is newer than what is known. */
  note(node: RemoteNode): void {
    this.#highestSeqs.set(node.realm, Math.max(this.#highestSeqs.get(node.realm) ?? START, node.seq));
    this.#take(node, false);
  }

  /** Up to the cursor all is known, also what was purged and forgotten since: a late answer would bring that back. */
  #take(node: RemoteNode, isListed: boolean): void {
    const { trees } = this.#options;
    if (isListed || !this.#known || node.seq > this.seqIn(node.realm)) takeNode(trees, node, isListed);
  }

  /** Whether an answer is of another history than the trees: then nothing is planned by them until they are read anew. */
  #isOtherEpoch(epoch: string | undefined, realm: Realm): boolean {
    const known = epochOf(this.#options.trees, realm);
    return known !== undefined && epoch !== known && this.expired(known, realm);
  }

  #apply(page: RemoteChanges): void {
    const { trees, store, onCursor } = this.#options;
    const { realm } = page;
    const next = decodeMerged(page.cursor);
    // A page that is older than what is known (another answer overtook it) says nothing about what came since.
    const isNew = page.isAnew === true || seqOf(cursorOf(next, realm)) >= this.seqIn(realm);
    trees.transaction(() => {
      if (page.isAnew) reconcileEpoch(trees, store, new Map(page.changes.map((node) => [node.id, node])), realm);
      else for (const node of page.changes) this.#take(node, page.isListed === true);
      for (const node of page.listed ?? []) takeNode(trees, node, true);
      takeEnds(trees, page);
      for (const ended of page.ended ?? []) this.#highestSeqs.delete(ended.realm);
      if (page.isAnew) this.#highestSeqs.delete(realm);
      keepReadOnly(trees, page.readOnly);
      trees.setMeta(epochKey(realm), page.epoch);
      this.#advance(next, page);
    });
    if (isNew) this.#isMidway = !page.upToDate;
    if (!this.#isMidway) onCursor(trees.getMeta("cursor") ?? "");
  }

  #advance(next: MergedCursor, page: Pick<RemoteChanges, "realm" | "isAnew" | "ended">): void {
    this.#known = this.#known ? mergeCursors(this.#known, next, page) : next;
    const cursor = encodeMerged(this.#known);
    if (this.#options.trees.getMeta("cursor") !== cursor) this.#options.trees.setMeta("cursor", cursor);
  }

  async #readAnew(signal: AbortSignal): Promise<void> {
    const { trees, store, remote, watchdog, onCursor } = this.#options;
    this.#isMidway = true;
    const nodes = new Map<string, RemoteNode>();
    const epochs = new Map<Realm, string>();
    let page: RemoteChanges | undefined;
    do {
      const cursor = page?.cursor;
      page = await watchdog.guard(signal, (inner) => remote.changes(cursor, inner, (id) => isPresent(nodes.get(id))));
      collect(nodes, page);
      epochs.set(page.realm, page.epoch);
    } while (!page.upToDate);
    const { cursor } = page;
    // Before anything is written: the bases are what the replica goes on from where the root comes back.
    requireLiveRoot(trees.rootId, (id) => nodes.get(id));
    trees.transaction(() => {
      reconcileEpoch(trees, store, nodes);
      for (const [realm, epoch] of epochs) trees.setMeta(epochKey(realm), epoch);
      keepReadOnly(trees, page.readOnly);
      trees.setMeta("cursor", cursor);
    });
    this.#known = decodeMerged(cursor);
    this.#highestSeqs.clear();
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
  nodeOf: (id: string) => Pick<RemoteState, "state" | "type" | "parent"> | RemoteNode | undefined,
): void {
  for (let id: string | null = rootId; id;) {
    const node = nodeOf(id);
    if (node?.state !== "live" || node.type !== "folder")
      throw new SyncEnded("remote-root-gone", "the folder on the server that is synced here is in the trash or gone");
    id = node.parent;
  }
}

/**
 * What is known of a node is replaced by what is newer. Of a tombstone nothing is kept that nothing here stands for.
 *
 * A folder that changes hands (M13) is in two histories for a while, under the same ids, and of their seqs neither is newer:
 * then what is in the tree already holds, until the folder is listed where it went.
 */
function takeNode(trees: Trees, node: RemoteNode, isListed: boolean): void {
  const entry = trees.get(node.id);
  const known = entry?.remote;
  if (known && isInTwoHistories(trees, known, node)) {
    if (isListed) trees.setRemote(node.id, remoteState(node));
    return;
  }
  if (known && isPresent(known) && known.realm !== node.realm && isToldElsewhere(trees, known, node)) return;
  // What went from one shared folder to another, or is in one that stands elsewhere now, did not change itself.
  const isElsewhere = known?.realm !== node.realm || known?.parent !== (node.parent ?? "");
  if (known && (known.seq > node.seq || (known.seq === node.seq && !isElsewhere))) return;
  // The top of what is being moved here is in no folder until it appears (M11): what is below it hangs on it.
  const isToAppear = node.state === "purged" && node.parent === null;
  const isOfNoConcern = node.state === "purged" && !isToAppear && !entry?.local && !entry?.synced;
  trees.setRemote(node.id, isOfNoConcern ? null : remoteState(node));
  // Where it was listed, so is what is below it.
  if (known && known.realm !== node.realm && node.type === "folder" && !isListed)
    takeAlong(trees, node.id, known.realm, node.realm);
}

function isInTwoHistories(trees: Trees, known: RemoteState, { realm }: RemoteNode): boolean {
  if (known.realm === realm || known.state === "purged" || known.state === "lost") return false;
  const [before, now] = [epochOf(trees, known.realm), epochOf(trees, realm)];
  return before !== undefined && now !== undefined && before !== now;
}

/** Collects a page of a tree that is read anew. */
function collect(nodes: Map<string, RemoteNode>, page: RemoteChanges): void {
  if (page.isAnew) for (const { id, realm } of nodes.values()) if (realm === page.realm) nodes.delete(id);
  for (const node of page.changes) {
    const known = nodes.get(node.id);
    // Of two spaces' seqs neither is newer: what stands for a shared folder is read after what it stands in.
    if (!known || known.realm !== node.realm || known.seq <= node.seq) nodes.set(node.id, node);
  }
  for (const node of page.listed ?? []) nodes.set(node.id, node);
  const gone = (page.left ?? []).filter((id) => nodes.get(id)?.realm === page.realm);
  for (const id of [...gone, ...(page.relisted ?? [])]) deleteBelow(nodes, id);
  for (const id of gone) nodes.delete(id);
  for (const { realm } of page.ended ?? [])
    for (const { id, realm: its } of nodes.values()) if (its === realm) nodes.delete(id);
}

function deleteBelow(nodes: Map<string, RemoteNode>, root: string): void {
  const folders = new Set([root]);
  for (const folder of folders)
    for (const { id, parent } of nodes.values()) if (parent === folder && nodes.delete(id)) folders.add(id);
}

function isPresent(remote: Pick<RemoteState, "state"> | null | undefined): boolean {
  return remote?.state === "live" || remote?.state === "trashed";
}
