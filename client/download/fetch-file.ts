import { contentId, type ChunkRef } from "../../protocol/content.ts";
import type { Api } from "../api.ts";
import { cutAll } from "../chunker.ts";
import { CutOff } from "../http.ts";
import type { FileSystem, WriteHandle } from "../ports/file-system.ts";
import type { Hashing } from "../ports/hashing.ts";
import type { Semaphore } from "../semaphore.ts";

/** One version of one file on the server. */
export interface RemoteFile {
  readonly node: string;
  readonly version: number;
  readonly content: string;
  readonly size: number;
  readonly mtime: number;
  readonly executable: boolean;
}

/** The bytes that arrived are not those that the file's id names. */
export class DamagedDownload extends Error {
  override readonly name = "DamagedDownload";
}

export interface FetchOptions {
  readonly api: Api;
  readonly files: FileSystem;
  readonly hashing: Hashing;
  /** Shared by all files: bounds the ranged requests of large ones, and with them memory. */
  readonly segments: Semaphore;
  readonly onBytes: (bytes: number) => void;
  readonly signal?: AbortSignal | undefined;
}

/** Fetched whole and verified in memory. */
const SMALL_FILE_BYTES = 4 * 1024 * 1024;
/** Bytes of one ranged request of a larger file. */
const SEGMENT_BYTES = 16 * 1024 * 1024;

/** Where a file grows until it is whole; the same for the same version, so that a later run finds it. */
function temporaryName(file: RemoteFile): string {
  return `.ledge-${file.node}-${file.content.slice(0, 16)}.part`;
}

/**
 * Brings one version to `folder/name`: into a temporary file beside it, every chunk verified, then renamed over what is
 * there. A large file's temporary file stays on failure and its verified chunks are not fetched again.
 */
export async function fetchFile(file: RemoteFile, folder: string, name: string, options: FetchOptions): Promise<void> {
  const { files } = options;
  if (file.size <= SMALL_FILE_BYTES) {
    // Before anything is made locally: a small file that cannot be fetched leaves nothing behind.
    await keepFile(files, file, folder, name, await fetchSmall(file, options));
    return;
  }
  const temporary = files.join(folder, temporaryName(file));
  const handle = await files.openWrite(temporary);
  try {
    await fetchLarge(file, handle, options);
    await handle.truncate(file.size);
    await handle.finish(file);
  } finally {
    await handle.close();
  }
  await moveInPlace(files, temporary, files.join(folder, name));
}

/** Puts a file whose bytes were verified to `folder/name`, by way of a temporary file; leaves nothing on failure. */
export async function keepFile(
  files: FileSystem,
  file: RemoteFile,
  folder: string,
  name: string,
  bytes: Uint8Array,
): Promise<void> {
  const temporary = files.join(folder, temporaryName(file));
  const handle = await files.openWrite(temporary);
  try {
    await handle.write(bytes, 0);
    await handle.truncate(file.size);
    await handle.finish(file);
  } catch (error) {
    await handle.close();
    await files.remove(temporary);
    throw error;
  }
  await handle.close();
  await moveInPlace(files, temporary, files.join(folder, name));
}

async function moveInPlace(files: FileSystem, temporary: string, path: string): Promise<void> {
  try {
    await files.rename(temporary, path);
  } catch (error) {
    await files.remove(temporary);
    throw error;
  }
}

async function fetchSmall(file: RemoteFile, options: FetchOptions): Promise<Uint8Array> {
  if (file.size === 0) return new Uint8Array(0);
  const { api, signal } = options;
  const bytes = await api.download(file.node, { version: file.version, signal }, async (response) => {
    const body = new Uint8Array(await response.arrayBuffer());
    if (body.length !== file.size) throw new CutOff(`got ${body.length} of ${file.size} bytes`);
    return body;
  });
  await verifySmall(bytes, file, options);
  options.onBytes(bytes.length);
  return bytes;
}

/** Most small files are one chunk, or cut as this client cuts: only others cost a request for their chunk list. */
async function verifySmall(bytes: Uint8Array, file: RemoteFile, options: FetchOptions): Promise<void> {
  for (const chunks of [[bytes], cutAll(bytes)]) {
    const list: ChunkRef[] = [];
    for (const chunk of chunks) list.push({ id: await options.hashing.sha256(chunk), size: chunk.length });
    if (contentId(list) === file.content) return;
  }
  let start = 0;
  for (const chunk of await chunkList(file, options)) {
    await verifyChunk(bytes.subarray(start, start + chunk.size), chunk, options);
    start += chunk.size;
  }
}

async function chunkList(file: RemoteFile, { api, signal }: FetchOptions): Promise<ChunkRef[]> {
  const { chunks } = await api.manifest(file.node, file.version, signal);
  const size = chunks.reduce((sum, chunk) => sum + chunk.size, 0);
  if (size !== file.size || contentId(chunks) !== file.content) {
    throw new DamagedDownload("the server's chunk list is not that of the file");
  }
  return chunks;
}

async function verifyChunk(bytes: Uint8Array, chunk: ChunkRef, { hashing }: FetchOptions): Promise<void> {
  if ((await hashing.sha256(bytes)) !== chunk.id)
    throw new DamagedDownload("the bytes do not have their chunk's SHA-256");
}

interface PlacedChunk extends ChunkRef {
  /** Of its first byte in the file. */
  readonly start: number;
}

async function fetchLarge(file: RemoteFile, handle: WriteHandle, options: FetchOptions): Promise<void> {
  let start = 0;
  const chunks: PlacedChunk[] = [];
  for (const chunk of await chunkList(file, options)) {
    chunks.push({ ...chunk, start });
    start += chunk.size;
  }
  const lacking = await lackingChunks(chunks, handle, options);
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
  { hashing, onBytes, signal }: FetchOptions,
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

async function readFully(handle: WriteHandle, buffer: Uint8Array, position: number): Promise<boolean> {
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
  options: FetchOptions,
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
  options: FetchOptions,
  alive: () => void,
): Promise<number> {
  let taken = 0;
  let filled = 0;
  let buffer = new Uint8Array(chunks[0]!.size);
  try {
    for await (const part of response.body ?? []) {
      alive();
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
