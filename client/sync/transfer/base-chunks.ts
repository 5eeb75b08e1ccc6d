import { decodeManifest } from "../../../protocol/content.ts";
import { LIMITS } from "../../../protocol/limits.ts";
import { BufferPool } from "../../buffer-pool.ts";
import { readFully, type ChunkSource, type PlacedChunk } from "../../download/file-bytes.ts";
import type { ReadHandle, WriteHandle } from "../../ports/file-system.ts";
import type { Hashing } from "../../ports/hashing.ts";
import type { ReplicaFiles, ReplicaPath } from "../../ports/replica-files.ts";
import { streamFrames } from "../../upload/read-file.ts";

/** A local file that probably has some of the chunks. */
export interface Base {
  readonly path: ReplicaPath;
  /** Where its chunks are, as far as known; null: it is cut anew. */
  readonly manifest: Uint8Array | null;
}

/**
 * Takes chunks out of a local file. The file may be anything by now, and change: only what is verified is taken, and
 * what cannot be read is not there.
 */
export function baseChunks(files: ReplicaFiles, hashing: Hashing, { path, manifest }: Base): ChunkSource {
  return async (lacking, handle) => {
    const wanted = new Wanted(lacking, handle);
    const known = manifest && positions(manifest).filter(({ id }) => wanted.has(id));
    if (known?.length === 0) return [...lacking];
    const base = await files.openRead(path).catch(() => null);
    if (base === null) return [...lacking];
    try {
      if (known) await takeKnown(base, known, hashing, wanted);
      else await takeCut(base, hashing, wanted);
    } finally {
      await base.close();
    }
    return wanted.left();
  };
}

/** The chunks that a file lacks, by id: one may be at several places. */
class Wanted {
  readonly #chunks: readonly PlacedChunk[];
  readonly #handle: WriteHandle;
  readonly #places = new Map<string, number[]>();
  /** Why a chunk could not be written: no fault of the base's. */
  failure: { readonly error: unknown } | null = null;

  constructor(chunks: readonly PlacedChunk[], handle: WriteHandle) {
    this.#chunks = chunks;
    this.#handle = handle;
    for (const { id, start } of chunks) this.#places.set(id, [...(this.#places.get(id) ?? []), start]);
  }

  has(id: string): boolean {
    return this.#places.has(id);
  }

  /** Puts a verified chunk wherever it belongs. */
  async put(id: string, bytes: Uint8Array): Promise<void> {
    try {
      for (const start of this.#places.get(id) ?? []) await this.#handle.write(bytes, start);
    } catch (error) {
      this.failure = { error };
      throw error;
    }
    this.#places.delete(id);
  }

  left(): PlacedChunk[] {
    return this.#chunks.filter(({ id }) => this.#places.has(id));
  }
}

function positions(manifest: Uint8Array): PlacedChunk[] {
  let start = 0;
  return decodeManifest(manifest).map((chunk) => {
    const placed = { ...chunk, start };
    start += chunk.size;
    return placed;
  });
}

async function takeKnown(
  base: ReadHandle,
  known: readonly PlacedChunk[],
  hashing: Hashing,
  wanted: Wanted,
): Promise<void> {
  const buffer = new Uint8Array(LIMITS.chunkMaxBytes);
  for (const { id, size, start } of known) {
    if (!wanted.has(id)) continue;
    const bytes = buffer.subarray(0, size);
    if (!(await readFully(base, bytes, start).catch(() => false))) continue;
    if ((await hashing.sha256(bytes)) === id) await wanted.put(id, bytes);
  }
}

async function takeCut(base: ReadHandle, hashing: Hashing, wanted: Wanted): Promise<void> {
  const pool = new BufferPool(2 * LIMITS.chunkMaxBytes);
  try {
    await streamFrames(base, hashing, pool, async ({ id, bytes, release }) => {
      if (wanted.has(id)) await wanted.put(id, bytes);
      release?.();
    });
  } catch {
    if (wanted.failure) throw wanted.failure.error;
    // The base cannot be read further: what is left is fetched.
  }
}
