import { LedgeError } from "../../protocol/errors.ts";
import type { Env } from "../env.ts";
import { isActive, type TransferRow, type TransferSide } from "../storage/directory-transfers.ts";
import { findPlacement } from "../storage/placements.ts";
import { openShard } from "../storage/shards.ts";
import { findMembership } from "../storage/space-access.ts";
import type { OpenSide } from "./kind.ts";

/**
 * A space that an account has, for changing what is in it, as it is at this moment.
 *
 * @param space - The account's home space, or a shared folder that it has.
 * @throws LedgeError `not_found`, also for who is suspended, or whose folder's owner is (R2); `forbidden` for viewers (M2); `busy`
 *   while the folder changes hands.
 */
export async function findSide(env: Env, accountId: string, space: string): Promise<TransferSide> {
  const [placement, active] = await Promise.all([
    findPlacement(env.DIRECTORY, accountId),
    isActive(env.DIRECTORY, accountId),
  ]);
  if (!active) throw noSuchSpace();
  if (placement?.spaceId === space) return { shard: placement.shard, spaceId: space, ownerId: accountId, scope: null };
  const membership = await findMembership(env.DIRECTORY, space, accountId);
  if (!membership) throw noSuchSpace();
  const { shard, spaceId, ownerId, role } = membership;
  if (role === "viewer") throw new LedgeError("forbidden", "a viewer of a folder moves nothing out of it or into it");
  if (membership.isMoving) throw new LedgeError("busy", "the folder changes hands: try again shortly");
  return { shard, spaceId, ownerId, scope: space };
}

/** As `findSide`, where it is still what it was when the transfer began. @throws LedgeError `not_found` where it is not */
export async function findSameSide(env: Env, accountId: string, known: TransferSide): Promise<OpenSide> {
  const side = await findSide(env, accountId, known.scope ?? known.spaceId);
  if (side.spaceId !== known.spaceId || side.ownerId !== known.ownerId) throw noSuchSpace();
  return openSide(env, side);
}

/** A side at its shard's primary, whoever may do what there. */
export function openSide(env: Env, side: TransferSide): OpenSide {
  return { ...side, shard: openShard(env, side.shard, "first-primary") };
}

/** Both sides of a transfer as they were when it began. */
export function openAsBegun(env: Env, { from, to }: Pick<TransferRow, "from" | "to">) {
  return { from: openSide(env, from), to: openSide(env, to) };
}

function noSuchSpace(): LedgeError {
  return new LedgeError("not_found", "there is no such space, or not for this account");
}
