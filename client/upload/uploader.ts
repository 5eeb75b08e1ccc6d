import type { ChunkRef } from "../../protocol/content.ts";
import { newId } from "../../protocol/new-id.ts";
import { LIMITS, type Limits } from "../../protocol/limits.ts";
import type { Frame } from "../../protocol/pack-frame.ts";
import type { Node, OperationInput, OperationResult } from "../../protocol/tree.ts";
import type { SpaceApi } from "../space-api.ts";
import type { FileSystem } from "../ports/file-system.ts";
import type { Hashing } from "../ports/hashing.ts";
import { ahead } from "./ahead.ts";
import { BufferPool } from "../buffer-pool.ts";
import type { SendableFrame } from "./chunk-sender.ts";
import { CommitQueue } from "./commit-queue.ts";
import {
  isGone,
  LocalWalk,
  message,
  VANISHED,
  type RemoteFolder,
  type Severity,
  type Skipped,
  type UploadSource,
  type WalkItem,
} from "./local-walk.ts";
import { OpenUploads } from "./open-uploads.ts";
import { RunSender } from "./run-sender.ts";
import { readSmallFile, streamFile, type FileSnapshot } from "./read-file.ts";

export interface UploadOptions {
  readonly api: SpaceApi;
  readonly files: FileSystem;
  readonly hashing: Hashing;
  /** What happens to a file whose name is taken by a file. */
  readonly onConflict: "replace" | "rename" | "fail";
  readonly followSymlinks: boolean;
  /** Read files even where size, mtime and executable bit say that the server has them. */
  readonly checksum: boolean;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: (summary: Readonly<UploadSummary>) => void;
  readonly onIssue: (issue: UploadIssue) => void;
}

export interface UploadIssue {
  readonly path: string;
  readonly message: string;
  readonly severity: Severity;
  /** The server's error code, where it refused or would have. */
  readonly code?: string;
}

/** Counts of one run. Bytes of `skipped` files are not in `bytes`. */
export interface UploadSummary {
  files: number;
  folders: number;
  /** Files left alone because the server has them. */
  skipped: number;
  skippedBytes: number;
  /** Files and folders that went away between being listed and being read. No failures. */
  vanished: number;
  failed: number;
  /** Bytes of the files taken in. */
  bytes: number;
  /** Bytes that the server holds now of those. */
  held: number;
  /** Chunk bytes sent for them; the rest was there already. */
  sent: number;
}

/** Read whole and ahead of their turn; larger ones are streamed. 1 MiB times the depth bounds the memory. */
const SMALL_FILE_BYTES = 1024 * 1024;
const READ_AHEAD = 16;
/** What streamed files are read in: two of the largest chunks, so that a chunk is carried over at most once. */
const SEGMENT_BYTES = 2 * LIMITS.chunkMaxBytes;
/** Rounds for files whose chunks the collector took between sending and committing. */
const ROUNDS = 3;

type FileItem = Extract<WalkItem, { type: "file" }>;
type Prepared =
  | { readonly kind: "small"; readonly item: FileItem; readonly file: FileSnapshot; readonly frames: Frame[] }
  | { readonly kind: "stream"; readonly item: FileItem }
  | { readonly kind: "folder"; readonly item: Extract<WalkItem, { type: "folder" }> }
  | { readonly kind: "none" };

/**
 * Uploads trees: reads every byte once, sends what the owner does not hold, commits as it goes. What is already there
 * and looks the same is not read. Failures of single files are reported and counted; the promise rejects only where
 * nothing more can be done (network, sign-in, quota, abort). Either
 * way it leaves no upload open if it can. Running it again continues: no local state is needed.
 */
