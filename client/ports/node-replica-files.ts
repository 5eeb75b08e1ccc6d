import { randomUUID } from "node:crypto";
import { chmodSync, constants, lstatSync, mkdirSync, readdirSync, renameSync, rmdirSync, unlinkSync } from "node:fs";
import * as fs from "node:fs/promises";
import { basename, dirname, join, sep } from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import { fileError, isCode } from "./file-error.ts";
import type { ReadHandle, WriteHandle } from "./file-system.ts";
import { FolderSync } from "./folder-sync.ts";
import { moveToTrash, pruneTrash } from "./local-trash.ts";
import { keepsExecutable } from "./executable-bit.ts";
import { finishMove, moveFile } from "./move-file.ts";
import { decodeName, executableMode, readHandle, writeHandle, type StatHandle } from "./node-file-handles.ts";
import { nameProblem } from "./node-file-system.ts";
import { isExpected, stampAt, toStamp } from "./node-stamp.ts";
import { isReplaced, renameOverNothing, ReplacedFiles } from "./replace-file.ts";
import { ReplicaChanged, sameFile } from "./replica-files.ts";
import type { ListedEntry, ReplicaFiles, ReplicaPath, Stamp } from "./replica-files.ts";
import { deviceOf, isLinkedAs } from "./replica-link.ts";
import { changeablePath, hostPath, isOwn, ownPlaces, STAGE_PATH, type OwnPlaces } from "./replica-paths.ts";

const NO_FOLLOW = constants.O_NOFOLLOW ?? 0;
/** A pipe that took the place of a file does not hold up whoever opens it. */
const OPEN_READ = constants.O_RDONLY | NO_FOLLOW | (constants.O_NONBLOCK ?? 0);
const OPEN_PARTIAL = constants.O_RDWR | constants.O_CREAT | NO_FOLLOW;
/** So many stamps are taken before others get their turn: about 2 ms. */
const STAMPS_A_TURN = 500;
const COPY_PREFIX = "copy-";

/**
 * A replica on this machine's disk. Small things are done by synchronous calls, which also leaves no instant between a
 * look and the change that relies on it but that of the system; bytes, and syncing them to disk, are asynchronous.
 */
export class NodeReplicaFiles implements ReplicaFiles {
  readonly #root: string;
  readonly #id: string;
  readonly #now: () => number;
  readonly #places: OwnPlaces;
  readonly #device: bigint;
  /** Whether files have an executable bit that tells something and can be set. */
  readonly #hasBit: boolean;
  readonly #folders = new FolderSync();
  readonly #replaced: ReplacedFiles;

  /** `root` is without symlinks on the way; `id` the one under which it was linked (see `openReplica`). */
  constructor(root: string, id: string, now: () => number = Date.now) {
    this.#root = root;
    this.#id = id;
    this.#now = now;
    this.#places = ownPlaces(root);
    this.#device = deviceOf(root);
    this.#hasBit = keepsExecutable(this.#places.partial);
    this.#replaced = new ReplacedFiles(root, this.#places.stage, this.#device, now);
  }

