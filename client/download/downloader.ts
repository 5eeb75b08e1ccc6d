import type { Node } from "../../protocol/tree.ts";
import type { SpaceApi } from "../space-api.ts";
import { LedgeError } from "../../protocol/errors.ts";
import type { FileSystem, LocalStat } from "../ports/file-system.ts";
import type { Hashing } from "../ports/hashing.ts";
import { Semaphore } from "../semaphore.ts";
import { FOLDERS_A_REQUEST, listFolders } from "../list-folders.ts";
import { keepFile, type RemoteFile } from "./fetch-file.ts";
import { isFatal } from "./fatal.ts";
import { isBundled } from "./small-files.ts";
import { spaceSource, type SpaceSource } from "./space-source.ts";

export interface DownloadOptions {
  readonly api: SpaceApi;
  /** The routes of a folder that somebody shares: what stands for one in a tree is gone through. */
  readonly inSpace: (folder: string) => SpaceApi;
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
const LOOKS_IN_FLIGHT = 16;
const SEGMENTS_IN_FLIGHT = 4;
/** Files found but not finished: listing waits beyond it, so memory does not grow with the tree. */
const FILES_WAITING = 4_000;

/** A folder of this machine whose entries on the server are still to be listed. */
interface Unlisted {
  readonly source: SpaceSource;
  readonly id: string;
  readonly path: string;
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
  readonly #looks = new Semaphore(LOOKS_IN_FLIGHT);
  readonly #looking = new Set<Promise<void>>();
  readonly #running = new Set<Promise<void>>();
  readonly #sources = new Map<SpaceApi, SpaceSource>();
  readonly #times: { path: string; mtime: number }[] = [];
  #fatal: { readonly error: unknown } | null = null;

  constructor(options: DownloadOptions) {
    this.#options = options;
  }

  /** Brings `file` to `folder/name`. */
  async file(file: RemoteFile, folder: string, name: string): Promise<DownloadSummary> {
    await this.#begin(this.#sourceOf(this.#options.api), file, folder, name);
    return this.#finish();
  }

  /** Brings a folder's entries into the local folder `path`, which is made where it is not there. */
  async tree(folder: Node, path: string): Promise<DownloadSummary> {
    // What the user named may be a symlink; what is found below may not.
    const source = this.#sourceOf(this.#options.api);
    if (await this.#folder(path, folder.mtime, true)) await this.#below({ source, id: folder.id, path });
    return this.#finish();
  }

  #sourceOf(api: SpaceApi): SpaceSource {
    const known = this.#sources.get(api);
    if (known) return known;
    const { files, hashing, signal } = this.#options;
    const source = spaceSource(api, {
      files,
      hashing,
      signal,
      segments: this.#segments,
      onBytes: (bytes) => this.#count(bytes),
      inTurn: (work) => this.#transfers.run(work),
      isStopped: () => this.#fatal !== null,
    });
    this.#sources.set(api, source);
    return source;
  }

