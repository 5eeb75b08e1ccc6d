import { LedgeError } from "../../protocol/errors.ts";
import type { Node } from "../../protocol/tree.ts";
import { findBarriers, readSubtreeChanges } from "../storage/subtree-changes.ts";
import type { Subtree } from "../storage/subtree-walk.ts";
import { findNode } from "../storage/tree-reads.ts";
import type { OpenSide, Run } from "./kind.ts";
import { isInCopy, mountsInside, readCopies } from "./plan-copy.ts";

/** What is moved, or a folder of it. */
export function subtreeOf({ from, kind }: Pick<Run, "from" | "kind">, top: string): Subtree {
  return { shard: from.shard, spaceId: from.spaceId, ownerId: from.ownerId, top, withTrash: kind.takesTrash };
}

/**
 * The node at `id`, which is in reach and live.
 *
 * @throws LedgeError `not_found`, `already_trashed`
 */
export async function requireLive(side: OpenSide, id: string): Promise<Node> {
  const found = await findNode(side, id);
  if (!found) throw new LedgeError("not_found", "what is to be moved is not there");
  if (found.reach !== "live")
    throw new LedgeError("already_trashed", "what is to be moved is in the trash: restore it first");
  return found.node;
}

/** Changes of the space that one look at what is moved takes. */
const CHANGES = 200;

/** Whether nothing in what is moved changed since it was copied, as far as that can be told at one look. */
export async function isAsCopied(run: Run): Promise<boolean> {
  const { transfer, progress } = run;
  const { changes, upToDate } = await readSubtreeChanges(subtreeOf(run, transfer.nodeId), progress.seq, CHANGES);
  if (!upToDate || changes.some(({ place }) => place !== "elsewhere")) return false;
  const elsewhere = changes.map(({ node }) => node.id);
  const copies = await readCopies(run, elsewhere);
  return !elsewhere.some((id) => isInCopy(run, copies, id));
}

/** @throws LedgeError `mount_in_shared` where folders that are shared, or stand for others', would move along. */
export async function requireNoBarriers(run: Pick<Run, "from" | "kind">, top: string): Promise<void> {
  const barriers = await findBarriers(subtreeOf(run, top));
  if (barriers.some((id) => id !== top || !run.kind.takesShared)) throw mountsInside();
}

/**
 * The folder at `id`, which things may be put into.
 *
 * @throws LedgeError `parent_not_found`, `not_a_folder`, `mounted_folder`
 */
export async function requireFolder(side: OpenSide, id: string): Promise<Node> {
  const found = await findNode(side, id);
  if (found?.reach !== "live") throw new LedgeError("parent_not_found");
  if (found.node.type !== "folder") throw new LedgeError("not_a_folder");
  if (found.node.mount !== undefined)
    throw new LedgeError("mounted_folder", "name the shared folder itself, which this one stands for");
  return found.node;
}
