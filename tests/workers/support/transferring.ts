import { env as testEnv } from "cloudflare:workers";
import { newId } from "../../../protocol/new-id.ts";
import type { Transfer, TransferRequest } from "../../../protocol/transfers.ts";
import type { CommitResponse, Node, NodePage, OperationInput, Version, VersionPage } from "../../../protocol/tree.ts";
import type { Env } from "../../../workers/env.ts";
import { readTransfer, type TransferRow } from "../../../workers/storage/directory-transfers.ts";
import { beginTransfer } from "../../../workers/transfers/begin-transfer.ts";
import { runTransfer, type RunBounds } from "../../../workers/transfers/run-transfer.ts";
import type { Sharer } from "./people.ts";
import { recount } from "./storage.ts";

export const env = testEnv as unknown as Env;

export const WHOLE: RunBounds = { time: 60_000, steps: 500, stepBytes: 64 * 1024 * 1024 };

/** What a copy has of its original; the ids are others. */
type Shown = Readonly<Record<string, unknown>>;

/** `home`, or a shared folder's id. */
type Space = string;

/** One end of a move: a folder in a space, by its id, and the path of that space's routes. */
export function requestOf(who: Sharer, from: Space, node: string, to: Space, parent: string): TransferRequest {
  const { home } = who.account;
  const spaceOf = (space: Space) => (space === "home" ? home.space : space);
  return { id: newId(), from: { space: spaceOf(from), node }, to: { space: spaceOf(to), parent } };
}

export function ask(who: Sharer, request: TransferRequest): Promise<Transfer> {
  return who.send<Transfer>("POST", "/transfers", request);
}

/** Writes a transfer down without running it. */
export async function begin(who: Sharer, request: TransferRequest, bindings = env): Promise<TransferRow> {
  const asker = { userId: who.id, credentialId: newId(), device: "test" };
  const { row } = await beginTransfer(bindings, asker, { onConflict: "fail", ...request });
  return row;
}

/** Takes a transfer on whoever had it, as after a crash: `steps` steps of it. */
export async function takeSteps(id: string, steps: number, bounds: Partial<RunBounds> = {}): Promise<TransferRow> {
  await env.DIRECTORY.prepare("UPDATE transfers SET leased_until = 0 WHERE id = ?").bind(id).run();
  await runTransfer(env, id, { ...WHOLE, ...bounds, steps });
  const row = await readTransfer(env.DIRECTORY, id);
  if (!row) throw new Error("the transfer is kept");
  return row;
}

/** Takes a transfer on until nothing is left to do. */
export async function takeUp(id: string): Promise<TransferRow> {
  for (let run = 0; run < 40; run++) {
    const row = await takeSteps(id, WHOLE.steps);
    if (!row.isOpen) return row;
  }
  throw new Error("the transfer does not end");
}

/** All that is live below a folder, by path, with all versions, read by the API. */
export async function shownBelow(who: Sharer, space: Space, folder: string): Promise<Record<string, Shown>> {
  const base = space === "home" ? "" : `/spaces/${space}`;
  const shown: Record<string, Shown> = {};
  const walk = async (id: string, path: string): Promise<void> => {
    const { nodes } = await who.send<NodePage>("GET", `${base}/folders/${id}/children?limit=1000`);
    for (const node of nodes) {
      shown[`${path}/${node.name}`] = await shownNode(who, space, node);
      if (node.type === "folder") await walk(node.id, `${path}/${node.name}`);
    }
  };
  await walk(folder, "");
  return shown;
}

/** What a node is, its versions with their bytes included, but for ids and place. */
export async function shownNode(who: Sharer, space: Space, node: Node): Promise<Shown> {
  const base = space === "home" ? "" : `/spaces/${space}`;
  const { type, state, version, mtime, createdAt, size, content, executable } = node;
  const shown = { type, state, version, mtime, createdAt, size, content, executable };
  if (type === "folder") return shown;
  const { versions } = await who.send<VersionPage>("GET", `${base}/files/${node.id}/versions`);
  return { ...shown, versions: await Promise.all(versions.map((each) => withBytes(who, base, each))) };
}

