import { ERRORS, LedgeError, type ErrorCode } from "../../../protocol/errors.ts";
import { newId } from "../../../protocol/new-id.ts";
import type { Node } from "../../../protocol/tree.ts";
import type { MountOperation } from "../../../core/commit/mount.ts";
import type { Operation } from "../../../protocol/tree.ts";
import type { Env } from "../../env.ts";
import { changeMount } from "../../storage/directory-members.ts";
import { namedMounts, neverHad } from "../../storage/named-mounts.ts";
import { findPlacement } from "../../storage/placements.ts";
import { openShard } from "../../storage/shards.ts";
import { findNode } from "../../storage/tree-reads.ts";
import { forgetUnmount, listUnmounts, mountsInUse } from "../../storage/unmounts.ts";
import { commit, singleResult, type Author } from "../commit.ts";
import type { Home } from "../context.ts";

/** What the server does by itself. */
const SYSTEM: Author = { authorId: "", origin: null };
/** How long the mount of an ended membership is looked for that is not there: one may be under way. Milliseconds. */
const LOOKED_FOR = 10 * 60_000;

/** A membership whose folder is to be in its member's tree. */
export interface Mounting {
  readonly folderId: string;
  readonly accountId: string;
  /** As the membership has it. */
  readonly mountId: string | null;
  /** Where; null: the home folder. */
  readonly parent: string | null;
  readonly name: string;
}

/**
 * Has a shared folder stand in its member's tree: the mount that the membership names is there afterwards, made, taken out
 * of the trash, or as it was. To be called again after a crash.
 *
 * @param home - The member's own.
 * @throws LedgeError where `parent` or `name` will not do: `parent_not_found`, `mount_in_shared`, `invalid_name`, …;
 *   `not_found` where the membership ended meanwhile.
 */
export async function ensureMounted(env: Env, home: Home, mounting: Mounting, author: Author): Promise<Node> {
  let { mountId } = mounting;
  for (let attempt = 0; attempt < 3; attempt++) {
    const node = mountId === null ? null : await mountAs(env, home, mountId, mounting, author);
    if (node) return await keptByMember(env, home, node, mounting);
    // The id was never chosen, or is a purged mount's: no node comes back from that.
    const { folderId, accountId } = mounting;
    const chosen = await changeMount(env.DIRECTORY, { folderId, accountId }, mountId, newId());
    if (chosen === undefined) throw new LedgeError("not_found");
    mountId = chosen;
  }
  throw new LedgeError("busy");
}

/** The mount of that id, live; null where the id is a tombstone's, or another node's. */
async function mountAs(env: Env, home: Home, id: string, mounting: Mounting, author: Author): Promise<Node | null> {
  const { folderId: folder, parent, name } = mounting;
  const shard = openShard(env, home.shard.name, "first-primary");
  const found = await findNode({ shard, spaceId: home.spaceId, scope: null }, id);
  if (found && found.node.mount !== folder) return null;
  if (found?.reach === "live") return found.node;
  const operation: Operation | MountOperation = found
    ? { type: "restore", node: id, onConflict: "rename", ...(parent !== null && { parent }) }
    : { type: "mount", id, parent: parent ?? home.rootId, name, folder, onConflict: "rename" };
  const response = await commit(
    env,
    home,
    { operationId: newId(), operations: [operation], closeUpload: false },
    author,
  );
  const [result] = response.results;
  // Made, restored or purged by another request meanwhile: the next look tells.
  const wasThere: readonly ErrorCode[] = ["id_conflict", "not_trashed", "not_found"];
  if (result && !result.ok && wasThere.includes(result.code as ErrorCode)) {
    const again = await findNode({ shard: home.shard, spaceId: home.spaceId, scope: null }, id);
    return again?.reach === "live" && again.node.mount === folder ? again.node : null;
  }
  return singleResult(response);
}

/**
 * Puts back the mounts that a home never had, though its memberships name them: it was restored from a backup of before they
 * were made (M5). A mount that was purged left a tombstone, and stays away. To be called before the tree is read from its
 * beginning: whoever syncs would take the folder for one of their own that the server lost, and send it.
 *
 * @throws what fails for now; what would fail again is logged
 */
export async function putBackMounts(env: Env, home: Home): Promise<void> {
  // Younger ones may be about to be made, in a place that somebody asked for.
  const named = await namedMounts(env.DIRECTORY, home.ownerId, Date.now() - LOOKED_FOR);
  if (named.length === 0) return;
  const ids = named.map(({ mountId }) => mountId);
  const lost = await neverHad(openShard(env, home.shard.name, "first-primary"), home.spaceId, ids);
  for (const mount of named) {
    if (!lost.has(mount.mountId)) continue;
    try {
      await ensureMounted(env, home, { ...mount, accountId: home.ownerId, parent: null }, SYSTEM);
    } catch (error) {
      if (!(error instanceof LedgeError) || ERRORS[error.code][0] >= 500) throw error;
      console.error("a mount was not put back", { mount: mount.mountId, error: String(error) });
    }
  }
}

/** The membership may have ended while its mount was made: then the mount goes, too. */
async function keptByMember(env: Env, home: Home, node: Node, { accountId }: Mounting): Promise<Node> {
  if ((await mountsInUse(env.DIRECTORY, accountId, [node.id])).has(node.id)) return node;
  await purgeMount(env, home, node.id);
  throw new LedgeError("not_found");
}

/** Purges a mount from its home; true where it was there. */
export async function purgeMount(env: Env, home: Home, mountId: string): Promise<boolean> {
  const operations: Operation[] = [
    { type: "trash", node: mountId },
    { type: "purge", node: mountId },
  ];
  const { results } = await commit(env, home, { operationId: newId(), operations, closeUpload: false }, SYSTEM);
  return results[1]?.ok === true;
}

/** Purges mounts of a home that no membership has. */
export async function purgeStray(env: Env, home: Home, mountIds: readonly string[]): Promise<void> {
  if (mountIds.length === 0) return;
  // Memberships come before their mounts: what has none now has none any more.
  const used = await mountsInUse(env.DIRECTORY, home.ownerId, mountIds);
  for (const id of mountIds) if (!used.has(id)) await purgeMount(env, home, id);
}

/**
 * Purges mounts of memberships that have ended (M9), oldest first; of one folder where it is given. What fails is left for
 * the next call.
 */
export async function drainUnmounts(env: Env, limit: number, folderId: string | null = null): Promise<void> {
  for (const { mountId, accountId, at } of await listUnmounts(env.DIRECTORY, limit, folderId)) {
    try {
      const home = await homeOf(env, accountId);
      const isPurged = home === null || (await purgeMount(env, home, mountId));
      if (isPurged || Date.now() - at > LOOKED_FOR) await forgetUnmount(env.DIRECTORY, mountId);
    } catch (error) {
      console.error("a mount was not purged, to be tried again", { mount: mountId, error: String(error) });
    }
  }
}

/** An account's home, read at its primary; null where there is none. */
async function homeOf(env: Env, accountId: string): Promise<Home | null> {
  const placement = await findPlacement(env.DIRECTORY, accountId);
  if (!placement) return null;
  const { shard, spaceId, rootId } = placement;
  const home = { spaceId, rootId, ownerId: accountId, scope: null, role: "owner" } as const;
  return { ...home, shard: openShard(env, shard, "first-primary") };
}
