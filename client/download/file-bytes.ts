import { contentId, type ChunkRef } from "../../protocol/content.ts";
import type { SpaceApi } from "../space-api.ts";
import { cutAll } from "../chunker.ts";
import { CutOff } from "../http.ts";
import type { ReadHandle, WriteHandle } from "../ports/file-system.ts";
import type { Hashing } from "../ports/hashing.ts";
import type { Pace } from "../rate-limit.ts";
import type { Semaphore } from "../semaphore.ts";
import type { RemoteFile } from "./fetch-file.ts";

/** The bytes that arrived are not those that the file's id names. */
export class DamagedDownload extends Error {
  override readonly name = "DamagedDownload";
}

/** A chunk that a file lacks. */
export interface PlacedChunk extends ChunkRef {
  /** Of its first byte in the file. */
  readonly start: number;
}

/**
 * Puts those of a file's chunks that it has, verified, to their places in the file that is being made; answers the
 * others, in order.
 */
export type ChunkSource = (lacking: readonly PlacedChunk[], handle: WriteHandle) => Promise<PlacedChunk[]>;

export interface BytesOptions {
  readonly api: SpaceApi;
  readonly hashing: Hashing;
  /** Shared by all files: bounds the ranged requests of large ones, and with them memory. */
  readonly segments: Semaphore;
  /** Verified bytes. */
  readonly onBytes: (bytes: number) => void;
  readonly signal?: AbortSignal | undefined;
  /** Waited for as bytes arrive. */
  readonly pace?: Pace | undefined;
  /** Asked before the server is. */
  readonly sources?: readonly ChunkSource[];
  /** Told the chunk list, once that is known to be the file's. */
  readonly onChunks?: (chunks: readonly ChunkRef[]) => void;
}

/** Up to this size a file is fetched whole and verified in memory. */
export const WHOLE_FILE_BYTES = 4 * 1024 * 1024;
/** Bytes of one ranged request of a larger file. */
const SEGMENT_BYTES = 16 * 1024 * 1024;

/** A whole file, verified, in memory: for files of some MiB. */
export async function fetchWhole(file: RemoteFile, options: BytesOptions): Promise<Uint8Array> {
  if (file.size === 0) return new Uint8Array(0);
  await options.pace?.(file.size, options.signal);
  const bytes = await download(file, options, file.size);
  options.onBytes(bytes.length);
  return bytes;
}

/** A version of which only the content is known, verified, in memory. */
export function fetchVersion(version: VersionRef, options: BytesOptions): Promise<Uint8Array> {
  return download(version, options);
}

type VersionRef = Pick<RemoteFile, "node" | "version" | "content">;

async function download(version: VersionRef, options: BytesOptions, size?: number): Promise<Uint8Array> {
  const { api, signal } = options;
  const bytes = await api.download(version.node, { version: version.version, signal }, async (response) => {
    const body = new Uint8Array(await response.arrayBuffer());
    if (size !== undefined && body.length !== size) throw new CutOff(`got ${body.length} of ${size} bytes`);
    return body;
  });
  await verifyWhole(bytes, version, options);
  return bytes;
}

/** Most small files are one chunk, or cut as this client cuts: only others cost a request for their chunk list. */
async function verifyWhole(bytes: Uint8Array, version: VersionRef, options: BytesOptions): Promise<void> {
  for (const chunks of [[bytes], cutAll(bytes)]) {
    const list: ChunkRef[] = [];
    for (const chunk of chunks) list.push({ id: await options.hashing.sha256(chunk), size: chunk.length });
    if (contentId(list) === version.content) return options.onChunks?.(list);
  }
  let start = 0;
  const list = await chunkList({ ...version, size: bytes.length }, options);
  for (const chunk of list) {
    await verifyChunk(bytes.subarray(start, start + chunk.size), chunk, options);
    start += chunk.size;
  }
  options.onChunks?.(list);
}

async function chunkList(
  file: VersionRef & { readonly size: number },
  { api, signal }: BytesOptions,
): Promise<ChunkRef[]> {
  const { chunks } = await api.manifest(file.node, file.version, signal);
  if (bytesOf(chunks) !== file.size || contentId(chunks) !== file.content) {
    throw new DamagedDownload("the server's chunk list is not that of the file");
  }
  return chunks;
}

async function verifyChunk(bytes: Uint8Array, chunk: ChunkRef, { hashing }: BytesOptions): Promise<void> {
  if ((await hashing.sha256(bytes)) !== chunk.id)
    throw new DamagedDownload("the bytes do not have their chunk's SHA-256");
}

/**
 * Makes the handle's file hold a version's bytes, every chunk verified. What of them it holds already, from an earlier
 * attempt, stays and is not fetched again; it may be longer afterwards.
 */
