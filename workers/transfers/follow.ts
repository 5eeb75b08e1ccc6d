import { LedgeError } from "../../protocol/errors.ts";
import type { Node } from "../../protocol/tree.ts";
import { readHistories } from "../storage/histories.ts";
import { readChains } from "../storage/node-chains.ts";
import { readSubtreeChanges } from "../storage/subtree-changes.ts";
import { copyBytes, importNodes } from "./import-nodes.ts";
import type { Run } from "./kind.ts";
import { binOperation, differs, isInCopy, planCopy, planRemoval, readCopies } from "./plan-copy.ts";
import { subtreeOf } from "./source.ts";
import type { Progress } from "./progress.ts";
import type { Stepped } from "./stepped.ts";

/** Changes that one step looks at. */
const CHANGES = 200;
/** How often the source may have changed once all of it has been copied: later it fails, with nothing moved. */
const ROUNDS = 12;

/**
 * Copies what changed at the source since all of it was copied, a page of it, and goes on so until nothing has. What came in
 * with a folder is left to walks; what left is put aside.
 *
 * @throws LedgeError `busy` where it changes faster than it can be copied.
 */
export async function follow(run: Run): Promise<Stepped> {
  const { progress, transfer, kind } = run;
  const subtree = subtreeOf(run, transfer.nodeId);
  const page = await readSubtreeChanges(subtree, progress.seq, CHANGES);
  const isThere = (place: string) => place === "live" || (place === "trashed" && kind.takesTrash);
  const there = page.changes.filter(({ place }) => isThere(place)).map(({ node }) => node);
  const nodes = await withWays(run, there);
  const gone = page.changes.filter(({ place }) => !isThere(place)).map(({ node }) => node.id);
  const copies = await readCopies(run, [...nodes.map(({ id }) => id), ...gone]);

  const changed = nodes.filter((node) => differs(run, copies, node));
  const asked = changed.map((node) => ({
    node,
    after: copies.get(kind.idOf(transfer, progress, node.id))?.version ?? 0,
  }));
  const { histories, rest } = await readHistories(subtree, asked);
  const plan = planCopy(run, copies, histories);
  const removals = planRemoval(run, copies, gone);
  const copied = await copyBytes(run, plan);
  if (copied !== null) return { progress, bytes: Math.max(transfer.bytes, progress.bytes + copied) };
  // What left goes first, so that it stands in nobody's way.
  const bin = removals.length > 0 ? [binOperation(run), ...removals] : [];
  await importNodes(run, [...bin, ...plan.operations]);

  const arrived = changed.filter(({ id, type }) => type === "folder" && !isInCopy(run, copies, id)).map(({ id }) => id);
  const isChanged = plan.operations.length + removals.length > 0;
  const isAll = rest === null && page.upToDate;
  const rounds = isAll && isChanged ? oneMoreRound(progress) : progress.rounds;
  return {
    files: transfer.files + plan.files,
    bytes: progress.bytes + plan.bytes,
    progress: {
      ...progress,
      bytes: progress.bytes + plan.bytes,
      step: arrived.length > 0 ? "walk" : isAll && !isChanged ? "appear" : "follow",
      // Walked again from the beginning where its first part was copied only.
      seq: rest === null ? page.seq : progress.seq,
      walks: [...progress.walks, ...arrived.map((top) => ({ top, at: null }))],
      rounds,
    },
  };
}

/** @throws LedgeError `rate_limited` */
export function oneMoreRound({ rounds }: Pick<Progress, "rounds">): number {
  if (rounds >= ROUNDS)
    throw new LedgeError("rate_limited", "it is changed faster than it can be copied: try again later");
  return rounds + 1;
}

/**
 * Nodes with the folders between them and what is moved, a folder before what is in it: one of these may have come in with a
 * change that is met later. What is out of reach by now is left out: that is a change which is met later, too.
 */
async function withWays({ from, transfer, kind }: Run, nodes: readonly Node[]): Promise<readonly Node[]> {
  if (nodes.length === 0) return [];
  const chains = await readChains(
    from.shard,
    from.spaceId,
    nodes.map(({ id }) => id),
  );
  const found = new Map<string, { readonly node: Node; readonly depth: number }>();
  for (const { id } of nodes) {
    const way = chains.wayFrom(transfer.nodeId, id);
    if (way?.slice(1).some(({ state }) => state === "trashed") === true && !kind.takesTrash) continue;
    way?.forEach((node, depth) => found.set(node.id, { node, depth }));
  }
  return [...found.values()].sort((a, b) => a.depth - b.depth).map(({ node }) => node);
}
