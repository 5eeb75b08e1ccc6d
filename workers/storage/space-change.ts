import type { Node } from "../../protocol/tree.ts";

/** What one write made of a space: all that changed after `baseSeq`, up to `seq`; nothing, where they are equal. */
export interface SpaceChange {
  readonly space: string;
  readonly epoch: string;
  readonly baseSeq: number;
  readonly seq: number;
  /** By ascending seq, each once, as `GET /sync/changes` answers them. */
  readonly nodes: readonly Node[];
  /** Shared folders in which something changed, or that came into the trash or out of it: their members are told (M8). */
  readonly sharedFolders: readonly string[];
}

/** The change that carries `nodes`, in any order. */
export function spaceChange(change: SpaceChange): SpaceChange {
  return { ...change, nodes: change.nodes.toSorted((a, b) => a.seq - b.seq) };
}
