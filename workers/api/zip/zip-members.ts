import {
  readChunks,
  wantedChunks,
  WINDOW_CHUNKS,
  type ChunkSource,
  type WantedChunk,
} from "../../storage/content-stream.ts";
import { readLeadingManifests, type Manifest } from "../../storage/contents.ts";
import type { WalkedNode } from "../../storage/tree-walk.ts";
import type { ZipEntry } from "./zip-format.ts";
import type { ZipMember } from "./zip-stream.ts";

/** Nodes of the first batch: few, so that the first byte comes soon. */
const FIRST_BATCH_NODES = 250;
/** Nodes whose manifests are read by one query, and whose chunks are read as one sequence. */
const BATCH_NODES = 2_000;
/** Chunks of a batch, unless one file has more. While one batch is sent the next one is read: 72 KB for each 1,000. */
const BATCH_CHUNKS = 20_000;

/** A node, and its manifest where it is a file. */
interface Member {
  readonly node: WalkedNode;
  readonly manifest: Manifest | null;
}

/**
 * The nodes as members of an archive. Chunks are read in one sequence over the bounds of files: small neighbours share a
 * get. A file that was purged since it was walked is left out: an archive whose length was told is broken off for it.
 *
 * Each member's pieces must be taken to their end before the next member is asked for.
 */
export async function* zipMembers(
  source: ChunkSource,
  nodes: AsyncGenerator<WalkedNode, void, void>,
): AsyncGenerator<ZipMember, void, void> {
  const batches = new Batches(source, nodes);
  let upcoming = batches.next(FIRST_BATCH_NODES);
  for (let batch = await upcoming; batch.length > 0; batch = await upcoming) {
    upcoming = batches.next(BATCH_NODES);
    // Met at the loop's head; until then it is not an unhandled failure.
    upcoming.catch(() => undefined);
    const pieces = readChunks(source, batchChunks(batch), WINDOW_CHUNKS);
    for (const member of batch) yield zipMember(member, pieces);
  }
}

/** The walk's nodes, gathered to batches that are bounded in nodes and in chunks. */
class Batches {
  readonly #source: ChunkSource;
  readonly #nodes: AsyncGenerator<WalkedNode, void, void>;
  /** Walked, and in no batch yet. */
  #waiting: WalkedNode[] = [];

  constructor(source: ChunkSource, nodes: AsyncGenerator<WalkedNode, void, void>) {
    this.#source = source;
    this.#nodes = nodes;
  }

  /** The next at most `limit` nodes; none at the end. */
  async next(limit: number): Promise<Member[]> {
    for (;;) {
      await this.#walk(limit);
      if (this.#waiting.length === 0) return [];
      const manifests = await this.#manifests();
      const end = this.#waiting.findIndex(({ contentId }) => contentId !== null && !manifests.has(contentId));
      const batch = this.#waiting.splice(0, end === -1 ? this.#waiting.length : end);
      const found = batch.flatMap((node): Member[] => {
        if (node.contentId === null) return [{ node, manifest: null }];
        const manifest = manifests.get(node.contentId);
        return manifest ? [{ node, manifest }] : [];
      });
      if (found.length > 0) return found;
    }
  }

  async #walk(limit: number): Promise<void> {
    while (this.#waiting.length < limit) {
      const next = await this.#nodes.next();
      if (next.done) return;
      this.#waiting.push(next.value);
    }
  }

  async #manifests(): Promise<ReadonlyMap<string, Manifest | null>> {
    const { shard, ownerId } = this.#source;
    const ids = this.#waiting.flatMap(({ contentId }) => contentId ?? []);
    return ids.length > 0 ? readLeadingManifests(shard, ownerId, ids, BATCH_CHUNKS) : new Map();
  }
}

function* batchChunks(batch: readonly Member[]): Generator<WantedChunk> {
  for (const { node, manifest } of batch) if (manifest) yield* wantedChunks(manifest, 0, node.size);
}

function zipMember({ node, manifest }: Member, pieces: AsyncGenerator<Uint8Array, void, void>): ZipMember {
  return { ...zipEntry(node), pieces: manifest && take(pieces, manifest.length) };
}

/** A node as an archive names it. */
export function zipEntry({ type, path, size, mtime, executable }: WalkedNode): ZipEntry {
  const folder = type === "folder";
  return { path: folder ? `${path}/` : path, folder, size, mtime, executable };
}

/** The next `count` pieces, leaving the rest to be taken later (a `for await` would end the generator). */
async function* take(
  pieces: AsyncGenerator<Uint8Array, void, void>,
  count: number,
): AsyncGenerator<Uint8Array, void, void> {
  for (let i = 0; i < count; i++) {
    const next = await pieces.next();
    if (next.done) throw new Error("a file's chunks ended early");
    yield next.value;
  }
}
