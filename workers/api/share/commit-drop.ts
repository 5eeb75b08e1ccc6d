import type { z } from "zod";
import { LedgeError, type ErrorCode } from "../../../protocol/errors.ts";
import { newId } from "../../../protocol/new-id.ts";
import type { DropCommit, DropResults } from "../../../protocol/share.ts";
import type { CommitResponse, Operation } from "../../../protocol/tree.ts";
import type { Env } from "../../env.ts";
import { GUEST } from "../../storage/activity.ts";
import { renewFolder, sentChunks, type DropRow } from "../../storage/drops.ts";
import { reachShared } from "../../storage/shared-reads.ts";
import { commit } from "../commit.ts";
import type { Home, Share } from "../context.ts";
import { noSuchLink } from "../middleware/guest.ts";

type Files = z.output<typeof DropCommit>["files"];
type Result = DropResults["results"][number];

/** Chunks that one answer names as missing. */
const MISSING_NAMED = 1_000;
/** Folders that a drop is given at most for one commit, where its owner moves each away meanwhile. */
const ATTEMPTS = 4;

/** What became of a drop's files, and what those are called that were made now. */
export interface DropOutcome extends DropResults {
  readonly made: readonly string[];
}

/**
 * Makes files in the guest's folder, of chunks that the drop has sent (I3). The folder is made first where it is not there,
 * and made anew where the owner has taken it out of the link's (L1). Nothing is replaced: a name that is taken is numbered.
 */
export async function commitDrop(
  env: Env,
  share: Share,
  drop: DropRow,
  { operationId, files }: z.output<typeof DropCommit>,
  now: number,
): Promise<DropOutcome> {
  const missing = await missingOf(share, drop, files, now);
  const ready = files.filter((_, i) => missing[i]?.length === 0);
  const lacking = (i: number): Result => ({
    ok: false,
    code: "chunks_missing",
    missing: (missing[i] ?? []).slice(0, MISSING_NAMED),
  });
  if (ready.length === 0) return { results: files.map((_, i) => lacking(i)), made: [] };

  const { space_id: spaceId, node_id: rootId, owner_id: ownerId } = share.link;
  const home: Home = { shard: share.shard, spaceId, rootId, ownerId, scope: null, role: "owner" };
  const folder = await guestFolder(env, home, share, drop);
  // The guest's own id says nothing to anybody else's, nor to the owner's.
  const id = await derivedId(`${drop.id}/${operationId}`);
  const { operations, fileAt } = await operationsOf(ready, folder, id);
  const { results, replayed } = await carryOut(env, home, share, drop, id, operations);
  const outcomes = fileAt.map((at): Result => {
    const result = results[at];
    return result?.ok ? { ok: true } : { ok: false, code: result?.code ?? "internal" };
  });
  const made = replayed ? [] : fileAt.flatMap((at) => (results[at]?.ok ? results[at].node.name : []));
  return { results: files.map((_, i) => (missing[i]?.length ? lacking(i) : (outcomes.shift() ?? lacking(i)))), made };
}

/** Of each file the chunks that the drop has not sent, or not in that size. */
async function missingOf({ shard }: Share, drop: DropRow, files: Files, now: number): Promise<string[][]> {
  const ids = files.flatMap(({ chunks }) => chunks.map(({ id }) => id));
  const sent = await sentChunks(shard, drop, ids, now);
  return files.map(({ chunks }) => [
    ...new Set(chunks.filter(({ id, size }) => sent.get(id) !== size).map(({ id }) => id)),
  ]);
}

/** One operation for each folder on the files' ways, then one for each file; `fileAt` says where those are. */
async function operationsOf(
  files: Files,
  folder: string,
  operationId: string,
): Promise<{ operations: Operation[]; fileAt: number[] }> {
  const operations: Operation[] = [];
  const folders = new Map<string, string>();
  const fileAt: number[] = [];
  for (const { name, path, chunks, mtime } of files) {
    let parent = folder;
    for (const [depth, part] of path.entries()) {
      const way = JSON.stringify(path.slice(0, depth + 1));
      let id = folders.get(way);
      if (id === undefined) {
        // The same at every sending, as the whole commit must be (I5).
        id = await derivedId(`${operationId}/${way}`);
        folders.set(way, id);
        operations.push({ type: "createFolder", id, parent, name: part, onConflict: "reuse" });
      }
      parent = id;
    }
    fileAt.push(operations.length);
    operations.push({ type: "createFile", parent, name, chunks, mtime, executable: false, onConflict: "rename" });
  }
  return { operations, fileAt };
}

/** The guest's folder below the link's, at this moment. */
async function guestFolder(env: Env, home: Home, share: Share, drop: DropRow): Promise<string> {
  const { link } = share;
  const isThere = async (id: string) =>
    (await reachShared(home.shard, link.space_id, link.node_id, [id])).get(id)?.node.type === "folder";
  let folder = drop.folder_id;
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    if (await isThere(folder)) return folder;
    const { results } = await carryOut(env, home, share, drop, folder, [
      { type: "createFolder", id: folder, parent: link.node_id, name: drop.guest, onConflict: "rename" },
    ]);
    const [made] = results;
    if (made && !made.ok && made.code !== "id_conflict") {
      throw made.code === "parent_not_found" ? noSuchLink() : new LedgeError(made.code as ErrorCode);
    }
    if (await isThere(folder)) return folder;
    // It was made before, and its owner has put it elsewhere since.
    folder = await renewFolder(home.shard, drop.id, folder, newId());
  }
  throw new LedgeError("busy", "the folder is being moved");
}

function carryOut(
  env: Env,
  home: Home,
  { link }: Share,
  { guest }: DropRow,
  operationId: string,
  operations: Operation[],
): Promise<CommitResponse> {
  const request = { operationId, operations, closeUpload: false };
  return commit(env, home, request, { authorId: GUEST + link.id, origin: null, label: guest });
}

const ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";

/** An id that is always the same for the same text, and nobody's otherwise: 125 bits of its SHA-256. */
async function derivedId(text: string): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));
  return `0${Array.from(digest.subarray(0, 25), (byte) => ALPHABET[byte & 31]).join("")}`;
}
