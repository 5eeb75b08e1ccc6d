import { lstatSync, readdirSync, readFileSync, watch, type FSWatcher } from "node:fs";
import { basename, join } from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import { isCode } from "./file-error.ts";
import { decodeName } from "./node-file-handles.ts";
import type { ReplicaPath } from "./replica-files.ts";
import { isOwn } from "./replica-paths.ts";
import { PathBatch } from "./path-batch.ts";
import type { Watcher } from "./watcher.ts";

/** Folders are looked through for so long before others get their turn. */
const TURN_MS = 8;
const BUFFER = "buffer" as BufferEncoding;

/**
 * Watches with one inotify watch a folder, for Linux. Folders that come are watched first and then looked through, so
 * that nothing made in them meanwhile is missed: @parcel/watcher 2.6.0 does neither look through them nor tell of an
 * overflow of the queue, and Node's recursive `fs.watch` watches each file by itself.
 */
export function folderWatcher(root: string): Watcher {
  return {
    watch: (onPaths, signal) =>
      new Promise((resolve, reject) => {
        if (signal.aborted) {
          resolve();
          return;
        }
        const batch = new PathBatch(onPaths);
        const end = (error?: Error): void => {
          signal.removeEventListener("abort", onAbort);
          folders.close();
          batch.close();
          if (error) reject(error);
          else resolve();
        };
        const onAbort = (): void => end();
        const folders = new WatchedFolders(root, batch, end);
        signal.addEventListener("abort", onAbort, { once: true });
        folders.watchAll();
      }),
  };
}

interface WatchedFolder {
  readonly watcher: FSWatcher;
  /** Device and inode: another folder may take the path. */
  readonly identity: string;
}

/** The watches, one a folder, and what is to be done at each event. */
class WatchedFolders {
  readonly #root: string;
  readonly #batch: PathBatch;
  readonly #fail: (error: Error) => void;
  readonly #folders = new Map<ReplicaPath, WatchedFolder>();
  /** Folders whose entries are to be looked through. */
  readonly #unseen: ReplicaPath[] = [];
  readonly #rootIdentity: string | null;
  readonly #mostEvents = lossThreshold();
  #events = 0;
  #isLooking = false;
  #lost = false;
  #closed = false;

  constructor(root: string, batch: PathBatch, fail: (error: Error) => void) {
    this.#root = root;
    this.#batch = batch;
    this.#fail = fail;
    this.#rootIdentity = identityOf(root);
  }

