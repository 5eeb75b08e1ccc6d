import type { AnyOperation } from "../../core/commit/any-operation.ts";
import { LedgeError } from "../../protocol/errors.ts";
import type { Node, OperationResult } from "../../protocol/tree.ts";
import type { Env } from "../env.ts";
import {
  beginHandover,
  endHandover,
  handOver,
  readHandover,
  type HandedFolder,
} from "../storage/directory-ownership.ts";
import { endOwnLinks } from "../storage/end-links.ts";
import { endAbandoned } from "../storage/end-sharing.ts";
import { isInShared, trashedWhileShared, unshareOnShard } from "../storage/shared-folders.ts";
import { isActive, type TransferRow } from "../storage/directory-transfers.ts";
import { findPlacement } from "../storage/placements.ts";
import { shareReceived } from "../storage/received-folders.ts";
import { readChains } from "../storage/node-chains.ts";
import { findNode } from "../storage/tree-reads.ts";
import { ensureMounted } from "../api/sharing/mounting.ts";
import { isRecorded } from "../storage/operation-records.ts";
import { commitTo } from "./commit-to.ts";
import { derivedId } from "./derived-id.ts";
import type { OpenSides, Run, TransferKind } from "./kind.ts";
import { openAsBegun } from "./open-sides.ts";
import { isAsCopied, requireLive } from "./source.ts";
import { readProgress } from "./progress.ts";
import { tellNewOwner, tellNotHandedOver } from "./tell-new-owner.ts";

/**
 * How a shared folder goes to a new owner (M13). The copy has the ids of what it is a copy of. Once nearly all is copied,
 * requests below the folder are `busy` until it is done, in this order:
 *
 * 1. Where it was, the folder goes to the trash as long as it is what was copied, and a mount stands in its place: one commit.
 * 2. The new owner's mount is purged, and the copy appears in its place, shared already: one commit.
 * 3. The directory gives it to its new owner: one batch.
 *
 * Each is recorded under an id of the transfer's, and may be said again.
 */
export const OWNERSHIP: TransferKind = {
  takesTrash: true,
  takesShared: true,
  idOf: (_transfer, _progress, node) => node,
  open,
  prepare,
  seal,
  unseal,
  top,
  appear,
  finish,
};

/** Which folder goes from whom to whom. */
function handed({ nodeId, from, to }: TransferRow): HandedFolder {
  return { folderId: nodeId, from: from.ownerId, to: to.ownerId };
}

/** An id that is this transfer's for what `text` names. */
function idFor(transfer: TransferRow, text: string): string {
  return derivedId(transfer.id, readProgress(transfer.progress).seed, text);
}

/** The former owner's mount. */
function mountFor(transfer: TransferRow): string {
  return idFor(transfer, "mount");
}

async function open(env: Env, transfer: TransferRow): Promise<OpenSides> {
  const { state } = await readHandover(env.DIRECTORY, handed(transfer));
  // Once it changes hands it goes on, whoever is suspended meanwhile (R2).
  if (state === "ended" || (state === "offered" && !(await areActive(env, transfer)))) throw offerEnded();
  return openAsBegun(env, transfer);
}

async function areActive(env: Env, { from, to }: TransferRow): Promise<boolean> {
  const active = await Promise.all([from, to].map(({ ownerId }) => isActive(env.DIRECTORY, ownerId)));
  return !active.includes(false);
}

function offerEnded(): LedgeError {
  return new LedgeError("not_found", "the folder is not offered to this account any more");
}

/** Who has given the folder away before, and gets it back, has a copy of then in the trash: its ids are those of the folder. */
async function prepare(run: Run): Promise<void> {
  const { transfer, to } = run;
  const old = await findNode(to, transfer.nodeId);
  if (!old) return;
  const detail = "a folder that was given away is among the files of whom it was offered to: put it in the trash first";
  if (old.reach === "live") throw new LedgeError("id_conflict", detail);
  await commitTo(run, to, null, [{ type: "purge", node: transfer.nodeId }]);
}

async function seal({ env, transfer }: Run): Promise<void> {
  if (!(await beginHandover(env.DIRECTORY, handed(transfer)))) throw offerEnded();
}

/** Puts things back as they were before the folder began to change hands. */
async function unseal(env: Env, transfer: TransferRow): Promise<void> {
  const folder = handed(transfer);
  const { state } = await readHandover(env.DIRECTORY, folder);
  if (state === "moving") await putBack(env, transfer);
  if (transfer.state === "failed") await tellNotHandedOver(env, transfer);
}

function isGiven({ transfer, from }: Pick<Run, "transfer" | "from">): Promise<boolean> {
  return isRecorded(from.shard, from.spaceId, idFor(transfer, "give"));
}

async function putBack(env: Env, transfer: TransferRow): Promise<void> {
  const folder = handed(transfer);
  const { from } = openAsBegun(env, transfer);
  const [wasGiven, mount] = await Promise.all([isGiven({ transfer, from }), findNode(from, mountFor(transfer))]);
  const node = mountFor(transfer);
  const unmount = [
    { type: "trash", node },
    { type: "purge", node },
  ] as const;
  const restore = { type: "restore", node: folder.folderId, onConflict: "rename" } as const;
  const operations = [...(mount ? unmount : []), ...(wasGiven ? [restore] : [])];
  if (operations.length > 0) await commitTo({ env, transfer }, from, null, operations);
  await endHandover(env.DIRECTORY, folder);
  // Its owner may have purged it meanwhile.
  if (!(await findNode(from, folder.folderId)))
    await endAbandoned(env.DIRECTORY, from.spaceId, folder.folderId, from.ownerId, Date.now());
}

