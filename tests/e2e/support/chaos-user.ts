import { randomBytes } from "node:crypto";
import {
  chmodSync,
  closeSync,
  cpSync,
  existsSync,
  fstatSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  renameSync,
  statSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import type { Prng } from "../../sim/prng.ts";

const TOKEN = /@@[0-9a-z]+-\d+@@/g;
/** Names that several replicas come upon, so that they collide. */
const COMMON_NAMES = ["notes.md", "Report.txt", "data.bin", "größe.txt", "a b.c", "TODO"];
/** Files that one deletion of a folder takes away, at most. */
const MOST_DELETED = 60;

/** Every write carries a token of its own; those that nobody overwrote or deleted must be found in the end. */
export class TokenLedger {
  readonly #prefix: string;
  readonly #required = new Map<string, string>();
  #count = 0;

  constructor(seed: number) {
    this.#prefix = seed.toString(36);
  }

  get count(): number {
    return this.#count;
  }

  make(where: string): string {
    const token = `@@${this.#prefix}-${++this.#count}@@`;
    this.#required.set(token, where);
    return token;
  }

  /** These bytes were overwritten or deleted on purpose. */
  release(bytes: Buffer): void {
    for (const token of tokensIn(bytes)) this.#required.delete(token);
  }

  /** Required tokens that are not among the given ones, with where they were written. */
  missing(found: ReadonlySet<string>): [token: string, where: string][] {
    return [...this.#required].filter(([token]) => !found.has(token));
  }
}

export function tokensIn(bytes: Buffer): string[] {
  return bytes.toString("latin1").match(TOKEN) ?? [];
}

const DEEDS = {
  create: 20,
  createCommon: 8,
  createLarge: 1,
  editText: 25,
  overwrite: 12,
  saveByRename: 10,
  deleteFile: 8,
  deleteFolder: 2,
  moveFile: 10,
  moveFolder: 5,
  makeFolder: 6,
  renameCase: 4,
  copyFile: 4,
  toggleExecutable: 3,
} as const;
type Deed = keyof typeof DEEDS;

/**
 * Somebody who works in a replica's folder, at random. What is overwritten or deleted is told to the ledger by the very
 * bytes that went: read through the handle that they are overwritten by, or after they were moved out of the folder.
 */
export class ChaosUser {
  readonly #root: string;
  readonly #graveyard: string;
  readonly #prng: Prng;
  readonly #ledger: TokenLedger;
  #buried = 0;

  constructor(root: string, graveyard: string, prng: Prng, ledger: TokenLedger) {
    this.#root = root;
    this.#graveyard = graveyard;
    this.#prng = prng;
    this.#ledger = ledger;
  }

  /** Does one thing; answers what. What the sync changed under one's hands is a deed that did not happen. */
  act(): string {
    const deed = this.#prng.weighted<Deed>(DEEDS);
    try {
      return `${deed} ${this[deed]()}`;
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === "ENOENT" || code === "ENOTDIR" || code === "EISDIR" || code === "ENOTEMPTY" || code === "EEXIST")
        return `${deed} came too late`;
      throw error;
    }
  }

  create(): string {
    const path = join(this.#folder(), `file ${this.#prng.int(0, 1e6)}.${this.#prng.pick(["txt", "bin"])}`);
    return this.#writeNew(path, this.#prng.int(0, 20_000));
  }

  createCommon(): string {
    return this.#writeNew(join(this.#folder(), this.#prng.pick(COMMON_NAMES)), this.#prng.int(0, 2_000));
  }

  createLarge(): string {
    return this.#writeNew(join(this.#folder(), `large ${this.#prng.int(0, 1e6)}.bin`), this.#prng.int(3e6, 12e6));
  }

  /** A line more, somewhere. */
  editText(): string {
    const path = this.#file(/\.(txt|md|c)$|TODO$/);
    return this.#rewrite(path, (before) => {
      const lines = before.toString("latin1").split("\n");
      lines.splice(this.#prng.int(0, lines.length), 0, this.#ledger.make(path));
      return { after: Buffer.from(lines.join("\n"), "latin1"), isKept: true };
    });
  }

  overwrite(): string {
    const path = this.#file();
    return this.#rewrite(path, () => ({ after: this.#content(path, this.#prng.int(0, 20_000)), isKept: false }));
  }

  /** As many editors do. */
  saveByRename(): string {
    const path = this.#file();
    const passing = join(this.#root, path, "..", `.~${this.#prng.int(0, 1e6)}`);
    writeFileSync(passing, this.#content(path, this.#prng.int(0, 5_000)));
    this.#bury(path);
    renameSync(passing, join(this.#root, path));
    return path;
  }

  deleteFile(): string {
    const path = this.#file();
    this.#bury(path);
    return path;
  }

  deleteFolder(): string {
    const path = this.#folder();
    if (path === "" || filesIn(join(this.#root, path)).length > MOST_DELETED) return "nothing";
    this.#bury(path);
    return path;
  }

  moveFile(): string {
    const from = this.#file();
    const isRename = this.#prng.chance(0.5);
    const to = isRename ? `${from.replace(/[^/]*$/, "")}moved ${this.#prng.int(0, 1e6)}.txt` : this.#into(from);
    return this.#move(from, to);
  }

  moveFolder(): string {
    const from = this.#folder();
    const to = from === "" ? "" : this.#into(from);
    return from === "" || to.startsWith(`${from}/`) ? "nothing" : this.#move(from, to);
  }

  makeFolder(): string {
    const path = join(this.#folder(), `folder ${this.#prng.int(0, 200)}`);
    mkdirSync(join(this.#root, path));
    return path;
  }

  renameCase(): string {
    const from = this.#file();
    const slash = from.lastIndexOf("/") + 1;
    const name = from.slice(slash);
    const turned = name === name.toUpperCase() ? name.toLowerCase() : name.toUpperCase();
    return turned === name ? "nothing" : this.#move(from, from.slice(0, slash) + turned);
  }

  copyFile(): string {
    const from = this.#file();
    const to = join(this.#folder(), `copy ${this.#prng.int(0, 1e6)}`);
    cpSync(join(this.#root, from), join(this.#root, to), { errorOnExist: true, force: false });
    return `${from} → ${to}`;
  }

  toggleExecutable(): string {
    const path = this.#file();
    chmodSync(join(this.#root, path), (statSync(join(this.#root, path)).mode & 0o100) === 0 ? 0o755 : 0o644);
    return path;
  }

  #writeNew(path: string, size: number): string {
    if (existsSync(join(this.#root, path))) return "nothing";
    const descriptor = openSync(join(this.#root, path), "wx");
    try {
      writeSync(descriptor, this.#content(path, size));
    } finally {
      closeSync(descriptor);
    }
    return path;
  }

  #rewrite(path: string, change: (before: Buffer) => { readonly after: Buffer; readonly isKept: boolean }): string {
    const descriptor = openSync(join(this.#root, path), "r+");
    try {
      const before = Buffer.alloc(fstatSync(descriptor).size);
      readSync(descriptor, before, 0, before.length, 0);
      const { after, isKept } = change(before);
      if (!isKept) this.#ledger.release(before);
      ftruncateSync(descriptor, 0);
      writeSync(descriptor, after, 0, after.length, 0);
    } finally {
      closeSync(descriptor);
    }
    return path;
  }

  #move(from: string, to: string): string {
    if (from === to || existsSync(join(this.#root, to))) return "nothing";
    renameSync(join(this.#root, from), join(this.#root, to));
    return `${from} → ${to}`;
  }

  #bury(path: string): void {
    const grave = join(this.#graveyard, String(this.#buried++));
    renameSync(join(this.#root, path), grave);
    for (const file of statSync(grave).isDirectory() ? filesIn(grave) : [grave])
      this.#ledger.release(readFileSync(file));
  }

  #content(path: string, size: number): Buffer {
    const head = Buffer.from(`${this.#ledger.make(path)}\n`);
    if (!/\.(txt|md)$/.test(path)) return Buffer.concat([head, Buffer.from([0]), randomBytes(size)]);
    const lines = Array.from({ length: Math.ceil(size / 40) }, (_, n) => `line ${n} ${this.#prng.int(0, 1e9)}`);
    return Buffer.concat([head, Buffer.from(`${lines.join("\n")}\n`)]);
  }

  #into(from: string): string {
    return join(this.#folder(), from.slice(from.lastIndexOf("/") + 1));
  }

  /** A folder's path, "" for the root: some random steps down. */
  #folder(): string {
    let path = "";
    for (let depth = this.#prng.int(0, 4); depth > 0; depth--) {
      const below = this.#entries(path).filter((entry) => entry.isDirectory());
      if (below.length === 0) break;
      path = join(path, this.#prng.pick(below).name);
    }
    return path;
  }

  #file(pattern = /./): string {
    for (let tries = 0; tries < 30; tries++) {
      const path = this.#folder();
      const files = this.#entries(path).filter((entry) => entry.isFile() && pattern.test(entry.name));
      if (files.length > 0) return join(path, this.#prng.pick(files).name);
    }
    throw Object.assign(new Error("no file found"), { code: "ENOENT" });
  }

  #entries(path: string): { name: string; isDirectory(): boolean; isFile(): boolean }[] {
    const entries = readdirSync(join(this.#root, path), { withFileTypes: true });
    return entries.filter(({ name }) => !(path === "" && name === ".ledge")).sort((a, b) => (a.name < b.name ? -1 : 1));
  }
}

function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

/** Makes a tree of so many files with the sizes that source trees and documents have. */
export function makeRandomTree(root: string, files: number, prng: Prng, ledger: TokenLedger): void {
  const folders = [""];
  for (let i = 0; i < files / 12; i++) {
    const path = join(prng.pick(folders.slice(-40)), `${prng.pick(["src", "lib", "docs", "2026"])} ${i}`);
    if (path.split("/").length > 8) continue;
    mkdirSync(join(root, path), { recursive: true });
    folders.push(path);
  }
  for (let i = 0; i < files; i++) {
    const name = `file ${i}.${prng.pick(["txt", "md", "bin", "js"])}`;
    const size = Math.min(4e6, Math.round(Math.exp(5 + prng.next() * 5 + (prng.chance(0.01) ? 4 : 0))));
    const path = join(prng.pick(folders), name);
    const text = `${ledger.make(path)}\n`;
    const rest = name.endsWith(".bin")
      ? Buffer.concat([Buffer.from([0]), randomBytes(size)])
      : Buffer.from(`line of file ${i}\n`.repeat(size / 18));
    writeFileSync(join(root, path), Buffer.concat([Buffer.from(text), rest]));
  }
}