  /** Watches every folder and then tells "all"; again after events were lost. */
  watchAll(): void {
    this.#lost = true;
    for (const [path, { identity }] of this.#folders) {
      if (identityOf(this.#host(path)) !== identity) this.#forget(path);
    }
    this.#enter("");
    // Known folders are looked through as well: what was lost may be a folder in them.
    for (const path of this.#folders.keys()) this.#unseen.push(path);
    this.#look();
  }

  close(): void {
    this.#closed = true;
    for (const { watcher } of this.#folders.values()) watcher.close();
    this.#folders.clear();
  }

  #host(path: ReplicaPath): string {
    return path === "" ? this.#root : join(this.#root, path);
  }

  /** Watches a folder that is not watched yet, and puts it up to be looked through. */
  #enter(path: ReplicaPath): void {
    const host = this.#host(path);
    const identity = identityOf(host);
    if (identity === null) {
      if (path === "") this.#end(new Error(`${this.#root} is not there any more`));
      return;
    }
    const known = this.#folders.get(path);
    if (known?.identity === identity) return;
    if (known) this.#leave(path);
    try {
      const watcher = watch(host, { encoding: BUFFER }, (kind, raw) => this.#onEvent(path, kind, raw));
      watcher.on("error", (error) => {
        if (isLimit(error)) this.#end(limitError(error));
        else this.#leave(path);
      });
      this.#folders.set(path, { watcher, identity });
      this.#unseen.push(path);
    } catch (error) {
      if (isLimit(error)) this.#end(limitError(error));
      else if (path === "") this.#end(error instanceof Error ? error : new Error(String(error)));
      // Otherwise it went away again or may not be read: looking at the disk tells so.
    }
  }

  /** Forgets a folder that is not at this path any more, with all below. */
  #leave(path: ReplicaPath): void {
    this.#forget(path);
    for (const below of this.#folders.keys()) if (below.startsWith(`${path}/`)) this.#forget(below);
  }

  #forget(path: ReplicaPath): void {
    this.#folders.get(path)?.watcher.close();
    this.#folders.delete(path);
  }

  #onEvent(folder: ReplicaPath, kind: string, raw: unknown): void {
    if (this.#closed) return;
    this.#count();
    const name = Buffer.isBuffer(raw) ? decodeName(raw) : typeof raw === "string" ? raw : null;
    // Of itself a folder tells under its own name, as it would of an entry of that name.
    if (name === null || name === basename(this.#host(folder))) this.#onSelf(folder);
    if (name === null || (folder === "" && isOwn(name))) return;
    const path = folder === "" ? name : `${folder}/${name}`;
    this.#batch.add(path);
    if (kind === "rename") this.#onCome(path);
  }

  #onSelf(folder: ReplicaPath): void {
    if (folder !== "") this.#batch.add(folder);
    else if (identityOf(this.#root) !== this.#rootIdentity) this.#end(new Error(`${this.#root} was moved or removed`));
  }

  /** An entry came, went or was replaced. */
  #onCome(path: ReplicaPath): void {
    const isFolder = lstatSync(this.#host(path), { throwIfNoEntry: false })?.isDirectory() ?? false;
    if (isFolder) {
      this.#enter(path);
      this.#look();
    } else if (this.#folders.has(path)) this.#leave(path);
  }

  /**
   * The kernel drops events once its queue is full and libuv does not say so. But it delivers a full queue within one turn
   * of the loop: many events in one turn are taken for a loss.
   */
  #count(): void {
    if (this.#events === 0) setImmediate(() => this.#settleTurn());
    this.#events++;
  }

  #settleTurn(): void {
    const isLoss = this.#events >= this.#mostEvents;
    this.#events = 0;
    if (isLoss && !this.#closed) this.watchAll();
  }

  #look(): void {
    if (this.#isLooking) return;
    this.#isLooking = true;
    void this.#lookThrough().catch((error: unknown) =>
      this.#end(error instanceof Error ? error : new Error(String(error))),
    );
  }

  async #lookThrough(): Promise<void> {
    let turnEnd = performance.now() + TURN_MS;
    for (let path = this.#unseen.pop(); path !== undefined && !this.#closed; path = this.#unseen.pop()) {
      this.#lookInto(path);
      if (performance.now() < turnEnd) continue;
      await nextTurn();
      turnEnd = performance.now() + TURN_MS;
    }
    this.#isLooking = false;
    if (!this.#lost || this.#closed) return;
    this.#lost = false;
    this.#batch.addAll();
  }

  #lookInto(folder: ReplicaPath): void {
    let entries;
    try {
      entries = readdirSync(this.#host(folder), { withFileTypes: true });
    } catch {
      return;
    }
    for (const entry of entries) {
      if (folder === "" && isOwn(entry.name)) continue;
      const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
      if (!this.#lost) this.#batch.add(path);
      if (entry.isDirectory()) this.#enter(path);
    }
  }

  #end(error: Error): void {
    if (!this.#closed) this.#fail(error);
  }
}

/** Null where no folder is. */
function identityOf(path: string): string | null {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  return stats?.isDirectory() ? `${stats.dev}:${stats.ino}` : null;
}

/** A quarter of the kernel's queue: some of what is in it is not for us to see. */
function lossThreshold(): number {
  try {
    return Number(readFileSync("/proc/sys/fs/inotify/max_queued_events", "utf8")) / 4 || 4_096;
  } catch {
    return 4_096;
  }
}

function isLimit(error: unknown): error is Error {
  return isCode(error, "ENOSPC", "EMFILE");
}

function limitError(cause: Error): Error {
  const limit = isCode(cause, "ENOSPC") ? "max_user_watches" : "max_user_instances";
  return new Error(`the system's limit on watched folders is reached: raise fs.inotify.${limit}`, { cause });
}
