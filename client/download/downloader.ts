import type { Node } from "../../protocol/tree.ts";
import type { Api } from "../api.ts";
import { LedgeError } from "../../protocol/errors.ts";
import { NetworkError } from "../http-errors.ts";
import type { FileSystem, LocalStat } from "../ports/file-system.ts";
import type { Hashing } from "../ports/hashing.ts";
import { Semaphore } from "../semaphore.ts";
import { fetchFile, type RemoteFile } from "./fetch-file.ts";

export interface DownloadOptions {
  readonly api: Api;
  readonly files: FileSystem;
  readonly hashing: Hashing;
  /** Fetch files even where size, mtime and executable bit say that they are here. */
  readonly checksum: boolean;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: (summary: Readonly<DownloadSummary>) => void;
  readonly onIssue: (issue: DownloadIssue) => void;
}

export interface DownloadIssue {
  /** The local path that was meant. */
  readonly path: string;
  readonly message: string;
  readonly code?: string;
}

export interface DownloadSummary {
  files: number;
  folders: number;
  /** Files left alone because they are here. */
  skipped: number;
  failed: number;
  /** Bytes verified in place. */
  bytes: number;
  /** Found so far on the server; grows while folders are listed. */
  foundFiles: number;
  foundBytes: number;
}

const FILES_IN_FLIGHT = 16;
const SEGMENTS_IN_FLIGHT = 4;
const LISTINGS_IN_FLIGHT = 8;
/** Files found but not begun: listing waits beyond it, so memory does not grow with the tree. */
const FILES_WAITING = 4_000;

/** A failure that no other file would escape: it ends the run. */
function isFatal(error: unknown): boolean {
  if (error instanceof NetworkError) return true;
  return error instanceof LedgeError && ["unauthenticated", "insufficient_scope", "rate_limited"].includes(error.code);
}

/**
 * Downloads files and trees. Nothing is ever written outside the folder given: names that are no single path component
 * of this system are reported and left out with all that is below them, and symlinks found in the way are not followed.
 * Failures of single entries are reported and counted; the promises reject only where nothing more can be done.
 */
