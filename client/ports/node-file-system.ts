import { closeSync, constants, fstatSync, lstatSync, openSync, readSync, statSync, type Stats } from "node:fs";
import * as fs from "node:fs/promises";
import { join } from "node:path";
import { isCode } from "./file-error.ts";
import type { FileSystem, LocalEntry, LocalStat, WholeFile } from "./file-system.ts";
import { decodeName, isExecutable, readHandle, typeOf, writeHandle, type StatHandle } from "./node-file-handles.ts";

function localStat(stats: Stats): LocalStat {
  return {
    type: typeOf(stats),
    size: stats.size,
    // Rounding, not flooring: setting a time goes through seconds as a double, which may come back as x.9999 ms.
    mtime: Math.round(stats.mtimeMs),
    executable: isExecutable(stats.mode),
    identity: `${stats.dev}:${stats.ino}`,
  };
}

const statHandle: StatHandle = async (file) => localStat(await file.stat());

/**
 * Synchronous on purpose: five system calls of a few microseconds each, where their asynchronous forms take ten times as
 * long in the thread pool, and trees of many small files are bound by it.
 */
function readWhole(path: string): WholeFile {
  const file = openSync(path, "r");
  try {
    const before = localStat(fstatSync(file));
    const buffer = new Uint8Array(before.size + 1);
    let length = 0;
    while (length < buffer.length) {
      const got = readSync(file, buffer, length, buffer.length - length, length);
      length += got;
      // A file that still has the size that it had is at its end: no further read is needed to see that.
      if (got === 0 || length === before.size) break;
    }
    return { before, bytes: buffer.subarray(0, length), after: localStat(fstatSync(file)) };
  } finally {
    closeSync(file);
  }
}

async function list(path: string): Promise<LocalEntry[]> {
  const entries = await fs.readdir(path, { withFileTypes: true, encoding: "buffer" });
  return entries
    .map((entry) => ({ name: decodeName(entry.name), type: typeOf(entry) }))
    .sort((a, b) => ((a.name ?? "") < (b.name ?? "") ? -1 : 1));
}

const WINDOWS_RESERVED = /^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\.|$)/i;

/** Exported for its test; `platform` is that of `process.platform`. */
export function nameProblem(name: string, platform: string): string | null {
  if (name === "" || name === "." || name === "..") return "is not a name";
  if (name.includes("/") || name.includes("\0")) return "holds a character that paths reserve";
  if (new TextEncoder().encode(name).length > 255 && platform !== "win32") return "is longer than 255 bytes";
  if (platform !== "win32") return null;
  if (/[<>:"\\|?*\u0001-\u001f]/.test(name)) return "holds a character that Windows does not allow";
  if (/[. ]$/.test(name)) return "ends in a dot or a space, which Windows does not allow";
  return WINDOWS_RESERVED.test(name) ? "is reserved by Windows" : null;
}

const OPEN_WRITE = constants.O_RDWR | constants.O_CREAT | (constants.O_NOFOLLOW ?? 0);

export const nodeFileSystem: FileSystem = {
  // Synchronous for the reason that `readWhole` is.
  stat: async (path, { follow = false } = {}) => {
    try {
      return localStat(follow ? statSync(path) : lstatSync(path));
    } catch (error) {
      if (isCode(error, "ENOENT", "ENOTDIR")) return null;
      throw error;
    }
  },
  list,
  openRead: async (path) => readHandle(await fs.open(path, "r"), statHandle),
  // A file system's error is to reject, as everywhere in this port.
  readWhole: async (path) => readWhole(path),
  openWrite: async (path) => writeHandle(await fs.open(path, OPEN_WRITE, 0o666), statHandle),
  makeFolder: async (path) => {
    await fs.mkdir(path);
  },
  setFolderTime: (path, mtime) => fs.utimes(path, new Date(mtime), new Date(mtime)),
  rename: (from, to) => fs.rename(from, to),
  remove: (path) => fs.rm(path, { force: true }),
  join,
  nameProblem: (name) => nameProblem(name, process.platform),
};
