import { env } from "cloudflare:workers";
import { newId } from "../../../protocol/new-id.ts";
import {
  CommitRequest,
  Operation,
  type CommitResponse,
  type Node,
  type OperationInput,
} from "../../../protocol/tree.ts";
import type { CommitDatabase } from "../../../workers/storage/commit-load.ts";
import { commitGroup } from "../../../workers/sync-do/commit-group.ts";
import type { CommitInput } from "../../../workers/sync-do/commit-queue.ts";

export const { META_0 } = env as unknown as { META_0: D1Database };

/** The bytes are nobody's business here: a chunk is its id and size. */
export interface TestChunk {
  readonly id: string;
  readonly size: number;
}

/** An owner with a home space on META_0, straight in D1. */
export interface TestSpace {
  readonly ownerId: string;
  readonly spaceId: string;
  readonly rootId: string;
}

export async function makeSpace(): Promise<TestSpace> {
  const space = { ownerId: newId(), spaceId: newId(), rootId: newId() };
  await META_0.batch([
    META_0.prepare("INSERT INTO owners (id, quota, created_at) VALUES (?, 1000000000, 1)").bind(space.ownerId),
    META_0.prepare("INSERT INTO spaces VALUES (?, ?, ?, 0, ?, 1)").bind(
      space.spaceId,
      space.ownerId,
      space.rootId,
      newId(),
    ),
    META_0.prepare(
      "INSERT INTO nodes (space_id, id, parent_id, name, name_key, type, mtime, seq, created_at) VALUES (?, ?, NULL, '', '', 'folder', 1, 0, 1)",
    ).bind(space.spaceId, space.rootId),
  ]);
  return space;
}

/** The chunk of that number and size, the same for the same numbers. */
export function chunk(number: number, size = 4096): TestChunk {
  return { id: number.toString(16).padStart(64, "0"), size };
}

/** Makes the owner hold chunks. */
export async function hold(space: TestSpace, chunks: readonly TestChunk[]): Promise<void> {
  await META_0.prepare(
    `INSERT INTO chunks (owner_id, id, pack_id, "offset", length, size, touched_at)
     SELECT ?1, unhex(value ->> 0), 'p', 0, 1, value ->> 1, 1 FROM json_each(?2)`,
  )
    .bind(space.ownerId, JSON.stringify(chunks.map(({ id, size }) => [id, size])))
    .run();
}

export function inputOf(
  space: TestSpace,
  operations: readonly OperationInput[],
  operationId = newId(),
  more: Partial<CommitRequest> = {},
): CommitInput {
  const request = CommitRequest.parse({
    operationId,
    operations: operations.map((each) => Operation.parse(each)),
    ...more,
  });
  return {
    shard: "META_0",
    ...space,
    scope: null,
    authorId: space.ownerId,
    origin: null,
    digest: JSON.stringify(operations).slice(0, 1000),
    request,
  };
}

/** A commit as UserSync does it; throws what the request fails with. */
export async function commitTo(
  space: TestSpace,
  operations: readonly OperationInput[],
  options: { db?: CommitDatabase; operationId?: string } = {},
): Promise<CommitResponse> {
  const input = inputOf(space, operations, options.operationId);
  const { outcomes } = await commitGroup(options.db ?? META_0, [input], Date.now());
  const [outcome] = outcomes;
  if (!outcome?.ok) throw new Error(outcome?.code ?? "no outcome");
  return outcome.response;
}

/** The node of each operation, all of which succeed. */
export function nodesOf(response: CommitResponse): Node[] {
  return response.results.map((result) => {
    if (!result.ok) throw new Error(`${result.code}: ${result.detail}`);
    return result.node;
  });
}

/** What each operation failed with; null where it did not. */
export function codesOf(response: CommitResponse): (string | null)[] {
  return response.results.map((result) => (result.ok ? null : result.code));
}

/** Everything that an invariant says of the space and does not hold: nothing. */
export async function findDefects({ spaceId, ownerId }: TestSpace): Promise<unknown[]> {
  const answers = await META_0.batch([
    META_0.prepare(
      `WITH counts AS MATERIALIZED (
         SELECT content_id, count(*) AS refs FROM versions WHERE owner_id = ?1 GROUP BY content_id ORDER BY content_id)
       SELECT 'content refs' AS defect, c.id, c.refs, counts.refs AS counted FROM contents c
       LEFT JOIN counts ON counts.content_id = c.id WHERE c.owner_id = ?1 AND c.refs <> coalesce(counts.refs, 0)`,
    ).bind(ownerId),
    META_0.prepare(
      `WITH RECURSIVE entries(content, manifest, at) AS (
         SELECT id, manifest, 1 FROM contents WHERE owner_id = ?1 AND length(manifest) > 0
         UNION ALL SELECT content, manifest, at + 36 FROM entries WHERE at + 36 < length(manifest)),
       counts AS (SELECT substr(manifest, at, 32) AS chunk, count(DISTINCT content) AS refs FROM entries GROUP BY 1)
       SELECT 'chunk refs' AS defect, hex(c.id) AS id, c.refs, counts.refs AS counted FROM chunks c
       LEFT JOIN counts ON counts.chunk = c.id WHERE c.owner_id = ?1 AND c.refs <> coalesce(counts.refs, 0)`,
    ).bind(ownerId),
    META_0.prepare(
      `SELECT 'gap' AS defect, c.base_seq FROM commits c WHERE c.space_id = ?1 AND c.base_seq <> 0
       AND NOT EXISTS (SELECT 1 FROM commits p WHERE p.space_id = ?1 AND p.seq = c.base_seq)`,
    ).bind(spaceId),
    META_0.prepare(
      `SELECT 'head' AS defect, s.seq FROM spaces s WHERE s.id = ?1
       AND s.seq <> coalesce((SELECT max(seq) FROM commits WHERE space_id = ?1), 0)`,
    ).bind(spaceId),
    META_0.prepare(
      `SELECT 'version' AS defect, n.id FROM nodes n WHERE n.space_id = ?1 AND n.type = 'file' AND n.state <> 'purged'
       AND NOT EXISTS (SELECT 1 FROM versions v WHERE v.space_id = ?1 AND v.node_id = n.id AND v.version = n.version
         AND v.content_id = n.content_id)`,
    ).bind(spaceId),
    META_0.prepare(
      `SELECT 'purged version' AS defect, v.node_id FROM versions v JOIN nodes n ON n.space_id = ?1 AND n.id = v.node_id
       WHERE v.space_id = ?1 AND n.state = 'purged'`,
    ).bind(spaceId),
  ]);
  return answers.flatMap((answer) => answer.results);
}

/** The operation that makes a folder. */
export function folder(parent: string, name: string, id = newId()): OperationInput {
  return { type: "createFolder", parent, name, id };
}
