import type { Node } from "../../protocol/tree.ts";
import type { ChunkSource } from "../storage/content-stream.ts";
import { CHANGES_QUERY } from "../storage/changes.ts";
import type { Shard } from "../storage/shards.ts";
import { nodeFromRow, type NodeRow } from "../storage/tree-reads.ts";
import { openIndexedSpace, readGeneration, type IndexedSpace } from "../search/indexed-spaces.ts";
import { readEntries, writePage, type EntryToWrite, type IndexedEntry, type IndexPage } from "../search/write-page.ts";
import { endUnread, type ReadText } from "../search/kept-texts.ts";
import type { Budget } from "./budget.ts";
import type { CharacterMaps } from "./extract/file-bytes.ts";
import { Pauses } from "./pauses.ts";
import { TextReader, type NodeText } from "./text-reader.ts";

/** Changes read at once. */
const PAGE_NODES = 200;
/** Characters of texts that one batch writes, and somewhat more: several times that many bytes of terms. */
const PAGE_CHARACTERS = 1_000_000;

/** Queries of a batch, and of reading what it is of, besides those for texts. */
const PAGE_QUERIES = 30;

/** What a space's indexing takes. */
export interface SpaceToIndex {
  readonly search: D1Database;
  readonly spaceId: string;
  /** Of its owner. */
  readonly source: ChunkSource;
  readonly characterMap: CharacterMaps;
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
  for (let looks = 0; ;) {
    const { nodes, seq } = await readPage(source.shard, spaceId, space.seq);
    if (seq <= space.seq) return true;
    if (looks++ > 0 && budget.isSpent) return false;
    await task.onPage?.(nodes);
    for await (const page of pagesOf(task, space, nodes, seq)) space = await write(search, space, page);
    // Else looks once more: who came meanwhile found files of the page begun, and left the rest as well (`BegunElsewhere`).
    if (budget.isSpent && (space.seq < seq || nodes.length === PAGE_NODES)) return false;
  }
}

async function write(search: D1Database, space: IndexedSpace, page: IndexPage): Promise<IndexedSpace> {
  try {
    return await writePage(search, space, page, Date.now());
  } catch (error) {
    await forgetRead(search, space, page);
    throw error;
  }
}

/** What was read for a page is not kept, and nobody died of it: else nobody would read it until the lease ends. */
async function forgetRead(search: D1Database, space: IndexedSpace, { texts }: IndexPage): Promise<void> {
  const read = texts.filter(({ parked }) => parked !== "ended_the_reader").map(({ contentId }) => contentId);
  if (read.length > 0) await endUnread(search, space, read, null);
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

/**
 * What of a page of changes is written: all of it, or what is before the node at which the budget ended; by as much at once
 * as a batch holds. Each is to be written before the next is asked for.
 */
async function* pagesOf(
  task: SpaceToIndex,
  space: IndexedSpace,
  nodes: readonly Node[],
  seq: number,
): AsyncGenerator<IndexPage, void, void> {
  const ids = nodes.map(({ id }) => id);
  const before = await readEntries(task.search, space.number, ids);
  const changed = nodes.filter((node) => !isAsIndexed(node, before.get(node.id), space.generation));
  const reader = await TextReader.open(task, space, changed.filter(isFound));
  const page = new PageInMaking(before, changed);
  const pauses = new Pauses();
  let last: number | null = null;
  task.budget.spend(PAGE_QUERIES);
  try {
    for (const node of changed) {
      await pauses.take();
      if (task.budget.isSpent && last !== null) {
        yield page.take(last);
        return;
      }
      if (page.characters > PAGE_CHARACTERS && last !== null) {
        task.budget.spend(PAGE_QUERIES);
        yield page.take(last);
        reader.forget();
      }
      page.add(node, isFound(node) ? await reader.read(node) : null);
      last = node.seq;
    }
    yield page.take(seq);
  } catch (error) {
    await forgetRead(task.search, space, page.take(seq));
    throw error;
  } finally {
    await reader.close();
  }
}

/** What is written in one batch, as it is gathered. */
class PageInMaking {
  readonly #before: ReadonlyMap<string, IndexedEntry>;
  /** Contents of all that changed: their texts stay, whichever batch writes the last entry that had one before. */
  readonly #wanted: ReadonlySet<string | null>;
  #gone: string[] = [];
  #entries: EntryToWrite[] = [];
  #texts: ReadText[] = [];
  #characters = 0;

  constructor(before: ReadonlyMap<string, IndexedEntry>, changed: readonly Node[]) {
    this.#before = before;
    this.#wanted = new Set(changed.map(({ content }) => content));
  }

  /** Of the texts in it. */
  get characters(): number {
    return this.#characters;
  }

  /** @param found - null for a node that is to be found no more. */
  add(node: Node, found: NodeText | null): void {
    if (this.#before.has(node.id)) this.#gone.push(node.id);
    if (!found) return;
    this.#entries.push({ node, text: found.text });
    if (found.made) this.#texts.push(found.made);
    this.#characters += found.text?.length ?? 0;
  }

  /** What was added since the last time. */
  take(seq: number): IndexPage {
    const former = this.#gone.flatMap((id) => this.#before.get(id)?.contentId ?? []);
    const formerContents = former.filter((content) => !this.#wanted.has(content));
    const page = { seq, gone: this.#gone, entries: this.#entries, texts: this.#texts, formerContents };
    this.#gone = [];
    this.#entries = [];
    this.#texts = [];
    this.#characters = 0;
    return page;
  }
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