/** Live, or in the trash, perhaps by this transfer: what became of that, `give` tells. Once it was given away, purged as well. */
async function top(run: Run): Promise<Node> {
  const { transfer, from } = run;
  const found = await findNode(from, transfer.nodeId);
  if (!found && (await isGiven(run))) {
    const left = (await readChains(from.shard, from.spaceId, [transfer.nodeId])).get(transfer.nodeId);
    if (left) return { ...left, name: transfer.name };
  }
  return found?.node.state === "trashed" ? found.node : requireLive(from, transfer.nodeId);
}

async function appear(run: Run, top: Node, before: readonly AnyOperation[]): Promise<readonly OperationResult[]> {
  const { env, transfer, from, to } = run;
  const done = await findNode(to, transfer.nodeId);
  if (done) return [...before, null].map(() => ({ ok: true, node: done.node }));
  const given = (await changedBefore(run)) ?? (await give(run, top));
  if (!given.ok) return [...before, null].map(() => given);
  const { state, mountId } = await readHandover(env.DIRECTORY, handed(transfer));
  if (state !== "moving") throw offerEnded();
  const trashed = await trashedWhileShared(from.shard, from.spaceId, transfer.nodeId);
  await shareReceived(to.shard, to.spaceId, transfer.nodeId, trashed);
  return take(run, top, mountId, before);
}

/**
 * Why it is not to be given away yet, or null: something in it changed that was not copied. Its trash changes hands as well, of
 * which the commit that gives it away sees nothing.
 */
async function changedBefore(run: Run): Promise<OperationResult | null> {
  if ((await isGiven(run)) || (await isAsCopied(run))) return null;
  return { ok: false, code: "stale_base", detail: "something in it changed since it was copied" };
}

/**
 * Where it was, the folder goes to the trash and a mount stands in its place; in a shared folder, where no mounts are, none does.
 * The commit is recorded once the folder is in the trash, and is then answered so whatever changes.
 *
 * @returns the trash's result: `stale_base` where something changed that was not copied.
 */
async function give(run: Run, top: Node): Promise<OperationResult> {
  const { transfer, progress, from } = run;
  const { nodeId: folder } = transfer;
  const operations: AnyOperation[] = [{ type: "trash", node: folder, baseSeq: progress.seq }];
  if (!(await isInShared(from.shard, from.spaceId, top.parent ?? ""))) {
    // Fails where the folder is still in its place.
    const mount = { type: "mount", id: mountFor(transfer), name: top.name, folder, onConflict: "fail" } as const;
    operations.push({ ...mount, parent: top.parent ?? "" });
  }
  const [trashed] = await commitTo(run, from, null, operations, idFor(transfer, "give"));
  if (!trashed) throw new Error("a commit has one result for each operation");
  return trashed;
}

/** The copy appears in the place of the new owner's mount, or in their home folder where that is nowhere. */
async function take(
  run: Run,
  top: Node,
  mountId: string | null,
  before: readonly AnyOperation[],
): Promise<readonly OperationResult[]> {
  const { env, transfer, to } = run;
  const mount = mountId === null ? null : await findNode(to, mountId);
  const place = mount?.reach === "live" ? mount.node : null;
  const appear = { type: "appear", node: transfer.nodeId, onConflict: "rename" } as const;
  const atRoot = { ...appear, parent: await rootOf(env, to.ownerId), name: top.name };
  const unmount: AnyOperation[] = [
    ...(place ? [{ type: "trash", node: place.id } as const] : []),
    ...(mount ? [{ type: "purge", node: mount.node.id } as const] : []),
  ];
  const there = place ? { ...appear, parent: place.parent ?? atRoot.parent, name: place.name } : atRoot;
  const results = await commitTo(run, to, null, [...before, ...unmount, there]);
  const imported = results.slice(0, before.length);
  if (results.at(-1)?.ok === true || imported.some(({ ok }) => !ok)) return [...imported, ...results.slice(-1)];
  // Its place, or the mount itself, went away meanwhile.
  return [...imported, ...(await commitTo(run, to, null, [atRoot]))];
}

async function finish(run: Run): Promise<null> {
  const { env, transfer, from, to } = run;
  const folder = handed(transfer);
  const mount = await findNode(from, mountFor(transfer));
  const place = { shard: to.shard.name, spaceId: to.spaceId, mountId: mount?.node.id ?? null };
  await handOver(env.DIRECTORY, folder, place, Date.now());
  await unshareOnShard(from.shard, from.spaceId, folder.folderId);
  await endOwnLinks(env.DIRECTORY, from, folder.folderId);
  if (!mount) await mountElsewhere(run);
  await tellNewOwner(env, transfer);
  return null;
}

/** In the former owner's home folder. They can have it there later as well, and may have left meanwhile: it fails nothing. */
async function mountElsewhere({ env, transfer, from }: Run): Promise<void> {
  const { nodeId: folderId, name } = transfer;
  const rootId = await rootOf(env, from.ownerId);
  const mounting = { folderId, accountId: from.ownerId, mountId: null, parent: null, name };
  try {
    const author = { authorId: transfer.accountId, origin: transfer.origin, label: transfer.label };
    await ensureMounted(env, { ...from, rootId, role: "owner" }, mounting, author);
  } catch (error) {
    console.warn("a folder that was given away was not mounted", { folder: folderId, error: String(error) });
  }
}

async function rootOf(env: Env, accountId: string): Promise<string> {
  const placement = await findPlacement(env.DIRECTORY, accountId);
  if (!placement) throw new LedgeError("not_found", "there is no such account");
  return placement.rootId;
}
