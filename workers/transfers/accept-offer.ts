import { LedgeError } from "../../protocol/errors.ts";
import { LIMITS } from "../../protocol/limits.ts";
import { newId } from "../../protocol/new-id.ts";
import type { Env } from "../env.ts";
import { handoverOf } from "../storage/directory-ownership.ts";
import { addTransfer, type TransferRow, type TransferSide } from "../storage/directory-transfers.ts";
import { readSeq } from "../storage/node-chains.ts";
import { findPlacement } from "../storage/placements.ts";
import { findNode } from "../storage/tree-reads.ts";
import type { Asker } from "./begin-transfer.ts";
import { openSide } from "./open-sides.ts";
import { OWNERSHIP } from "./ownership.ts";
import { newProgress } from "./progress.ts";
import { LEASE_MS } from "./run-transfer.ts";
import { requireLive, requireNoBarriers } from "./source.ts";

/** A shared folder that is offered to who asks, and where it is. */
export interface OfferedFolder {
  readonly folderId: string;
  /** The owner's home. */
  readonly from: TransferSide;
  /** What stands for it in the home of who accepts. */
  readonly mountId: string | null;
}

/**
 * Writes down that an offer is accepted (M13), where what follows can be carried out as far as that is known at once. Where it was
 * accepted before, and is under way, that is answered.
 *
 * @returns the transfer; where it is new, leased to the caller, who is to run it.
 * @throws LedgeError `mount_in_shared`; `busy` while what is left of an attempt that failed is cleared away;
 *   `too_many_transfers`.
 */
export async function acceptOffer(
  env: Env,
  asker: Asker,
  offered: OfferedFolder,
): Promise<{ readonly row: TransferRow; readonly isNew: boolean }> {
  const begun = await underWay(env, asker, offered);
  if (begun) return { row: begun, isNew: false };
  const added = await addTransfer(env.DIRECTORY, await prepare(env, asker, offered), LIMITS.transfers);
  if (added) return added;
  const meanwhile = await underWay(env, asker, offered);
  if (meanwhile) return { row: meanwhile, isNew: false };
  throw new LedgeError("too_many_transfers", `at most ${LIMITS.transfers} at once: wait for some to end`);
}

async function underWay(env: Env, { userId }: Asker, { folderId }: OfferedFolder): Promise<TransferRow | null> {
  const row = await handoverOf(env.DIRECTORY, folderId);
  if (row && (row.state !== "copying" || row.accountId !== userId))
    throw new LedgeError("busy", "an attempt that came to nothing is cleared away: try again shortly");
  return row;
}

async function prepare(env: Env, asker: Asker, { folderId, from, mountId }: OfferedFolder): Promise<TransferRow> {
  const placement = await findPlacement(env.DIRECTORY, asker.userId);
  if (!placement) throw new LedgeError("not_found", "there is no such account");
  const to = { shard: placement.shard, spaceId: placement.spaceId, ownerId: asker.userId, scope: null };
  const source = openSide(env, from);
  // Before anything is looked at: what changes meanwhile is copied again.
  const seq = await readSeq(source.shard, source.spaceId);
  const node = await requireLive(source, folderId);
  await requireNoBarriers({ from: source, kind: OWNERSHIP }, folderId);
  const mount = mountId === null ? null : await findNode(openSide(env, to), mountId);
  const now = Date.now();
  return {
    id: newId(now),
    accountId: asker.userId,
    kind: "ownership",
    state: "copying",
    isOpen: true,
    isAppearing: false,
    asked: JSON.stringify({ folder: folderId, to: { parent: mount?.node.parent ?? placement.rootId } }),
    origin: asker.credentialId,
    label: asker.device,
    from,
    to,
    nodeId: folderId,
    targetId: folderId,
    name: node.name,
    progress: JSON.stringify(newProgress("count", newId(now), folderId, seq ?? 0)),
    files: 0,
    bytes: 0,
    totalFiles: null,
    totalBytes: null,
    error: null,
    leasedUntil: now + LEASE_MS,
    createdAt: now,
    updatedAt: now,
  };
}