export class Downloader {
  readonly #options: DownloadOptions;
  readonly #summary: DownloadSummary = {
    files: 0,
    folders: 0,
    skipped: 0,
    failed: 0,
    bytes: 0,
    foundFiles: 0,
    foundBytes: 0,
  };
  readonly #transfers = new Semaphore(FILES_IN_FLIGHT);
  readonly #waiting = new Semaphore(FILES_WAITING);
  readonly #segments = new Semaphore(SEGMENTS_IN_FLIGHT);
  readonly #listings = new Semaphore(LISTINGS_IN_FLIGHT);
  readonly #running = new Set<Promise<void>>();
  readonly #times: { path: string; mtime: number }[] = [];
  #fatal: { readonly error: unknown } | null = null;

  constructor(options: DownloadOptions) {
    this.#options = options;
  }

  /** Brings `file` to `folder/name`. */
  async file(file: RemoteFile, folder: string, name: string): Promise<DownloadSummary> {
    await this.#begin(file, folder, name);
    return this.#finish();
  }

  /** Brings a folder's entries into the local folder `path`, which is made where it is not there. */
  async tree(folder: Node, path: string): Promise<DownloadSummary> {
    // What the user named may be a symlink; what is found below may not.
    if (await this.#folder(path, folder.mtime, true)) await this.#entries(folder.id, path);
    return this.#finish();
  }

  async #finish(): Promise<DownloadSummary> {
    while (this.#running.size > 0) await Promise.all(this.#running);
    this.#throwFatal();
    // Deepest last made, first set: writing into a folder changes its time.
    for (const { path, mtime } of this.#times.reverse()) {
      await this.#options.files.setFolderTime(path, mtime).catch((error: unknown) => this.#fail(path, error));
    }
    return this.#summary;
  }

  async #entries(id: string, path: string): Promise<void> {
    const { files, api, signal } = this.#options;
    const below: Promise<void>[] = [];
    const children: Node[] = [];
    await this.#listings.run(async () => {
      for await (const node of api.children(id, signal)) children.push(node);
    });
    for (const node of children) {
      this.#throwFatal();
      const problem = files.nameProblem(node.name);
      if (problem !== null) {
        this.#fail(`${path}: "${node.name}"`, new Error(`cannot be kept here: the name ${problem}`));
        continue;
      }
      if (node.type === "file") await this.#begin(remoteFile(node), path, node.name);
      else below.push(this.#below(node, files.join(path, node.name)));
    }
    await Promise.all(below);
  }

  async #below(node: Node, path: string): Promise<void> {
    try {
      if (await this.#folder(path, node.mtime, false)) await this.#entries(node.id, path);
    } catch (error) {
      this.#failOrStop(path, error);
    }
  }

  /** Sees to it that `path` is a folder; false, and reported, where it cannot be. */
  async #folder(path: string, mtime: number, follow: boolean): Promise<boolean> {
    const { files } = this.#options;
    const there = await files.stat(path, { follow });
    if (there !== null && there.type !== "folder") {
      this.#fail(path, new Error(`a ${there.type} is in the way of the folder`));
      return false;
    }
    if (there === null) await files.makeFolder(path);
    this.#times.push({ path, mtime });
    this.#summary.folders++;
    return true;
  }

  async #begin(file: RemoteFile, folder: string, name: string): Promise<void> {
    this.#summary.foundFiles++;
    this.#summary.foundBytes += file.size;
    await this.#waiting.acquire();
    const running = this.#transfers
      .run(() => this.#transfer(file, folder, name))
      .finally(() => {
        this.#waiting.release();
        this.#running.delete(running);
      });
    this.#running.add(running);
  }

  /** Never rejects. */
  async #transfer(file: RemoteFile, folder: string, name: string): Promise<void> {
    const { files, checksum, signal } = this.#options;
    const path = files.join(folder, name);
    if (this.#fatal) return;
    try {
      signal?.throwIfAborted();
      const there = await files.stat(path);
      if (there?.type === "folder") throw new Error("a folder is in the way of the file");
      if (there !== null && !checksum && looksTheSame(there, file)) {
        this.#summary.skipped++;
        this.#summary.foundBytes -= file.size;
      } else {
        await fetchFile(file, folder, name, {
          ...this.#options,
          segments: this.#segments,
          onBytes: (n) => this.#count(n),
        });
        this.#summary.files++;
      }
      this.#options.onProgress?.(this.#summary);
    } catch (error) {
      this.#failOrStop(path, error);
    }
  }

  #count(bytes: number): void {
    this.#summary.bytes += bytes;
    this.#options.onProgress?.(this.#summary);
  }

  #failOrStop(path: string, error: unknown): void {
    if (this.#fatal) return;
    if (isFatal(error) || this.#options.signal?.aborted) this.#fatal = { error };
    else this.#fail(path, error);
  }

  #fail(path: string, error: unknown): void {
    this.#summary.failed++;
    const message = error instanceof Error ? error.message : String(error);
    this.#options.onIssue({ path, message, ...(error instanceof LedgeError ? { code: error.code } : {}) });
  }

  #throwFatal(): void {
    if (this.#fatal) throw this.#fatal.error;
  }
}

function looksTheSame(there: LocalStat, file: RemoteFile): boolean {
  return (
    there.type === "file" &&
    there.size === file.size &&
    there.mtime === file.mtime &&
    there.executable === file.executable
  );
}

/** The newest version of a file node. */
export function remoteFile(node: Node): RemoteFile {
  const { id, version, content, size, mtime, executable } = node;
  if (content === null) throw new Error(`${node.name} is not a file`);
  return { node: id, version, content, size, mtime, executable };
}
