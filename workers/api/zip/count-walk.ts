import type { WalkedNode } from "../../storage/tree-walk.ts";
import { zipLength } from "./zip-length.ts";
import { zipEntry } from "./zip-members.ts";

/**
 * The nodes of a walk, the first `limit` of which are met before this answers: where those are all, the archive's length is
 * known. Each node is walked once; those met are kept, some 300 bytes each.
 */
export async function countWalk(
  walk: AsyncGenerator<WalkedNode, void, void>,
  limit: number,
): Promise<{ nodes: AsyncGenerator<WalkedNode, void, void>; length: number | null }> {
  const met: WalkedNode[] = [];
  let isAll = false;
  while (!isAll && met.length <= limit) {
    const next = await walk.next();
    if (next.done) isAll = true;
    else met.push(next.value);
  }
  const nodes = (async function* () {
    yield* met;
    yield* walk;
  })();
  return { nodes, length: isAll ? zipLength(met.map(zipEntry)) : null };
}
