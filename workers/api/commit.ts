import { LedgeError, type ErrorCode } from "../../protocol/errors.ts";
import type { CommitResponse, Node } from "../../protocol/tree.ts";
import type { Env } from "../env.ts";
import { openShard } from "../storage/shards.ts";
import type { AnyCommitRequest, CommitInput, CommitOutcome } from "../sync-do/commit-queue.ts";
import { isMember, type Uploader } from "../storage/sent-chunks.ts";
import { ownUploads } from "../storage/uploads.ts";
import type { Caller, Home } from "./context.ts";
import { unsentChunks } from "./member-chunks.ts";
import { requirePurger } from "./purge-role.ts";

/** The caller as the author of a commit. */
export function authorOf({ userId, credentialId, device }: Caller): Author {
  return { authorId: userId, origin: credentialId, label: device };
}

/** Who does something, and where they sit as far as it is known. */
export type Author = Pick<CommitInput, "authorId" | "origin" | "label">;

/**
 * Carries out a commit through the owner's UserSync (I4), and opens `home.shard` again at the commit's bookmark, so that
 * what this request reads afterwards sees it (P3).
 *
 * @param author - Who does it, and with which session or token.
 * @throws LedgeError for what concerns the request as a whole: `not_found` (a space that is not the caller's), `forbidden`
 *   (M2), `operation_mismatch`, `cursor_expired` (T19), `busy`. Operations that fail are results, see `singleResult`.
 */
export async function commit(
  env: Env,
  home: Home,
  request: AnyCommitRequest,
  { authorId, origin, label = null }: Author,
): Promise<CommitResponse> {
  if (request.space !== undefined && request.space !== (home.scope ?? home.spaceId))
    throw new LedgeError("not_found", "there is no such space");
  if (request.operations.some(({ type }) => type === "purge")) requirePurger(home);
  const uploader = { ownerId: home.ownerId, userId: home.scope === null ? home.ownerId : authorId };
  const input: CommitInput = {
    shard: home.shard.name,
    spaceId: home.spaceId,
    ownerId: home.ownerId,
    scope: home.scope,
    authorId,
    origin,
    label,
    digest: await requestDigest(request, home.scope, authorId),
    request: await withOwnUploads(home, uploader, request),
    unsent: await unsentChunks(home, uploader, request, Date.now()),
  };
  const sync = env.USER_SYNC.get(env.USER_SYNC.idFromName(input.ownerId)) as unknown as {
    commit(input: CommitInput): Promise<CommitOutcome>;
  };
  const outcome = await sync.commit(input);
  if (!outcome.ok) throw new LedgeError(outcome.code, outcome.detail);
  if (outcome.bookmark !== null) home.shard = openShard(env, home.shard.name, outcome.bookmark);
  return outcome.response;
}

/** A member closes no upload of others, whose ids a commit may name. */
async function withOwnUploads(home: Home, uploader: Uploader, request: AnyCommitRequest): Promise<AnyCommitRequest> {
  const { upload, closeUploads = [] } = request;
  const named = upload === undefined ? closeUploads : [upload, ...closeUploads];
  if (!isMember(uploader) || named.length === 0) return request;
  const own = await ownUploads(home.shard, uploader, named);
  const isOwn = (id: string) => own.has(id);
  return {
    ...request,
    closeUpload: request.closeUpload && upload !== undefined && isOwn(upload),
    closeUploads: closeUploads.filter(isOwn),
  };
}

/**
 * The node that a commit of one operation is about.
 *
 * @throws LedgeError with the operation's code where it failed, and with `node` or `missing` where the result has them.
 */
export function singleResult(response: CommitResponse): Node {
  const [result] = response.results;
  if (result === undefined) throw new Error("a commit has at least one result");
  if (result.ok) return result.node;
  throw new LedgeError(result.code as ErrorCode, result.detail, {
    ...(result.node && { node: result.node }),
    ...(result.missing && { missing: result.missing }),
  });
}

/**
 * SHA-256, in hex, of what the request asks for; the same whatever the order of its members. Not of its epoch: what was
 * carried out is answered again whatever became of the history.
 */
async function requestDigest(request: AnyCommitRequest, scope: string | null, authorId: string): Promise<string> {
  const { operations, upload, closeUpload, closeUploads } = request;
  const text = canonicalJson({ authorId, scope: scope ?? undefined, operations, upload, closeUpload, closeUploads });
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return Buffer.from(digest).toString("hex");
}

/** JSON with members sorted by name and undefined ones left out. */
function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, member: unknown) =>
    typeof member === "object" && member !== null && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1)))
      : member,
  );
}
