import type { Node } from "../../protocol/tree.ts";
import type { ChunkSource } from "../storage/content-stream.ts";
import { CHANGES_QUERY } from "../storage/changes.ts";
import type { Shard } from "../storage/shards.ts";
import { nodeFromRow, type NodeRow } from "../storage/tree-reads.ts";
import { openIndexedSpace, readGeneration, type IndexedSpace } from "../search/indexed-spaces.ts";
import { readEntries, writePage, type EntryToWrite, type IndexedEntry, type IndexPage } from "../search/write-page.ts";
import { endUnread, type ReadText } from "../search/kept-texts.ts";
import type { Budget } from "./budget.ts";
import { TextReader } from "./text-reader.ts";

/** Changes read at once. */
const PAGE_NODES = 200;
/** Characters of texts that one batch writes, and somewhat more: several times that many bytes of terms. */
const PAGE_CHARACTERS = 1_000_000;

/** Queries of a page besides those for texts: reading it, and a batch. */
const PAGE_QUERIES = 30;

/** What a space's indexing takes. */
export interface SpaceToIndex {
  readonly search: D1Database;
  readonly spaceId: string;
  /** Of its owner. */
  readonly source: ChunkSource;
  readonly budget: Budget;
  /** Is given the nodes of each page before it counts as indexed; again where that fails. */
  readonly onPage?: (nodes: readonly Node[]) => Promise<void>;
}

/**
 * Brings a space's index on, page by page, until it has all of the space's changes or the budget is spent.
 *
 * @returns whether it has them all.
 * @throws BegunElsewhere; where another writer was first (`isOvertaken`), or storage fails; what was written by then stays.
 */
export async function indexSpace(task: SpaceToIndex): Promise<boolean> {
  const { search, spaceId, source, budget } = task;
  const head = await readHead(source.shard, spaceId);
  if (!head) return true;
  let space = await openIndexedSpace(search, spaceId, await readGeneration(search), head.epoch, Date.now());
  for (;;) {
    budget.spend(PAGE_QUERIES);
    const { nodes, seq } = await readPage(source.shard, spaceId, space.seq);
    if (seq <= space.seq) return true;
    await task.onPage?.(nodes);
    const page = await pageOf(task, space, nodes, seq);
    if (page) space = await write(search, space, page);
    if (page?.seq !== seq) return false;
    if (nodes.length < PAGE_NODES) return true;
    if (budget.isSpent) return false;
  }
}

async function write(search: D1Database, space: IndexedSpace, page: IndexPage): Promise<IndexedSpace> {
  try {
    return await writePage(search, space, page, Date.now());
  } catch (error) {
    // What was read is not kept, and nobody died of it.
    const read = page.texts.map(({ contentId }) => contentId);
    await endUnread(search, space.number, read, null);
    throw error;
  }
}

async function readHead(shard: Shard, spaceId: string): Promise<{ epoch: string } | null> {
  return shard.db.prepare("SELECT epoch FROM spaces WHERE id = ?").bind(spaceId).first<{ epoch: string }>();
}

/** The next changes, and how far the space is after them: one snapshot. */
async function readPage(shard: Shard, spaceId: string, after: number): Promise<{ nodes: Node[]; seq: number }> {
  const [spaces, changes] = await shard.db.batch<unknown>([
    shard.db.prepare("SELECT seq FROM spaces WHERE id = ?").bind(spaceId),
    shard.db.prepare(CHANGES_QUERY).bind(spaceId, after, PAGE_NODES),
  ]);
  const nodes = ((changes?.results ?? []) as NodeRow[]).map(nodeFromRow);
  const head = (spaces?.results[0] as { seq: number } | undefined)?.seq ?? after;
  return { nodes, seq: nodes.length < PAGE_NODES ? head : (nodes.at(-1)?.seq ?? head) };
}

/** What of a page of changes is written now: all of it, or what is before the node at which the budget ended; null for nothing. */
async function pageOf(
  task: SpaceToIndex,
  space: IndexedSpace,
  nodes: readonly Node[],
  seq: number,
): Promise<IndexPage | null> {
  const before = await readEntries(
    task.search,
    space.number,
    nodes.map(({ id }) => id),
  );
  const changed = nodes.filter((node) => !isAsIndexed(node, before.get(node.id), space.generation));
  const reader = await TextReader.open(task, space, changed.filter(isFound));
  const entries: EntryToWrite[] = [];
  const gone: string[] = [];
  const texts: ReadText[] = [];
  let characters = 0;
  let reached = seq;
  let last: number | null = null;
  try {
    for (const node of changed) {
      if (characters > PAGE_CHARACTERS || (task.budget.isSpent && last !== null)) {
        reached = last ?? space.seq;
        break;
      }
      gone.push(node.id);
      if (isFound(node)) {
        const { text, made } = await reader.read(node);
        entries.push({ node, text });
        if (made) texts.push(made);
        characters += text?.length ?? 0;
      }
      last = node.seq;
    }
  } finally {
    await reader.close();
  }
  if (reached <= space.seq) return null;
  const formerContents = gone.flatMap((id) => before.get(id)?.contentId ?? []);
  return { seq: reached, gone: gone.filter((id) => before.has(id)), entries, texts, formerContents };
}

/** Whether it can be found, if it is reached: also in the trash, from which it may come back. Roots have no name. */
function isFound(node: Node): boolean {
  return node.state !== "purged" && node.parent !== null;
}

/** Whether a node's change is none to the index: it was moved, trashed or restored, or was read already. */
function isAsIndexed(node: Node, entry: IndexedEntry | undefined, generation: number): boolean {
  if (!isFound(node)) return entry === undefined;
  return (
    entry?.generation === generation &&
    entry.name === node.name &&
    entry.contentId === node.content &&
    entry.size === node.size &&
    entry.mtime === node.mtime &&
    entry.type === node.type
  );
}