async function withBytes(who: Sharer, base: string, version: Version): Promise<Shown> {
  const { node, ...rest } = version;
  const answer = await who.fetch("GET", `${base}/files/${node}?version=${version.version}`);
  if (!answer.ok) throw new Error(`version ${version.version}: ${answer.status}`);
  return { ...rest, bytes: Buffer.from(await answer.arrayBuffer()).toString("hex") };
}

/** All that is live below a node, it included, with all versions, as the database has it; the ids are others'. */
export async function storedBelow(who: Sharer, top: string): Promise<unknown[]> {
  const { db } = await who.shard();
  const { results } = await db
    .prepare(
      `WITH RECURSIVE below(id, path) AS (
         SELECT ?2, '' UNION ALL
         SELECT n.id, below.path || '/' || n.name FROM below JOIN nodes n
           ON n.space_id = ?1 AND n.parent_id = below.id AND n.state = 'live')
       SELECT b.path, n.type, n.version, n.content_id, n.mtime, n.executable, n.created_at, (
         SELECT json_group_array(json_array(v.version, v.content_id, v.size, v.mtime, v.created_at, v.author_id))
         FROM versions v WHERE v.space_id = ?1 AND v.node_id = n.id ORDER BY v.version) AS versions
       FROM below b JOIN nodes n ON n.space_id = ?1 AND n.id = b.id ORDER BY b.path`,
    )
    .bind((await who.placement()).space_id, top)
    .all();
  return results;
}

/** Carries out operations, all of which succeed. */
export async function commitAll(who: Sharer, operations: readonly OperationInput[]): Promise<void> {
  const { results } = await who.send<CommitResponse>("POST", "/commits", { operationId: newId(), operations });
  const failed = results.find(({ ok }) => !ok);
  if (failed) throw new Error(JSON.stringify(failed));
}

/** What is wrong with an account's counters and with what is out of sight in its space: nothing. */
export async function defectsOf(who: Sharer): Promise<unknown[]> {
  const { space_id } = await who.placement();
  const shard = await who.shard();
  const wrong: unknown[] = await recount({ shard, ownerId: who.id, userId: who.id, spaceId: space_id });
  const [staged, refs, chunks, versions] = await shard.db.batch([
    shard.db
      .prepare(
        "SELECT 'staged' AS defect, id, name FROM nodes WHERE space_id = ? AND parent_id IS NULL AND state <> 'live'",
      )
      .bind(space_id),
    shard.db
      .prepare(
        `SELECT 'content refs' AS defect, c.id FROM contents c WHERE c.owner_id = ?1
           AND c.refs <> (SELECT count(*) FROM versions v WHERE v.owner_id = ?1 AND v.content_id = c.id)`,
      )
      .bind(who.id),
    shard.db
      .prepare(
        `WITH RECURSIVE entries(content, manifest, at) AS (
           SELECT id, manifest, 1 FROM contents WHERE owner_id = ?1 AND length(manifest) > 0
           UNION ALL SELECT content, manifest, at + 36 FROM entries WHERE at + 36 < length(manifest)),
         counts AS (SELECT substr(manifest, at, 32) AS chunk, count(DISTINCT content) AS refs FROM entries GROUP BY 1)
         SELECT 'chunk refs' AS defect, hex(c.id) AS id FROM chunks c LEFT JOIN counts ON counts.chunk = c.id
         WHERE c.owner_id = ?1 AND c.refs <> coalesce(counts.refs, 0)`,
      )
      .bind(who.id),
    shard.db
      .prepare(
        `SELECT 'version' AS defect, n.id FROM nodes n WHERE n.space_id = ?1 AND n.type = 'file' AND n.state <> 'purged'
         AND (SELECT count(*) FROM versions v WHERE v.space_id = ?1 AND v.node_id = n.id) <> n.version`,
      )
      .bind(space_id),
  ]);
  for (const answer of [staged, refs, chunks, versions]) wrong.push(...(answer?.results ?? []));
  return wrong;
}
