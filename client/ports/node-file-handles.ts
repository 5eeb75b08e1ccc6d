import type { Stats } from "node:fs";
import type * as fs from "node:fs/promises";
import type { LocalStat, ReadHandle, WriteHandle } from "./file-system.ts";

export type StatHandle = (file: fs.FileHandle) => Promise<LocalStat>;

/** A handle whose stamps are made by `stat`. */
export function readHandle(file: fs.FileHandle, stat: StatHandle): ReadHandle {
  return {
    stat: () => stat(file),
    read: async (buffer, position) => (await file.read(buffer, 0, buffer.length, position)).bytesRead,
    close: () => file.close(),
  };
}

/** `hasBit`: whether the file system keeps executable bits. */
export function writeHandle(
  file: fs.FileHandle,
  stat: StatHandle,
  hasBit: boolean = process.platform !== "win32",
): WriteHandle {
  return {
    ...readHandle(file, stat),
    write: async (bytes, position) => {
      for (let done = 0; done < bytes.length;) {
        done += (await file.write(bytes, done, bytes.length - done, position + done)).bytesWritten;
      }
    },
    truncate: (size) => file.truncate(size),
    finish: async ({ mtime, executable }) => {
      if (hasBit) {
        const { mode } = await file.stat();
        const wanted = executableMode(mode, executable);
        if (wanted !== (mode & 0o777)) await file.chmod(wanted);
      }
      await file.utimes(new Date(mtime), new Date(mtime));
    },
    sync: () => file.sync(),
  };
}

/** The permissions with or without the executable bit: who may read may execute, as `chmod +x` does under the usual umask. */
export function executableMode(mode: number, executable: boolean): number {
  return executable ? (mode & 0o777) | ((mode & 0o444) >> 2) : mode & 0o666;
}

/** False where the system has no such bit. */
export function isExecutable(mode: number): boolean {
  return process.platform !== "win32" && (mode & 0o100) !== 0;
}

type Typed = Pick<Stats, "isFile" | "isDirectory" | "isSymbolicLink">;

export function typeOf(entry: Typed): LocalStat["type"] {
  if (entry.isFile()) return "file";
  if (entry.isDirectory()) return "folder";
  return entry.isSymbolicLink() ? "symlink" : "other";
}

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Null where the name is no valid Unicode. */
export function decodeName(raw: Buffer): string | null {
  try {
    return utf8.decode(raw);
  } catch {
    return null;
  }
}
