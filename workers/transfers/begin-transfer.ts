import { nameKey, nameProblem } from "../../core/names.ts";
import { LedgeError } from "../../protocol/errors.ts";
import { LIMITS } from "../../protocol/limits.ts";
import { newId } from "../../protocol/new-id.ts";
import type { TransferRequest } from "../../protocol/transfers.ts";
import type { Env } from "../env.ts";
import { addTransfer, readTransfer, type TransferRow } from "../storage/directory-transfers.ts";
import { findEntry, readSeq } from "../storage/node-chains.ts";
import type { OpenSide } from "./kind.ts";
import { KINDS } from "./kinds.ts";
import { findSide, openSide } from "./open-sides.ts";
import { newProgress } from "./progress.ts";
import { LEASE_MS } from "./run-transfer.ts";
import { requireFolder, requireLive, requireNoBarriers } from "./source.ts";

/** Who asks, and with what. */
export interface Asker {
  readonly userId: string;
  readonly credentialId: string;
  readonly device: string | null;
}

/** As the route's schema has it: defaults filled in. */
type Asked = Required<Omit<TransferRequest, "name">> & { readonly name?: string | undefined };

/**
 * Writes a move down that is asked for (M11), where it can be carried out as far as that is known at once.
 *
 * @returns the transfer; where it is new, leased to the caller, who is to run it.
 * @throws LedgeError for what cannot be begun; then nothing was written.
 */
export async function beginTransfer(
  env: Env,
  asker: Asker,
  asked: Asked,
): Promise<{ readonly row: TransferRow; readonly isNew: boolean }> {
  const text = JSON.stringify(asked);
  const known = await readTransfer(env.DIRECTORY, asked.id);
  if (known) return { row: sameAsked(known, asker, text), isNew: false };
  const row = await prepare(env, asker, asked, text);
  const added = await addTransfer(env.DIRECTORY, row, LIMITS.transfers);
  if (!added) throw new LedgeError("too_many_transfers", `at most ${LIMITS.transfers} at once: wait for some to end`);
  return { row: sameAsked(added.row, asker, text), isNew: added.isNew };
}

function sameAsked(row: TransferRow, { userId }: Asker, text: string): TransferRow {
  if (row.accountId === userId && row.asked === text) return row;
  throw new LedgeError("operation_mismatch", "the id was used for another transfer: make a new one");
}

async function prepare(env: Env, asker: Asker, asked: Asked, text: string): Promise<TransferRow> {
  const problem = asked.name === undefined ? null : nameProblem(asked.name);
  if (problem !== null) throw new LedgeError("invalid_name", problem);
  const [fromSide, toSide] = await Promise.all([
    findSide(env, asker.userId, asked.from.space),
    findSide(env, asker.userId, asked.to.space),
  ]);
  const [from, to] = [openSide(env, fromSide), openSide(env, toSide)];
  // Before anything is looked at: what changes meanwhile is copied again.
  const seq = await readSeq(from.shard, from.spaceId);
  const [node] = await Promise.all([requireLive(from, asked.from.node), requireFolder(to, asked.to.parent)]);
  if (node.parent === null || node.id === from.scope)
    throw new LedgeError("root_immutable", "the home folder, and a shared folder itself, are not moved so");
  const isOneOwner = from.ownerId === to.ownerId;
  if (!isOneOwner) await requireNoBarriers({ from, kind: KINDS.move }, node.id);
  const name = asked.name ?? node.name;
  if (asked.onConflict === "fail") await requireFree(to, asked.to.parent, name, node.id);
  const now = Date.now();
  const seed = newId(now);
  const progress = newProgress(isOneOwner ? "move" : "count", seed, node.id, seq ?? 0);
  const row: TransferRow = {
    id: asked.id,
    accountId: asker.userId,
    kind: "move",
    state: "copying",
    isOpen: true,
    isAppearing: false,
    asked: text,
    origin: asker.credentialId,
    label: asker.device,
    from: fromSide,
    to: toSide,
    nodeId: node.id,
    targetId: node.id,
    name,
    progress: JSON.stringify(progress),
    files: 0,
    bytes: 0,
    totalFiles: null,
    totalBytes: null,
    error: null,
    leasedUntil: now + LEASE_MS,
    createdAt: now,
    updatedAt: now,
  };
  return isOneOwner ? row : { ...row, targetId: KINDS.move.idOf(row, progress, node.id) };
}

/** Told at once, not after all has been copied; what decides is what is there when it appears. */
async function requireFree({ shard, spaceId }: OpenSide, parent: string, name: string, node: string): Promise<void> {
  const there = await findEntry(shard, spaceId, parent, nameKey(name));
  if (there !== null && there !== node)
    throw new LedgeError("name_conflict", "there is an entry of this name already: give another, or `rename`");
}
