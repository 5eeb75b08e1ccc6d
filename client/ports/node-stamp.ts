import { lstatSync, type BigIntStats } from "node:fs";
import { isExecutable, typeOf } from "./node-file-handles.ts";
import { sameBytes, type Stamp } from "./replica-files.ts";

/**
 * Devices are numbered anew when they are mounted, so that of the root is left out. Where inode numbers are soon used
 * again the time of birth keeps them apart; macOS never reuses them and changes that time with mtime, Windows has the
 * count of reuses in them.
 */
function identityOf(stats: BigIntStats, rootDevice: bigint): string {
  const device = stats.dev === rootDevice ? "" : `${stats.dev}:`;
  const birth = process.platform === "linux" ? `:${stats.birthtimeNs}` : "";
  return `${device}${stats.ino}${birth}`;
}

/**
 * The executable bit is as the system tells it, which may have none. Another disk's folder is no folder of the replica's:
 * nothing can be moved into it or out of it, and it is empty when that disk is not mounted.
 */
export function toStamp(stats: BigIntStats, rootDevice: bigint): Stamp & { readonly executable: boolean } {
  const type = typeOf(stats);
  const isMount = type === "folder" && stats.dev !== rootDevice;
  return {
    type: type === "symlink" || isMount ? "other" : type,
    size: Number(stats.size),
    // Rounding, not flooring: setting a time goes through seconds as a double, which may come back as x.9999 ms.
    mtime: Math.round(Number(stats.mtimeNs) / 1e6),
    executable: isExecutable(Number(stats.mode)) && type === "file",
    identity: identityOf(stats, rootDevice),
    modified: String(stats.mtimeNs),
    changed: String(stats.ctimeNs),
  };
}

/** Null where nothing is there. Synchronous: a system call of microseconds. */
export function stampAt(path: string | Buffer, rootDevice: bigint): Stamp | null {
  const stats = lstatSync(path, { bigint: true, throwIfNoEntry: false });
  return stats ? toStamp(stats, rootDevice) : null;
}

/** Whether what was found is what a caller expects; see `ReplicaFiles`. */
export function isExpected(found: Stamp | null, expected: Stamp): found is Stamp {
  if (found?.type === "folder") return expected.type === "folder" && found.identity === expected.identity;
  return found !== null && sameBytes(found, expected);
}
