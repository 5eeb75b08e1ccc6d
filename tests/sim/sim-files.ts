import type { LocalStat, ReadHandle, WriteHandle } from "../../client/ports/file-system.ts";
import {
  ReplicaChanged,
  sameBytes,
  type ListedEntry,
  type ReplicaFiles,
  type ReplicaPath,
  type Stamp,
} from "../../client/ports/replica-files.ts";
import { nameKey, numberedNames } from "../../core/names.ts";
import { joinPath, lastName, NO_BYTES, parentPath, SystemError, type Inode, type SimDisk } from "./disk.ts";
import type { SimProcess } from "./process.ts";
import { EPOCH } from "./scheduler.ts";

const PARTIAL = ".ledge/partial";
const TRASH = ".ledge/trash";
const STAGE = ".ledge/stage";

export interface DiskFaults {
  /** How likely a call fails with EIO. */
  ioErrors: number;
}

/** Makes the folder that a replica keeps for itself. */
export function linkDisk(disk: SimDisk): void {
  disk.makeFolder(".ledge");
  for (const path of [PARTIAL, TRASH, STAGE]) disk.makeFolder(path);
}

export function stampOf(inode: Inode): Stamp & { readonly executable: boolean } {
  return {
    type: inode.type === "symlink" ? "other" : inode.type,
    size: inode.bytes.length,
    mtime: Math.round(EPOCH + inode.modified),
    executable: inode.executable,
    identity: String(inode.id),
    modified: String(inode.modified),
    changed: String(inode.changed),
  };
}

/** As a replica on that disk is told: NTFS has no executable bit. */
export function stampOn(disk: SimDisk, inode: Inode): Stamp {
  const stamp = stampOf(inode);
  return disk.kind === "ntfs" ? { ...stamp, executable: null } : stamp;
}

/** `ReplicaFiles` on a simulated disk: each call is one event of simulated time. */
export class SimFiles implements ReplicaFiles {
  readonly disk: SimDisk;
  readonly #process: SimProcess;
  readonly #faults: DiskFaults;

  constructor(disk: SimDisk, process: SimProcess, faults: DiskFaults) {
    this.disk = disk;
    this.#process = process;
    this.#faults = faults;
  }

  isLinked(): Promise<boolean> {
    return this.#call("isLinked", () => this.disk.find(".ledge")?.type === "folder");
  }

