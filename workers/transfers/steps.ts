import { LedgeError, type ErrorCode } from "../../protocol/errors.ts";
import type { AnyOperation } from "../../core/commit/any-operation.ts";
import { TransferRequest } from "../../protocol/transfers.ts";
import { saveTransfer, type TransferError } from "../storage/directory-transfers.ts";
import type { History } from "../storage/histories.ts";
import { readChains, type NodeChains } from "../storage/node-chains.ts";
import { readSubtreeChanges } from "../storage/subtree-changes.ts";
import { countSubtree, readSubtreePage } from "../storage/subtree-pages.ts";
import { BROUGHT_AT_ONCE, bringThumbnails, leavingThumbnails } from "./bring-thumbnails.ts";
import { commitTo } from "./commit-to.ts";
import { missingChunks, requireRoom, roomAtTarget } from "./copy-chunks.ts";
import { atLeast, NO_BYTES, withChunks } from "./distinct-bytes.ts";
import { follow, oneMoreRound } from "./follow.ts";
import { copyBytes, importNodes, requireDone } from "./import-nodes.ts";
import type { Run } from "./kind.ts";
import { binId, copyId, isInCopy, planCopy, readCopies } from "./plan-copy.ts";
import type { Step } from "./progress.ts";
import { isAsCopied, requireLive, requireNoBarriers, subtreeOf } from "./source.ts";
import { Superseded, type Stepped } from "./stepped.ts";

/** Queries of one step of counting, two each. */
const COUNTED_AT_ONCE = 20;

/** What is done next. Each of them is bounded, and may be cut off anywhere: done again, it comes to the same. */
export const STEPS: Readonly<Record<Step, (run: Run) => Promise<Stepped>>> = {
  move,
  count,
  measure,
  walk,
  follow,
  appear,
  finish,
  clear,
};

/** Of one owner, it is one move, decided where the nodes are at that moment. */
async function move(run: Run): Promise<Stepped> {
  const { transfer, from, to, progress } = run;
  const { to: target, name, onConflict } = TransferRequest.parse(JSON.parse(transfer.asked));
  const operation: AnyOperation = {
    type: "move",
    node: transfer.nodeId,
    parent: target.parent,
    ...(name !== undefined && { name }),
    onConflict,
    between: { from: from.scope, to: to.scope },
  };
  await claim(run);
  // Under the transfer's id: cut off here, it is answered again as it was.
  const [result] = await commitTo(run, to, null, [operation], transfer.id);
  if (!result?.ok) throw failureOf(result);
  return { state: "done", isOpen: false, isAppearing: true, name: result.node.name, progress };
}

function failureOf(result: { readonly code: string; readonly detail: string } | undefined): LedgeError {
  return result ? new LedgeError(result.code as ErrorCode, result.detail) : new LedgeError("internal");
}

async function count(run: Run): Promise<Stepped> {
  const { transfer, progress } = run;
  const subtree = subtreeOf(run, transfer.nodeId);
  let { at } = progress;
  let [files, bytes] = [transfer.totalFiles ?? 0, transfer.totalBytes ?? 0];
  for (let query = 0; query < COUNTED_AT_ONCE; query++) {
    const counted = await countSubtree(subtree, at);
    files += counted.files;
    bytes += counted.bytes;
    at = counted.next;
    if (at === null) break;
  }
  const isRoomy = bytes <= (await roomAtTarget(run));
  const step = at !== null ? "count" : isRoomy ? "walk" : "measure";
  return { totalFiles: files, totalBytes: bytes, progress: { ...progress, at, step } };
}

/** @throws LedgeError `over_quota` as soon as what is not there yet is more than there is room for. */
async function measure(run: Run): Promise<Stepped> {
  const { transfer, progress } = run;
  const page = await readSubtreePage(subtreeOf(run, transfer.nodeId), progress.at);
  const chunks = page.items.flatMap(({ versions }) => versions.flatMap((version) => version.chunks));
  const missing = withChunks(progress.missing ?? NO_BYTES, await missingChunks(run, chunks));
  await requireRoom(run, atLeast(missing));
  const isDone = page.next === null;
  return {
    progress: { ...progress, step: isDone ? "walk" : "measure", at: page.next, missing: isDone ? null : missing },
  };
}

