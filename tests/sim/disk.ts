import { nameKey, nameProblem, portability } from "../../core/names.ts";
import { EPOCH } from "./scheduler.ts";

/**
 * How a file system compares and keeps names: as bytes (Linux), by case only (NTFS), by case and normal form (APFS), or
 * that and rewriting them to NFD (HFS+).
 */
export type DiskKind = "posix" | "ntfs" | "apfs" | "hfs";

export interface DiskOptions {
  readonly kind: DiskKind;
  /** Milliseconds between two times that the disk can tell apart. */
  readonly granularity: number;
  /** Whether a rename counts as a change of the file renamed. */
  readonly renameChanges: boolean;
}

export interface Inode {
  readonly id: number;
  readonly type: "file" | "folder" | "symlink";
  bytes: Uint8Array;
  readonly children: Map<string, Link>;
  /** Milliseconds since the simulation's beginning, as the disk's clock has it. */
  modified: number;
  changed: number;
  executable: boolean;
  /** May not be read. */
  denied: boolean;
}

export interface Link {
  readonly name: string;
  readonly inode: Inode;
}

/** An error as a system gives it. */
export class SystemError extends Error {
  override readonly name = "SystemError";
  readonly code: string;

  constructor(code: string, detail: string) {
    super(`${code}: ${detail}`);
    this.code = code;
  }
}

export const NO_BYTES = new Uint8Array(0);

/** A file system in memory, as its users and programs see it. Paths are names joined by `/`, "" is the root. */
export class SimDisk {
  readonly kind: DiskKind;
  readonly options: DiskOptions;
  root: Inode;
  /** Nothing more can be written. */
  isFull = false;
  /** The root is another, empty folder. */
  isUnmounted = false;
  /** Told of each path that changed, as a watcher would be. */
  onChange: ((path: string) => void) | undefined;
  readonly #now: () => number;
  #made = 0;

  constructor(options: DiskOptions, now: () => number) {
    this.kind = options.kind;
    this.options = options;
    this.#now = now;
    this.root = this.#newInode("folder");
  }

  find(path: string): Inode | null {
    return this.findLink(path)?.inode ?? null;
  }

  findLink(path: string): Link | null {
    if (this.isUnmounted) return null;
    let link: Link = { name: "", inode: this.root };
    if (path === "") return link;
    for (const name of path.split("/")) {
      const next = link.inode.children.get(this.key(name));
      if (!next) return null;
      link = next;
    }
    return link;
  }

  get(path: string): Inode {
    const inode = this.find(path);
    if (inode) return inode;
    let above = parentPath(path);
    while (above !== "" && !this.find(above)) above = parentPath(above);
    throw new SystemError(above !== "" && this.find(above)?.type !== "folder" ? "ENOTDIR" : "ENOENT", path);
  }