  list(path: ReplicaPath): Promise<ListedEntry[]> {
    return this.#call(`list ${path}`, () =>
      this.disk
        .list(path)
        .filter(({ name }) => path !== "" || name !== ".ledge")
        .map(({ name, inode }) => ({ name, stamp: stampOn(this.disk, inode) })),
    );
  }

  stat(path: ReplicaPath): Promise<Stamp | null> {
    return this.#call(`stat ${path}`, () => this.#stamp(path));
  }

  openRead(path: ReplicaPath): Promise<ReadHandle> {
    return this.#call(`openRead ${path}`, () => {
      this.disk.read(path);
      return this.#handle(this.disk.get(path), path);
    });
  }

  makeFolder(path: ReplicaPath): Promise<Stamp> {
    return this.#call(`makeFolder ${path}`, () => {
      requirePath(path);
      return stampOn(this.disk, this.disk.makeFolder(path));
    });
  }

  openPartial(name: string): Promise<WriteHandle> {
    const path = joinPath(PARTIAL, name);
    return this.#call(`openPartial ${name}`, () => {
      requireName(name);
      const inode = this.disk.find(path) ?? this.disk.write(path, NO_BYTES);
      return this.#handle(inode, path);
    });
  }

  place(name: string, to: ReplicaPath, expected: Stamp | null): Promise<Stamp> {
    return this.#call(`place ${name} ${to}`, () => {
      requirePath(to);
      const partial = joinPath(PARTIAL, name);
      const file = this.disk.get(partial);
      const there = this.#stamp(to);
      if (expected ? !there || !sameBytes(there, expected) : there) throw new ReplicaChanged(to);
      this.disk.rename(partial, to);
      return stampOn(this.disk, file);
    });
  }

  removePartial(name: string): Promise<void> {
    return this.#call(`removePartial ${name}`, () => {
      requireName(name);
      if (this.disk.find(joinPath(PARTIAL, name))) this.disk.remove(joinPath(PARTIAL, name));
    });
  }

  listPartials(): Promise<string[]> {
    return this.#call("listPartials", () => this.disk.list(PARTIAL).map(({ name }) => name));
  }

  move(from: ReplicaPath, to: ReplicaPath, expected: Stamp): Promise<Stamp> {
    return this.#call(`move ${from} ${to}`, () => {
      requirePath(to);
      const inode = this.#expect(from, expected);
      const there = this.disk.find(to);
      if (there && (there !== inode || this.disk.find(parentPath(from)) !== this.disk.find(parentPath(to))))
        throw new SystemError("EEXIST", to);
      if (there && this.disk.key(lastName(from)) !== this.disk.key(lastName(to))) throw new SystemError("EEXIST", to);
      this.disk.rename(from, to);
      return stampOn(this.disk, inode);
    });
  }

  copy(from: ReplicaPath, to: ReplicaPath, expected: Stamp): Promise<Stamp> {
    return this.#call(`copy ${from} ${to}`, () => {
      requirePath(to);
      const source = this.#expect(from, expected);
      if (this.disk.find(to)) throw new SystemError("EEXIST", to);
      const copied = this.disk.write(to, this.disk.read(from));
      copied.executable = source.executable;
      copied.modified = source.modified;
      return stampOn(this.disk, copied);
    });
  }

  trash(path: ReplicaPath, expected: Stamp): Promise<void> {
    return this.#call(`trash ${path}`, () => {
      const inode = this.#expect(path, expected);
      this.disk.rename(path, this.#placeInTrash(path, inode.type === "folder" ? "folder" : "file"));
    });
  }

  removeFolder(path: ReplicaPath): Promise<void> {
    return this.#call(`removeFolder ${path}`, () => {
      requirePath(path);
      if (this.disk.get(path).type !== "folder") throw new SystemError("ENOTDIR", path);
      this.disk.remove(path);
    });
  }

  setExecutable(path: ReplicaPath, executable: boolean, expected: Stamp): Promise<Stamp> {
    return this.#call(`setExecutable ${path}`, () => {
      const file = this.#expect(path, expected);
      this.disk.setExecutable(path, executable);
      return stampOn(this.disk, file);
    });
  }

  nameProblem(name: string): string | null {
    return nameKey(name) === ".ledge" ? "that name is the client's own" : this.disk.nameProblem(name);
  }

  freeBytes(): Promise<number> {
    return this.#call("freeBytes", () => (this.disk.isFull ? 0 : 1e12));
  }

  #stamp(path: ReplicaPath): Stamp | null {
    const inode = this.disk.find(path);
    return inode && stampOn(this.disk, inode);
  }

  /** The first free path in the local trash: the one that it had, or one with a number. */
  #placeInTrash(path: string, type: "file" | "folder"): string {
    const names = path.split("/");
    const name = names.pop() ?? path;
    let folder = TRASH;
    const free = (wanted: string, isFit: (at: string) => boolean, of: "file" | "folder"): string => {
      const numbered = numberedNames(wanted, of);
      for (let n = 1; ; n++) {
        const at = joinPath(folder, n === 1 ? wanted : numbered(n).name);
        if (isFit(at)) return at;
      }
    };
    for (const each of names) {
      folder = free(each, (at) => [undefined, "folder"].includes(this.disk.find(at)?.type), "folder");
      if (!this.disk.find(folder)) this.disk.makeFolder(folder);
    }
    return free(name, (at) => this.disk.find(at) === null, type);
  }

  /** What is at the path, when that is what the caller thinks: its bytes for a file, itself for a folder. */
  #expect(path: ReplicaPath, expected: Stamp): Inode {
    const inode = this.disk.find(path);
    if (!inode) throw new ReplicaChanged(path);
    const stamp = stampOf(inode);
    const isSame = stamp.type === "folder" ? stamp.identity === expected.identity : sameBytes(stamp, expected);
    if (!isSame) throw new ReplicaChanged(path);
    return inode;
  }

  #handle(inode: Inode, path: string): WriteHandle {
    const writable = (): void => {
      if (this.disk.isFull) throw new SystemError("ENOSPC", path);
    };
    const stat = (): LocalStat => {
      const { type, size, mtime, executable, identity } = stampOf(inode);
      return { type, size, mtime, executable, identity };
    };
    return {
      stat: () => this.#call("fstat", stat),
      read: (buffer, position) =>
        this.#call("read", () => {
          const piece = inode.bytes.subarray(position, position + buffer.length);
          buffer.set(piece);
          return piece.length;
        }),
      close: () => this.#call("close", () => undefined),
      write: (bytes, position) =>
        this.#call("write", () => {
          writable();
          const grown = new Uint8Array(Math.max(inode.bytes.length, position + bytes.length));
          grown.set(inode.bytes);
          grown.set(bytes, position);
          this.disk.setBytes(inode, grown);
        }),
      truncate: (size) =>
        this.#call("truncate", () => {
          const cut = new Uint8Array(size);
          cut.set(inode.bytes.subarray(0, size));
          this.disk.setBytes(inode, cut);
        }),
      sync: () => this.#call("sync", () => undefined),
      finish: ({ mtime, executable }) =>
        this.#call("finish", () => {
          inode.modified = mtime - EPOCH;
          inode.executable = executable;
        }),
    };
  }

  #call<T>(what: string, effect: () => T): Promise<T> {
    const { random } = this.#process;
    return this.#process.call(what, random.delay(0.3), () => {
      if (this.disk.isUnmounted && what !== "isLinked") throw new SystemError("ENOENT", what);
      if (random.chance(this.#faults.ioErrors)) throw new SystemError("EIO", what);
      return effect();
    });
  }
}

/** Refuses paths that are no user's: outside of the root, or the client's own. */
function requirePath(path: string): void {
  const names = path.split("/");
  const own = path.startsWith(`${STAGE}/`) && names.length > 2;
  const isOdd = names.some((name) => name === "" || name === "." || name === "..");
  if (isOdd || (nameKey(names[0] ?? "") === ".ledge" && !own)) throw new SystemError("EINVAL", path);
}

function requireName(name: string): void {
  if (name === "" || name === "." || name === ".." || name.includes("/")) throw new SystemError("EINVAL", name);
}