/** Copies a page of what is to be walked. Where that is all, and nothing has changed, it appears in the same commit. */
async function walk(run: Run): Promise<Stepped> {
  const { transfer, progress } = run;
  const current = progress.walks.at(-1);
  if (!current) return { progress: { ...progress, step: "follow" } };
  if (current.top === transfer.nodeId && current.at === null) await run.kind.prepare?.(run);
  const page = await readSubtreePage(subtreeOf(run, current.top), current.at);
  const copies = await readCopies(
    run,
    page.items.flatMap(({ node }) => [node.id, node.parent ?? node.id]),
  );
  const plan = planCopy(run, copies, placed(run, copies, page.items));
  const copied = await copyBytes(run, plan);
  if (copied !== null) return { bytes: Math.max(transfer.bytes, progress.bytes + copied), progress };
  const bytes = progress.bytes + plan.bytes;
  const counts = { files: transfer.files + plan.files, bytes };
  const leaving = await leavingThumbnails(run, page.items);
  const isWhole = current.top === transfer.nodeId && current.at === null && page.next === null;
  const isAllAtOnce = isWhole && !run.kind.seal && leaving.length <= BROUGHT_AT_ONCE;
  if (isAllAtOnce && (await isUnchanged(run))) {
    const appeared = await appearWith(run, plan.operations);
    await bringThumbnails(run, leaving);
    return { ...counts, ...appeared };
  }
  await importNodes(run, plan.operations);
  // This page once more, of which all else is copied by then.
  if (await bringThumbnails(run, leaving)) return { ...counts, progress: { ...progress, bytes } };
  const others = progress.walks.slice(0, -1);
  const walks = page.next === null ? others : [...others, { ...current, at: page.next }];
  return { ...counts, progress: { ...progress, walks, bytes, step: walks.length > 0 ? "walk" : "follow" } };
}

/** Those whose folder is copied. What has gone elsewhere since it was met by its id is one of the changes that are met later. */
function placed(run: Run, copies: NodeChains, items: readonly History[]): readonly History[] {
  const known = new Set<string>();
  return items.filter(({ node: { id, parent } }) => {
    const isPlaced =
      id === run.transfer.nodeId || (parent !== null && (known.has(parent) || isInCopy(run, copies, parent)));
    if (isPlaced) known.add(id);
    return isPlaced;
  });
}

async function isUnchanged(run: Run): Promise<boolean> {
  const { changes, upToDate } = await readSubtreeChanges(subtreeOf(run, run.transfer.nodeId), run.progress.seq, 1);
  return upToDate && changes.length === 0;
}

async function appear(run: Run): Promise<Stepped> {
  const { kind, progress } = run;
  // The last look may be a while ago; and a commit that takes the original away sees nothing of what was trashed in it.
  if (!kind.seal && !(await isAsCopied(run)))
    return { progress: { ...progress, step: "follow", rounds: oneMoreRound(progress) } };
  if (!kind.seal || progress.isSealed) return appearWith(run, []);
  await kind.seal(run);
  return { progress: { ...progress, isSealed: true, step: "follow" } };
}

/** From here on it is not to be cancelled. @throws Superseded where it was */
async function claim({ env, transfer }: Run): Promise<void> {
  if (transfer.isAppearing) return;
  if (!(await saveTransfer(env.DIRECTORY, transfer, { isAppearing: true }, Date.now()))) throw new Superseded();
}

async function appearWith(run: Run, before: readonly AnyOperation[]): Promise<Stepped> {
  const { transfer, progress, kind, from } = run;
  const top = kind.top ? await kind.top(run) : await requireLive(from, transfer.nodeId);
  await requireNoBarriers(run, top.id);
  await claim(run);
  const results = await kind.appear(run, top, before);
  requireDone(results.slice(0, -1));
  const appeared = results.at(-1);
  if (appeared && !appeared.ok && appeared.code === "stale_base")
    return { progress: { ...progress, step: "follow", rounds: oneMoreRound(progress) } };
  if (!appeared?.ok) throw failureOf(appeared);
  return { isAppearing: true, name: appeared.node.name, progress: { ...progress, step: "finish" } };
}

/** Whether the copy has appeared, though nobody wrote it down. */
export async function hasAppeared(run: Run): Promise<boolean> {
  const { transfer, to } = run;
  const id = copyId(run, transfer.nodeId);
  const copy = (await readChains(to.shard, to.spaceId, [id])).get(id);
  return copy !== undefined && copy.parent !== null;
}

async function finish(run: Run): Promise<Stepped> {
  return done(run, await run.kind.finish(run));
}

/** @param error - What went wrong without undoing anything. */
export async function done(run: Run, error: TransferError | null): Promise<Stepped> {
  const { progress, to } = run;
  const bin = (await readChains(to.shard, to.spaceId, [binId(run)])).get(binId(run));
  return { state: "done", isOpen: bin !== undefined, error, progress: { ...progress, step: "clear" } };
}

/** Takes away what is left out of sight. */
async function clear(run: Run): Promise<Stepped> {
  const { env, transfer, progress, kind, to } = run;
  const left = transfer.state === "done" ? [binId(run)] : [copyId(run, transfer.nodeId), binId(run)];
  const results = await commitTo(
    run,
    to,
    null,
    left.map((node) => ({ type: "abandon", node })),
  );
  for (const result of results) if (!result.ok && result.code !== "not_found") throw failureOf(result);
  if (transfer.state !== "done") await kind.unseal?.(env, transfer);
  return { isOpen: false, progress };
}
