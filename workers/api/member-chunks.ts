import type { ChunkRef } from "../../protocol/content.ts";
import { LedgeError } from "../../protocol/errors.ts";
import { chunksOfFiles } from "../storage/chunks-of-files.ts";
import { isMember, noteSent, sentChunks, type Uploader } from "../storage/sent-chunks.ts";
import { findNodes } from "../storage/tree-reads.ts";
import type { AnyCommitRequest } from "../sync-do/commit-queue.ts";
import type { Caller, Home } from "./context.ts";
import { requireNodes } from "./node-ref.ts";

/** Versions of each file that a member names which are looked through, and of each that a commit updates. */
const NAMED_VERSIONS = 100;
const UPDATED_VERSIONS = 8;

/** Who sends what is for the home that a request is about. */
export function uploaderOf(home: Home, caller: Pick<Caller, "userId">): Uploader {
  return { ownerId: home.ownerId, userId: caller.userId };
}

/**
 * Notes the chunks that a member is about to announce, and that are in files which the member names, as if the member had sent
 * them: they may be read there (M6). Of the owner nothing is noted.
 *
 * @throws LedgeError `not_found`, `not_a_file`, with those ids of `from` in `ids`.
 */
export async function noteChunksOf(
  home: Home,
  uploader: Uploader,
  from: readonly string[],
  chunks: readonly ChunkRef[],
  now: number,
): Promise<void> {
  if (!isMember(uploader) || from.length === 0) return;
  const found = await inFiles(home, from, new Set(chunks.map(({ id }) => id)));
  if (found.size === 0) return;
  const sent = await sentChunks(home.shard, uploader, found.keys(), now);
  const fresh = [...found].filter(([id]) => !sent.has(id)).map(([id, size]) => ({ id, size }));
  await noteSent(home.shard, uploader, fresh, now);
}

/**
 * Those of `ids` that a member may read: what that member has sent, and what is in `files`.
 *
 * @throws LedgeError `not_found`, `not_a_file`, with those ids of `files` in `ids`.
 */
export async function readableChunks(
  home: Home,
  member: Uploader,
  files: readonly string[],
  ids: readonly string[],
  now: number,
): Promise<Set<string>> {
  const sent = await sentChunks(home.shard, member, ids, now);
  if (files.length === 0) return new Set(sent.keys());
  const others = await inFiles(home, files, new Set(ids.filter((id) => !sent.has(id))));
  return new Set([...sent.keys(), ...others.keys()]);
}

/**
 * The chunks of a commit that are missing to its author, whatever the owner holds (M6): those that the member has not sent, and
 * that are not in the file which the operation updates, at this moment and in the folder.
 */
export async function unsentChunks(
  home: Home,
  uploader: Uploader,
  { operations }: AnyCommitRequest,
  now: number,
): Promise<string[]> {
  if (!isMember(uploader)) return [];
  const named = operations.flatMap((operation) => ("chunks" in operation ? operation.chunks.map(({ id }) => id) : []));
  const sent = await sentChunks(home.shard, uploader, named, now);
  const unsent = new Set(named.filter((id) => !sent.has(id)));
  if (unsent.size === 0) return [];
  const updated = operations.flatMap((operation) => (operation.type === "updateFile" ? [operation.node] : []));
  const files = [...(await findNodes(home, updated)).keys()];
  const found = await chunksOfFiles(home.shard, home, { ids: files, versions: UPDATED_VERSIONS }, unsent);
  return [...unsent].filter((id) => !found.has(id));
}

async function inFiles(home: Home, ids: readonly string[], wanted: ReadonlySet<string>): Promise<Map<string, number>> {
  const nodes = await requireNodes(home, ids);
  const folders = nodes.filter(({ type }) => type === "folder").map(({ id }) => id);
  if (folders.length > 0)
    throw new LedgeError("not_a_file", `${folders.length} of the ids are folders`, { ids: folders });
  return chunksOfFiles(home.shard, home, { ids, versions: NAMED_VERSIONS }, wanted);
}