  /** Sends off what waits to be fetched with others. */
  async #flush(): Promise<void> {
    while (this.#looking.size > 0) await Promise.all(this.#looking);
    for (const { small } of this.#sources.values()) small.flush();
  }

  async #finish(): Promise<DownloadSummary> {
    await this.#flush();
    while (this.#running.size > 0) await Promise.all(this.#running);
    this.#throwFatal();
    // Deepest last made, first set: writing into a folder changes its time.
    for (const { path, mtime } of this.#times.reverse()) {
      await this.#options.files.setFolderTime(path, mtime).catch((error: unknown) => this.#fail(path, error));
    }
    return this.#summary;
  }

  /** All that is below a folder, depth first, many folders in one request. */
  async #below(start: Unlisted): Promise<void> {
    const stack = [start];
    let before = start.source;
    while (stack.length > 0) {
      this.#throwFatal();
      // From the top of the stack, so last first; of one space.
      const source = (stack.at(-1) as Unlisted).source;
      const other = stack.findLastIndex((each) => each.source !== source);
      const folders = stack.splice(Math.max(other + 1, stack.length - FOLDERS_A_REQUEST)).reverse();
      // What waits for its bundle to fill would take the room of what comes now.
      if (source !== before) await this.#flush();
      before = source;
      try {
        stack.push(...(await this.#entries(source, folders)).reverse());
      } catch (error) {
        for (const { path } of folders) this.#failOrStop(path, error);
      }
    }
    this.#throwFatal();
  }

  /** Begins the files of some folders and makes the folders in them; answers those. */
  async #entries(source: SpaceSource, folders: readonly Unlisted[]): Promise<Unlisted[]> {
    const { signal } = this.#options;
    const paths = new Map(folders.map(({ id, path }) => [id, path]));
    const gone = (id: string): void => this.#fail(paths.get(id) ?? "", new LedgeError("not_found"));
    const made: Unlisted[] = [];
    for await (const node of listFolders(source.api, [...paths.keys()], gone, signal)) {
      this.#throwFatal();
      const folder = node.parent === null ? undefined : paths.get(node.parent);
      if (folder !== undefined) made.push(...(await this.#entry(source, node, folder)));
    }
    return made;
  }

  /** Answers the folder that the node is, once it is here; nothing for a file. */
  async #entry(source: SpaceSource, node: Node, folder: string): Promise<Unlisted[]> {
    const { files, inSpace } = this.#options;
    const problem = files.nameProblem(node.name);
    if (problem !== null) {
      this.#fail(`${folder}: "${node.name}"`, new Error(`cannot be kept here: the name ${problem}`));
      return [];
    }
    if (node.type === "file") {
      await this.#begin(source, remoteFile(node), folder, node.name);
      return [];
    }
    const path = files.join(folder, node.name);
    try {
      if (!(await this.#folder(path, node.mtime, false))) return [];
      if (node.mount === undefined) return [{ source, id: node.id, path }];
      return [{ source: this.#sourceOf(inSpace(node.mount)), id: node.mount, path }];
    } catch (error) {
      this.#failOrStop(path, error);
      return [];
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

  async #begin(source: SpaceSource, file: RemoteFile, folder: string, name: string): Promise<void> {
    this.#summary.foundFiles++;
    this.#summary.foundBytes += file.size;
    await this.#waiting.acquire();
    track(
      this.#looking,
      this.#looks.run(() => this.#look(source, file, folder, name)),
    );
  }

  /** Starts the transfer of a file that is not here. Never rejects. */
  async #look(source: SpaceSource, file: RemoteFile, folder: string, name: string): Promise<void> {
    const path = this.#options.files.join(folder, name);
    try {
      this.#throwFatal();
      this.#options.signal?.throwIfAborted();
      if (await this.#isHere(file, path)) {
        this.#summary.skipped++;
        this.#summary.foundBytes -= file.size;
        this.#options.onProgress?.(this.#summary);
        this.#waiting.release();
      } else {
        const fetched = isBundled(file) ? this.#bundled(source, file, folder, name) : source.fetch(file, folder, name);
        track(this.#running, this.#settle(path, fetched));
      }
    } catch (error) {
      this.#failOrStop(path, error);
      this.#waiting.release();
    }
  }

  #bundled(source: SpaceSource, file: RemoteFile, folder: string, name: string): Promise<void> {
    const keep = async (bytes: Uint8Array): Promise<void> => {
      await keepFile(this.#options.files, file, folder, name, bytes);
      this.#count(bytes.length);
    };
    return source.small.add({ file, keep, fetchAlone: () => source.fetch(file, folder, name) });
  }

  async #isHere(file: RemoteFile, path: string): Promise<boolean> {
    const there = await this.#options.files.stat(path);
    if (there?.type === "folder") throw new Error("a folder is in the way of the file");
    return there !== null && !this.#options.checksum && looksTheSame(there, file);
  }

  /** Never rejects. */
  async #settle(path: string, fetched: Promise<void>): Promise<void> {
    try {
      await fetched;
      this.#summary.files++;
      this.#options.onProgress?.(this.#summary);
    } catch (error) {
      this.#failOrStop(path, error);
    } finally {
      this.#waiting.release();
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

/** Keeps a promise that never rejects in `set` until it is settled. */
function track(set: Set<Promise<void>>, promise: Promise<void>): void {
  const kept = promise.finally(() => set.delete(kept));
  set.add(kept);
}

/** The newest version of a file node. */
export function remoteFile(node: Node): RemoteFile {
  const { id, version, content, size, mtime, executable } = node;
  if (content === null) throw new Error(`${node.name} is not a file`);
  return { node: id, version, content, size, mtime, executable };
}
