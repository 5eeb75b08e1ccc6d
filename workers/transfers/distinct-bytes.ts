import type { ChunkRef } from "../../protocol/content.ts";

/** Chunks that a sample holds at most. */
const SAMPLE = 1_000;
/** Characters of a chunk's id that a sample keeps: 64 bits. */
const KEPT = 16;

/**
 * How many bytes different chunks have together, from a sample of bounded size: exact while there are no more than fit it, then
 * within some percent, because chunk ids are uniformly distributed.
 */
export interface DistinctBytes {
  /** Of the ids' first 32 bits, only those under this are in the sample. */
  readonly under: number;
  readonly sizes: Readonly<Record<string, number>>;
}

export const NO_BYTES: DistinctBytes = { under: 2 ** 32, sizes: {} };

export function withChunks({ under, sizes }: DistinctBytes, chunks: Iterable<ChunkRef>): DistinctBytes {
  const sample = new Map(Object.entries(sizes));
  let limit = under;
  for (const { id, size } of chunks) {
    if (place(id) < limit) sample.set(id.slice(0, KEPT), size);
    while (sample.size > SAMPLE) {
      limit /= 2;
      for (const key of sample.keys()) if (place(key) >= limit) sample.delete(key);
    }
  }
  return { under: limit, sizes: Object.fromEntries(sample) };
}

function place(id: string): number {
  return Number.parseInt(id.slice(0, 8), 16);
}

/** A number of bytes that they have at least, as good as certainly. */
export function atLeast({ under, sizes }: DistinctBytes): number {
  const sum = Object.values(sizes).reduce((total, size) => total + size, 0);
  return under === 2 ** 32 ? sum : Math.floor(sum * (2 ** 32 / under) * 0.8);
}