export async function fetchInto(file: RemoteFile, handle: WriteHandle, options: BytesOptions): Promise<void> {
  let start = 0;
  const chunks: PlacedChunk[] = [];
  for (const chunk of await chunkList(file, options)) {
    chunks.push({ ...chunk, start });
    start += chunk.size;
  }
  options.onChunks?.(chunks);
  let lacking = await lackingChunks(chunks, handle, options);
  for (const source of options.sources ?? []) {
    if (lacking.length === 0) return;
    options.signal?.throwIfAborted();
    const before = lacking;
    lacking = await source(before, handle);
    options.onBytes(bytesOf(before) - bytesOf(lacking));
  }
  const runs = segmentsOf(lacking);
  const stop = { failed: false };
  const outcomes = await Promise.allSettled(
    runs.map((run) =>
      options.segments.run(async () => {
        if (stop.failed) return;
        try {
          await fetchSegment(file, run, handle, options);
        } catch (error) {
          stop.failed = true;
          throw error;
        }
      }),
    ),
  );
  const failed = outcomes.find((outcome) => outcome.status === "rejected");
  if (failed) throw failed.reason;
}

/** The chunks that an earlier run has not left, verified, in the temporary file. */
async function lackingChunks(
  chunks: readonly PlacedChunk[],
  handle: WriteHandle,
  { hashing, onBytes, signal }: BytesOptions,
): Promise<PlacedChunk[]> {
  const { size } = await handle.stat();
  if (size === 0) return [...chunks];
  const lacking: PlacedChunk[] = [];
  const buffer = new Uint8Array(Math.max(...chunks.map((chunk) => chunk.size)));
  for (const chunk of chunks) {
    signal?.throwIfAborted();
    const view = buffer.subarray(0, chunk.size);
    const whole = chunk.start + chunk.size <= size && (await readFully(handle, view, chunk.start));
    if (whole && (await hashing.sha256(view)) === chunk.id) onBytes(chunk.size);
    else lacking.push(chunk);
  }
  return lacking;
}

function bytesOf(chunks: readonly ChunkRef[]): number {
  return chunks.reduce((sum, { size }) => sum + size, 0);
}

/** Fills the buffer with what is at `position`; false where the file ends before. */
export async function readFully(handle: ReadHandle, buffer: Uint8Array, position: number): Promise<boolean> {
  for (let done = 0; done < buffer.length;) {
    const got = await handle.read(buffer.subarray(done), position + done);
    if (got === 0) return false;
    done += got;
  }
  return true;
}

/** Neighbouring chunks together, up to the size of one request. */
function segmentsOf(chunks: readonly PlacedChunk[]): PlacedChunk[][] {
  const segments: PlacedChunk[][] = [];
  for (const chunk of chunks) {
    const last = segments.at(-1);
    const first = last?.[0];
    const previous = last?.at(-1);
    const adjacent = previous !== undefined && previous.start + previous.size === chunk.start;
    if (last && first && adjacent && chunk.start + chunk.size - first.start <= SEGMENT_BYTES) last.push(chunk);
    else segments.push([chunk]);
  }
  return segments;
}

/** Fetches neighbouring chunks; a broken-off answer costs only the chunk that it broke in. */
async function fetchSegment(
  file: RemoteFile,
  chunks: readonly PlacedChunk[],
  handle: WriteHandle,
  options: BytesOptions,
): Promise<void> {
  const last = chunks.at(-1);
  for (let next = 0; last && next < chunks.length;) {
    const from = chunks[next]!.start;
    const range = [from, last.start + last.size - 1] as const;
    const { signal } = options;
    const got = await options.api.download(
      file.node,
      { version: file.version, range, signal },
      async (response, alive) => {
        if (response.status !== 206) throw new DamagedDownload("the server did not answer the requested range");
        return takeChunks(response, chunks.slice(next), handle, options, alive);
      },
    );
    next += got;
  }
}

/** Verifies and writes chunk after chunk; answers how many arrived whole, which may be fewer than asked for. */
async function takeChunks(
  response: Response,
  chunks: readonly PlacedChunk[],
  handle: WriteHandle,
  options: BytesOptions,
  alive: () => void,
): Promise<number> {
  let taken = 0;
  let filled = 0;
  let buffer = new Uint8Array(chunks[0]!.size);
  try {
    for await (const part of response.body ?? []) {
      alive();
      await options.pace?.(part.length, options.signal);
      for (let at = 0; at < part.length && taken < chunks.length;) {
        const chunk = chunks[taken]!;
        const piece = part.subarray(at, at + chunk.size - filled);
        buffer.set(piece, filled);
        filled += piece.length;
        at += piece.length;
        if (filled < chunk.size) continue;
        await verifyChunk(buffer, chunk, options);
        await handle.write(buffer, chunk.start);
        options.onBytes(chunk.size);
        taken++;
        filled = 0;
        const following = chunks[taken];
        if (following && following.size !== buffer.length) buffer = new Uint8Array(following.size);
      }
    }
  } catch (error) {
    // What arrived counts, unless it was wrong or nothing did: then the caller's retry decides.
    if (taken === 0 || error instanceof DamagedDownload || options.signal?.aborted) throw error;
    return taken;
  }
  if (taken === 0) throw new CutOff("the answer ended early");
  return taken;
}
