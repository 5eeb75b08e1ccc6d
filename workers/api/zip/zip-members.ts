import {
  readChunks,
  wantedChunks,
  WINDOW_CHUNKS,
  type ChunkSource,
  type WantedChunk,
} from "../../storage/content-stream.ts";
import { readManifests, type Manifest } from "../../storage/contents.ts";
import type { WalkedNode } from "../../storage/tree-walk.ts";
import type { ZipMember } from "./zip-stream.ts";

/** Nodes of the first batch: few, so that the first byte comes soon. */
const FIRST_BATCH_NODES = 250;
/** Nodes whose manifests are read by one query, and whose chunks are read as one sequence. */
const BATCH_NODES = 2_000;
/** Ends a batch early. At 1 MiB a chunk, these bytes have about 300 KB of manifests. */
const BATCH_BYTES = 8 * 1024 ** 3;

/** A node, and its manifest where it is a file. */
interface Member {
  readonly node: WalkedNode;
  readonly manifest: Manifest | null;
}

/**
 * The nodes as members of an archive. Chunks are read in one sequence over the bounds of files: small neighbours share a
 * get. A file that was purged since it was walked is left out.
 *
 * Each member's pieces must be taken to their end before the next member is asked for.
 */
export async function* zipMembers(
  source: ChunkSource,
  nodes: AsyncGenerator<WalkedNode, void, void>,
): AsyncGenerator<ZipMember, void, void> {
  let upcoming = nextBatch(source, nodes, FIRST_BATCH_NODES);
  for (let batch = await upcoming; batch.length > 0; batch = await upcoming) {
    upcoming = nextBatch(source, nodes, BATCH_NODES);
    // Met at the loop's head; until then it is not an unhandled failure.
    upcoming.catch(() => undefined);
    const pieces = readChunks(source, batchChunks(batch), WINDOW_CHUNKS);
    for (const member of batch) yield zipMember(member, pieces);
  }
}

async function nextBatch(
  source: ChunkSource,
  nodes: AsyncGenerator<WalkedNode, void, void>,
  limit: number,
): Promise<Member[]> {
  const batch: WalkedNode[] = [];
  let bytes = 0;
  while (batch.length < limit && bytes < BATCH_BYTES) {
    const next = await nodes.next();
    if (next.done) break;
    batch.push(next.value);
    bytes += next.value.size;
  }
  const contentIds = batch.flatMap(({ contentId }) => contentId ?? []);
  const manifests =
    contentIds.length > 0 ? await readManifests(source.shard, source.ownerId, contentIds) : new Map<string, Manifest>();
  const members = batch.map((node) => ({
    node,
    manifest: node.contentId === null ? null : manifests.get(node.contentId),
  }));
  const found = members.filter((member): member is Member => member.manifest !== undefined);
  return found.length > 0 || batch.length === 0 ? found : nextBatch(source, nodes, limit);
}

function* batchChunks(batch: readonly Member[]): Generator<WantedChunk> {
  for (const { node, manifest } of batch) if (manifest) yield* wantedChunks(manifest, 0, node.size);
}

function zipMember({ node, manifest }: Member, pieces: AsyncGenerator<Uint8Array, void, void>): ZipMember {
  const folder = node.type === "folder";
  return {
    path: folder ? `${node.path}/` : node.path,
    folder,
    size: node.size,
    mtime: node.mtime,
    executable: node.executable,
    pieces: manifest && take(pieces, manifest.length),
  };
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