  list(path: string): Link[] {
    const folder = this.get(path);
    if (folder.type !== "folder") throw new SystemError("ENOTDIR", path);
    if (folder.denied) throw new SystemError("EACCES", path);
    return [...folder.children.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  read(path: string): Uint8Array {
    const inode = this.get(path);
    if (inode.type === "folder") throw new SystemError("EISDIR", path);
    if (inode.type === "symlink") throw new SystemError("ELOOP", path);
    if (inode.denied) throw new SystemError("EACCES", path);
    return inode.bytes;
  }

  /** Writes a file's bytes, in place where it is there. */
  write(path: string, bytes: Uint8Array): Inode {
    this.#needRoom(path);
    const there = this.find(path);
    if (there && there.type !== "file") throw new SystemError("EISDIR", path);
    const file = there ?? this.#link(path, this.#newInode("file"));
    this.setBytes(file, bytes);
    this.onChange?.(path);
    return file;
  }

  /** Gives an open file new bytes, wherever it is. */
  setBytes(file: Inode, bytes: Uint8Array): void {
    file.bytes = bytes;
    file.modified = this.#tick();
    file.changed = file.modified;
  }

  makeFolder(path: string): Inode {
    this.#needRoom(path);
    if (this.find(path)) throw new SystemError("EEXIST", path);
    const folder = this.#link(path, this.#newInode("folder"));
    this.onChange?.(path);
    return folder;
  }

  symlink(path: string): void {
    if (this.find(path)) throw new SystemError("EEXIST", path);
    this.#link(path, this.#newInode("symlink"));
    this.onChange?.(path);
  }

  /** A second name of a file. */
  hardLink(from: string, to: string): void {
    if (this.find(to)) throw new SystemError("EEXIST", to);
    const file = this.get(from);
    if (file.type !== "file") throw new SystemError("EPERM", from);
    this.#link(to, file);
    this.onChange?.(to);
  }

  /** As POSIX has it: a file takes the place of a file, a folder that of an empty folder; a file's other name is left. */
  rename(from: string, to: string): void {
    const source = this.findLink(from);
    if (!source || from === "") throw new SystemError("ENOENT", from);
    if (`${to}/`.startsWith(`${from}/`) && to !== from) throw new SystemError("EINVAL", `${from} to ${to}`);
    const target = this.find(to);
    if (target && target !== source.inode) {
      if (target.type === "folder") {
        if (source.inode.type !== "folder") throw new SystemError("EISDIR", to);
        if (target.children.size > 0) throw new SystemError("ENOTEMPTY", to);
      } else if (source.inode.type === "folder") throw new SystemError("ENOTDIR", to);
    }
    const folder = this.#parentOf(to);
    if (target === source.inode && this.#parentOf(from) !== folder) return;
    if (target === source.inode && this.key(lastName(from)) !== this.key(lastName(to))) return;
    this.#parentOf(from).children.delete(this.key(lastName(from)));
    folder.children.set(this.key(lastName(to)), { name: this.#kept(lastName(to)), inode: source.inode });
    this.#touchFolder(this.#parentOf(from));
    this.#touchFolder(folder);
    if (this.options.renameChanges) source.inode.changed = this.#tick();
    this.onChange?.(from);
    this.onChange?.(to);
  }

  /** Removes a file, or an empty folder. */
  remove(path: string): void {
    const inode = this.get(path);
    if (path === "") throw new SystemError("EBUSY", path);
    if (inode.children.size > 0) throw new SystemError("ENOTEMPTY", path);
    const folder = this.#parentOf(path);
    folder.children.delete(this.key(lastName(path)));
    inode.changed = this.#tick();
    this.#touchFolder(folder);
    this.onChange?.(path);
  }

  /** `rm -r`. */
  removeAll(path: string): void {
    const inode = this.get(path);
    for (const { name } of inode.children.values()) this.removeAll(`${path}/${name}`);
    this.remove(path);
  }

  setExecutable(path: string, executable: boolean): void {
    const file = this.get(path);
    file.executable = executable;
    file.changed = this.#tick();
    this.onChange?.(path);
  }

  /** @param mtime - Milliseconds since 1970. */
  setMtime(path: string, mtime: number): void {
    const file = this.get(path);
    file.modified = mtime - EPOCH;
    file.changed = this.#tick();
    this.onChange?.(path);
  }

  /** All paths of what is there, folders before what is in them; without `.ledge`. */
  paths(): string[] {
    const paths: string[] = [];
    const walk = (folder: Inode, prefix: string): void => {
      const links = [...folder.children.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
      for (const { name, inode } of links) {
        if (prefix === "" && name === ".ledge") continue;
        paths.push(prefix + name);
        if (inode.type === "folder") walk(inode, `${prefix}${name}/`);
      }
    };
    if (!this.isUnmounted) walk(this.root, "");
    return paths;
  }

  /** What two names of one folder have in common when they name the same entry. */
  key(name: string): string {
    switch (this.kind) {
      case "posix":
        return name;
      case "ntfs":
        return name.toUpperCase();
      default:
        return nameKey(name);
    }
  }

  nameProblem(name: string): string | null {
    const [reason] = this.kind === "ntfs" ? portability(name) : [];
    return reason ?? nameProblem(name);
  }

  #kept(name: string): string {
    return this.kind === "hfs" ? name.normalize("NFD") : name;
  }

  #link(path: string, inode: Inode): Inode {
    const name = lastName(path);
    if (this.nameProblem(name) !== null) throw new SystemError("EINVAL", path);
    const folder = this.#parentOf(path);
    folder.children.set(this.key(name), { name: this.#kept(name), inode });
    this.#touchFolder(folder);
    inode.changed = this.#tick();
    return inode;
  }

  #parentOf(path: string): Inode {
    const folder = this.get(parentPath(path));
    if (folder.type !== "folder") throw new SystemError("ENOTDIR", path);
    return folder;
  }

  #touchFolder(folder: Inode): void {
    folder.modified = this.#tick();
    folder.changed = folder.modified;
  }

  #newInode(type: Inode["type"]): Inode {
    const time = this.#tick();
    const id = ++this.#made;
    return {
      id,
      type,
      bytes: NO_BYTES,
      children: new Map(),
      modified: time,
      changed: time,
      executable: false,
      denied: false,
    };
  }

  #needRoom(path: string): void {
    if (this.isFull) throw new SystemError("ENOSPC", path);
    if (this.isUnmounted) throw new SystemError("ENOENT", path);
  }

  #tick(): number {
    const { granularity } = this.options;
    return Math.floor(this.#now() / granularity) * granularity;
  }
}

export function lastName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

export function parentPath(path: string): string {
  const slash = path.lastIndexOf("/");
  return slash < 0 ? "" : path.slice(0, slash);
}

export function joinPath(folder: string, name: string): string {
  return folder === "" ? name : `${folder}/${name}`;
}