export class Uploader {
  readonly #options: UploadOptions;
  readonly #summary: UploadSummary = {
    files: 0,
    folders: 0,
    skipped: 0,
    skippedBytes: 0,
    vanished: 0,
    failed: 0,
    bytes: 0,
    held: 0,
    sent: 0,
  };
  readonly #segments = new BufferPool(SEGMENT_BYTES);
  readonly #uploads: OpenUploads;
  readonly #sender: RunSender;
  readonly #commits: CommitQueue;
  #again: FileItem[] = [];

  constructor(limits: Limits, options: UploadOptions) {
    this.#options = options;
    const onHeld = (held: number, sent: number): void => {
      this.#summary.held += held;
      this.#summary.sent += sent;
      this.#report();
    };
    const { api, signal } = options;
    const uploads = new OpenUploads(api);
    this.#uploads = uploads;
    this.#sender = new RunSender(api, limits, { uploads, onHeld, signal });
    this.#commits = new CommitQueue({ api, limits, uploads, ready: () => this.#sender.hold(), signal });
  }

  async run(sources: readonly UploadSource[]): Promise<UploadSummary> {
    try {
      const summary = await this.#run(sources);
      // Where no commit came after them.
      await this.#uploads.closeAll();
      return summary;
    } catch (error) {
      await this.#sender.abandon(error);
      throw error;
    }
  }

  async #run(sources: readonly UploadSource[]): Promise<UploadSummary> {
    const { api, files, followSymlinks, signal } = this.#options;
    const onSkipped: Skipped = (path, text, severity, code) =>
      this.#issue({ path, message: text, severity, ...(code === undefined ? {} : { code }) });
    const walk = new LocalWalk({ api, files, newId, followSymlinks, onSkipped, signal });
    await this.#take(walk.items(sources));
    for (let round = 1; this.#again.length > 0; round++) {
      const items = this.#again;
      this.#again = [];
      if (round < ROUNDS) await this.#take(fromArray(items));
      else for (const { path } of items) this.#fail(path, "its chunks do not stay on the server", "chunks_missing");
    }
    return this.#summary;
  }

  async #take(items: AsyncIterable<WalkItem>): Promise<void> {
    for await (const prepared of ahead(items, READ_AHEAD, (item) => this.#prepare(item))) {
      this.#options.signal?.throwIfAborted();
      if (prepared.kind === "folder") await this.#folder(prepared.item);
      else if (prepared.kind === "small") await this.#small(prepared.item, prepared.file, prepared.frames);
      else if (prepared.kind === "stream") await this.#stream(prepared.item);
    }
    await this.#commits.flush();
  }

  async #prepare(item: WalkItem): Promise<Prepared> {
    if (item.type === "folder") return { kind: "folder", item };
    const { existing, stat } = item;
    if (existing?.type === "file" && !this.#options.checksum && looksTheSame(existing, stat)) {
      this.#summary.skipped++;
      this.#summary.skippedBytes += stat.size;
      this.#report();
      return { kind: "none" };
    }
    if (stat.size > SMALL_FILE_BYTES) return { kind: "stream", item };
    try {
      return { kind: "small", item, ...(await readSmallFile(this.#options.files, this.#options.hashing, item.path)) };
    } catch (error) {
      this.#unread(item.path, error);
      return { kind: "none" };
    }
  }

  async #folder({ path, parent, name, folder, mtime }: Extract<WalkItem, { type: "folder" }>): Promise<void> {
    const operation = (): OperationInput => ({
      type: "createFolder",
      id: folder.id,
      parent: parent.id,
      name,
      mtime,
      onConflict: "reuse",
    });
    const settle = (result: OperationResult): void => {
      if (!result.ok) return this.#fail(path, result.detail, result.code);
      folder.id = result.node.id;
      folder.exists = true;
      this.#summary.folders++;
    };
    await this.#commits.push({ operation, chunks: 0, bytes: 0, settle });
  }

  async #small(item: FileItem, file: FileSnapshot, frames: readonly Frame[]): Promise<void> {
    for (const frame of frames) await this.#sender.add(frame);
    await this.#file(item, file);
  }

  async #stream(item: FileItem): Promise<void> {
    const { files, hashing, signal } = this.#options;
    const failure: { error?: unknown } = {};
    const take = async (frame: SendableFrame): Promise<void> => {
      signal?.throwIfAborted();
      try {
        await this.#sender.add(frame);
      } catch (error) {
        // Not this file's fault: ends the run, unlike an error of the local file.
        failure.error = error;
        throw error;
      }
    };
    let file: FileSnapshot;
    try {
      file = await streamFile(files, hashing, item.path, this.#segments, take);
    } catch (error) {
      signal?.throwIfAborted();
      if (failure.error !== undefined) throw error;
      return this.#unread(item.path, error);
    }
    await this.#file(item, file);
  }

  async #file(item: FileItem, file: FileSnapshot): Promise<void> {
    const id = newId();
    const { parent, name } = item;
    const { chunks, mtime, executable } = file;
    const { onConflict } = this.#options;
    const operation = (): OperationInput => ({
      type: "createFile",
      id,
      parent: parent.id,
      name,
      chunks,
      mtime,
      executable,
      onConflict,
    });
    const settle = (result: OperationResult): void => this.#settle(item, file, chunks, result);
    await this.#commits.push({ operation, chunks: chunks.length, bytes: file.size, settle });
  }

  #settle(item: FileItem, file: FileSnapshot, chunks: readonly ChunkRef[], result: OperationResult): void {
    if (result.ok) {
      this.#summary.files++;
      this.#summary.bytes += file.size;
      this.#report();
    } else if (result.code === "chunks_missing") {
      this.#sender.forget(chunks.map(({ id }) => id));
      this.#again.push(item);
    } else {
      this.#fail(item.path, result.detail, result.code);
    }
  }

  #unread(path: string, error: unknown): void {
    if (isGone(error)) this.#issue({ path, message: VANISHED, severity: "vanished" });
    else this.#fail(path, message(error));
  }

  #fail(path: string, text: string, code?: string): void {
    this.#issue({ path, message: text, severity: "failure", ...(code === undefined ? {} : { code }) });
  }

  #issue(issue: UploadIssue): void {
    if (issue.severity === "failure") this.#summary.failed++;
    if (issue.severity === "vanished") this.#summary.vanished++;
    this.#options.onIssue(issue);
  }

  #report(): void {
    this.#options.onProgress?.(this.#summary);
  }
}

function looksTheSame(node: Node, stat: { size: number; mtime: number; executable: boolean }): boolean {
  return node.size === stat.size && node.mtime === stat.mtime && node.executable === stat.executable;
}

async function* fromArray<T>(items: readonly T[]): AsyncGenerator<T> {
  yield* items;
}

export type { RemoteFolder, UploadSource };
