import type { Node } from "../../protocol/tree.ts";
import {
  beginReading,
  endUnread,
  keepTextStatements,
  loadTexts,
  readKept,
  textKey,
  type KeptText,
  type ReadText,
} from "../search/kept-texts.ts";
import type { IndexedSpace } from "../search/indexed-spaces.ts";
import type { SpaceToIndex } from "./index-space.ts";
import { isSmall, readContents, ReadingFailed, type ContentToRead } from "./read-contents.ts";

/** Readings of a content that may begin without end: one by itself after one among others. */
const ATTEMPTS = 2;
/** Failures of the storage while a content is read. */
const FAILURES = 5;

/** For so long after readings began nobody else begins them: longer than a page and its last file take. Milliseconds. */
export const READING_LEASE = 120_000;

/** Another reader began with contents of the page, and may be at it: to be tried again when it is not. */
export class BegunElsewhere extends Error {}

/** Queries that a file takes where it is read by itself, or its kept text is loaded. */
const FILE_QUERIES = 4;

/** A node's text, and what is to be written down where it was read just now. */
export interface NodeText {
  readonly text: string | null;
  readonly made: ReadText | null;
}

/**
 * The texts of a page's files: kept ones, and those that are read now, in the order of the page. That a reading begins is
 * written down before, for all of the page at once; what was begun before and never ended is read by itself, so that it is
 * known which file ends the reader, and given up when it has done so twice (X4).
 */
export class TextReader {
  readonly #task: SpaceToIndex;
  readonly #space: IndexedSpace;
  readonly #kept: Map<string, KeptText>;
  /** Begun together and not yet read. */
  readonly #begun: Set<string>;
  readonly #stream: AsyncGenerator<ReadText, void, void>;
  /** Read now, by content: several nodes of a page may have it. */
  readonly #read = new Map<string, ReadText>();

  private constructor(task: SpaceToIndex, space: IndexedSpace, kept: Map<string, KeptText>, fresh: ContentToRead[]) {
    this.#task = task;
    this.#space = space;
    this.#kept = kept;
    this.#begun = new Set(fresh.map(({ contentId }) => contentId));
    this.#stream = readContents(task.source, task.characterMap, fresh);
  }

  /** @throws BegunElsewhere */
  static async open(task: SpaceToIndex, space: IndexedSpace, nodes: readonly Node[]): Promise<TextReader> {
    const { search } = task;
    const contents = new Map(nodes.flatMap((node) => (node.content === null ? [] : [[node.content, node] as const])));
    const kept = new Map(await readKept(search, space.number, space.generation, [...contents.keys()]));
    const now = Date.now();
    for (const { isSettled, attempts, updatedAt } of kept.values()) {
      if (!isSettled && attempts > 0 && updatedAt > now - READING_LEASE) throw new BegunElsewhere();
    }
    const fresh = [...contents].flatMap(([contentId, { name, size }]) =>
      (kept.get(contentId)?.attempts ?? 0) === 0 && isToBeRead(kept.get(contentId)) ? [{ contentId, name, size }] : [],
    );
    const ids = fresh.map(({ contentId }) => contentId);
    await beginReading(search, space.number, space.generation, ids, now);
    return new TextReader(task, space, kept, fresh);
  }

  /** A node's text. To be asked in the order in which the nodes were given. */
  async read(node: Node): Promise<NodeText> {
    const { content } = node;
    if (content === null) return { text: null, made: null };
    const known = this.#read.get(content);
    if (known) return { text: known.text, made: null };
    if (this.#begun.has(content)) {
      if (!isSmall(node)) this.#task.budget.spend(FILE_QUERIES);
      return this.#take(await this.#nextOf(content));
    }
    this.#task.budget.spend(FILE_QUERIES);
    const kept = this.#kept.get(content);
    if (kept?.isSettled) return { text: await this.#load(content), made: null };
    if (isToBeRead(kept)) return this.#readAlone({ contentId: content, name: node.name, size: node.size });
    const parked = (kept?.attempts ?? 0) >= ATTEMPTS ? "ended_the_reader" : "storage_failed";
    return this.#take({ contentId: content, text: null, parked });
  }

  /** Lets go of texts that are written by now: a page's together may be more than an isolate holds. */
  forget(): void {
    for (const contentId of this.#read.keys()) this.#kept.set(contentId, settled(contentId));
    this.#read.clear();
  }

  /** Ends what was begun. Contents that were not come to are as if they had not been begun. */
  async close(): Promise<void> {
    await this.#stream.return();
    if (this.#begun.size > 0) await endUnread(this.#task.search, this.#space, [...this.#begun], null);
  }

  #take(read: ReadText): NodeText {
    this.#read.set(read.contentId, read);
    return { text: read.text, made: read };
  }

  async #nextOf(contentId: string): Promise<ReadText> {
    try {
      const { value } = await this.#stream.next();
      if (value?.contentId !== contentId) throw new Error("contents were not asked for in their order");
      this.#begun.delete(contentId);
      return value;
    } catch (error) {
      if (error instanceof ReadingFailed) {
        this.#begun.delete(error.contentId);
        await endUnread(this.#task.search, this.#space, [error.contentId], error.contentId);
      }
      throw error;
    }
  }

  /** Begun by itself and written down at once: what comes after it on the page may end the reader. */
  async #readAlone(content: ContentToRead): Promise<NodeText> {
    const { search, source, characterMap } = this.#task;
    const { number, generation } = this.#space;
    await beginReading(search, number, generation, [content.contentId], Date.now());
    try {
      const { value } = await readContents(source, characterMap, [content]).next();
      if (!value) throw new Error("a content was not read");
      await search.batch(keepTextStatements(search, this.#space, [value], Date.now()));
      this.#read.set(value.contentId, value);
      return { text: value.text, made: null };
    } catch (error) {
      await endUnread(search, this.#space, [content.contentId], content.contentId);
      throw error;
    }
  }

  async #load(contentId: string): Promise<string | null> {
    const { number } = this.#space;
    const texts = await loadTexts(this.#task.search, [{ space: number, contentId }]);
    return texts.get(textKey(number, contentId)) ?? null;
  }
}

function settled(contentId: string): KeptText {
  return { contentId, attempts: 0, failures: 0, isSettled: true, updatedAt: Date.now() };
}

function isToBeRead(kept: KeptText | undefined): boolean {
  return !kept || (!kept.isSettled && kept.attempts < ATTEMPTS && kept.failures < FAILURES);
}