  async isLinked(): Promise<boolean> {
    return isLinkedAs(this.#root, this.#id);
  }

  async list(path: ReplicaPath): Promise<ListedEntry[]> {
    const folder = hostPath(this.#root, path);
    if (stampAt(folder, this.#device)?.type === "other") throw fileError("ENOTDIR", "is no folder", path);
    const raws = await fs.readdir(folder, { encoding: "buffer" });
    const entries: ListedEntry[] = [];
    const prefix = Buffer.from(folder + sep);
    for (const [index, raw] of raws.entries()) {
      if (index % STAMPS_A_TURN === STAMPS_A_TURN - 1) await nextTurn();
      const name = decodeName(raw);
      if (path === "" && isOwn(name)) continue;
      if (path === STAGE_PATH && name !== null && isReplaced(name)) continue;
      entries.push({
        name,
        stamp: this.#stampIfAny(name === null ? Buffer.concat([prefix, raw]) : join(folder, name)),
      });
    }
    return entries.sort(byName);
  }

  #stampIfAny(path: string | Buffer): Stamp | null {
    try {
      const stamp = stampAt(path, this.#device);
      return stamp && this.#told(stamp);
    } catch {
      return null;
    }
  }

  async stat(path: ReplicaPath): Promise<Stamp | null> {
    const stamp = this.#stamp(path);
    return stamp && this.#told(stamp);
  }

  #told(stamp: Stamp): Stamp {
    return this.#hasBit ? stamp : { ...stamp, executable: null };
  }

  #stamp(path: ReplicaPath): Stamp | null {
    try {
      return stampAt(hostPath(this.#root, path), this.#device);
    } catch (error) {
      if (isCode(error, "ENOENT", "ENOTDIR")) return null;
      throw error;
    }
  }

  async openRead(path: ReplicaPath): Promise<ReadHandle> {
    const file = hostPath(this.#root, path);
    const stamp = stampAt(file, this.#device);
    if (!stamp) throw fileError("ENOENT", "no such file", path);
    if (stamp.type === "folder") throw fileError("EISDIR", "is a folder", path);
    if (stamp.type === "other") throw fileError("EINVAL", "is no file", path);
    return readHandle(await fs.open(file, OPEN_READ), this.#statHandle);
  }

  readonly #statHandle: StatHandle = async (file) => toStamp(await file.stat({ bigint: true }), this.#device);

  async makeFolder(path: ReplicaPath): Promise<Stamp> {
    const folder = changeablePath(this.#root, path);
    mkdirSync(folder);
    const made = this.#mustStamp(folder);
    await this.#folders.sync(dirname(folder));
    return this.#told(made);
  }

  async openPartial(name: string): Promise<WriteHandle> {
    const path = this.#partialPath(name);
    // One that is also a placed file's (a run was killed between its two names) must not be written to.
    if ((lstatSync(path, { throwIfNoEntry: false })?.nlink ?? 0) > 1) unlinkSync(path);
    return writeHandle(await fs.open(path, OPEN_PARTIAL, 0o666), this.#statHandle, this.#hasBit);
  }

  #partialPath(name: string): string {
    const problem = nameProblem(name, process.platform);
    if (problem) throw fileError("EINVAL", `a name ${problem}`, name);
    return join(this.#places.partial, name);
  }

  async place(name: string, to: ReplicaPath, expected: Stamp | null): Promise<Stamp> {
    const from = this.#partialPath(name);
    const target = changeablePath(this.#root, to);
    const partial = stampAt(from, this.#device);
    if (!partial) throw fileError("ENOENT", "no such partial file", name);
    if (expected) {
      this.#replaced.replace(from, target, expected);
    } else {
      try {
        renameOverNothing(from, target);
      } catch (error) {
        if (isCode(error, "EEXIST")) throw new ReplicaChanged(`something is at ${to} now`);
        throw error;
      }
    }
    return this.#arrived(target, partial);
  }

  /**
   * The stamp of what was just put at `target`. Where somebody wrote to it already, it is the one from before, which
   * tells the next look that something changed.
   */
  async #arrived(target: string, before: Stamp): Promise<Stamp> {
    const after = stampAt(target, this.#device);
    await this.#folders.sync(dirname(target));
    const isSame = after && (before.type === "folder" ? after.identity === before.identity : sameFile(after, before));
    return this.#told(isSame ? after : before);
  }

  async removePartial(name: string): Promise<void> {
    await fs.rm(this.#partialPath(name), { force: true });
  }

  async listPartials(): Promise<string[]> {
    return fs.readdir(this.#places.partial);
  }

  async move(from: ReplicaPath, to: ReplicaPath, expected: Stamp): Promise<Stamp> {
    const source = changeablePath(this.#root, from);
    const target = changeablePath(this.#root, to);
    const found = this.#expect(from, expected);
    const there = stampAt(target, this.#device);
    if (there) this.#renameSpelling(source, target, found, there);
    else if (found.type === "file") moveFile(this.#root, { from, to });
    else renameSync(source, target);
    const arrived = await this.#arrived(target, found);
    if (dirname(source) !== dirname(target)) await this.#folders.sync(dirname(source));
    return arrived;
  }

  /** What is at `target` may be the very entry that is to get this name, under another spelling. */
  #renameSpelling(source: string, target: string, found: Stamp, there: Stamp): void {
    const [from, to] = [dirname(source), dirname(target)];
    const isSameFolder = stampAt(from, this.#device)?.identity === stampAt(to, this.#device)?.identity;
    if (isSameFolder && basename(source) === basename(target)) return;
    // With equal identity, but listed under that very spelling, it is another hard link.
    if (there.identity !== found.identity || readdirSync(to).includes(basename(target)))
      throw fileError("EEXIST", "something is there", target);
    renameSync(source, target);
  }

  async copy(from: ReplicaPath, to: ReplicaPath, expected: Stamp): Promise<Stamp> {
    const target = changeablePath(this.#root, to);
    const source = changeablePath(this.#root, from);
    this.#expectFile(from, expected);
    if (stampAt(target, this.#device)) throw fileError("EEXIST", "something is there", to);
    const passing = this.#partialPath(`${COPY_PREFIX}${randomUUID()}`);
    try {
      await fs.copyFile(source, passing, constants.COPYFILE_FICLONE | constants.COPYFILE_EXCL);
      const file = await fs.open(passing, "r+");
      try {
        await file.utimes(new Date(expected.mtime), new Date(expected.mtime));
        await file.sync();
      } finally {
        await file.close();
      }
      this.#expectFile(from, expected);
      const copied = this.#mustStamp(passing);
      renameOverNothing(passing, changeablePath(this.#root, to));
      return await this.#arrived(target, copied);
    } finally {
      await fs.rm(passing, { force: true });
    }
  }

  async trash(path: ReplicaPath, expected: Stamp): Promise<void> {
    const source = changeablePath(this.#root, path);
    const { type } = this.#expect(path, expected);
    const shown = path.startsWith(`${STAGE_PATH}/`) ? path.slice(STAGE_PATH.length + 1) : path;
    const kind = type === "folder" ? "folder" : "file";
    const folder = moveToTrash(this.#places.trash, this.#now(), shown, source, kind);
    // Before the deletion is recorded: undone by a power failure, it would read as a new file.
    await Promise.all([folder, dirname(source)].map((each) => this.#folders.sync(each)));
  }

  async removeFolder(path: ReplicaPath): Promise<void> {
    const folder = changeablePath(this.#root, path);
    rmdirSync(folder);
    await this.#folders.sync(dirname(folder));
  }

  async setExecutable(path: ReplicaPath, executable: boolean, expected: Stamp): Promise<Stamp> {
    const file = changeablePath(this.#root, path);
    const found = this.#expectFile(path, expected);
    if (!this.#hasBit) return this.#told(found);
    chmodSync(file, executableMode(lstatSync(file).mode, executable));
    const after = stampAt(file, this.#device);
    return after && sameFile(after, found) ? after : found;
  }

  nameProblem(name: string): string | null {
    return isOwn(name) ? "is that of Ledge's own folder" : nameProblem(name, process.platform);
  }

  async freeBytes(): Promise<number> {
    const { bavail, bsize } = await fs.statfs(this.#root);
    return bavail * bsize;
  }

  /**
   * Clears up after a run that was killed; call it before anything else, under the replica's lock. Answers the names in
   * the root of files that somebody wrote to while they were being replaced.
   */
  async recover(): Promise<string[]> {
    for (const name of await this.listPartials()) if (name.startsWith(COPY_PREFIX)) await this.removePartial(name);
    finishMove(this.#root, this.#device);
    return this.#replaced.recover();
  }

  /** Removes for good what went to the local trash on days that were over at that time. */
  pruneTrash(olderThan: number): Promise<void> {
    return pruneTrash(this.#places.trash, olderThan);
  }

  #expect(path: ReplicaPath, expected: Stamp): Stamp {
    const found = this.#stamp(path);
    if (!isExpected(found, expected)) throw new ReplicaChanged(`${path} is not what it was`);
    return found;
  }

  #expectFile(path: ReplicaPath, expected: Stamp): Stamp {
    const found = this.#expect(path, expected);
    if (found.type !== "file") throw fileError("EINVAL", "is no file", path);
    return found;
  }

  #mustStamp(path: string): Stamp {
    const stamp = stampAt(path, this.#device);
    if (!stamp) throw fileError("ENOENT", "went away", path);
    return stamp;
  }
}

function byName(a: ListedEntry, b: ListedEntry): number {
  const [left, right] = [a.name ?? "", b.name ?? ""];
  return left < right ? -1 : left > right ? 1 : 0;
}
