import { randomUUID } from "node:crypto";
import { chmodSync, closeSync, lstatSync, openSync, rmSync } from "node:fs";
import { join } from "node:path";
import { isExecutable } from "./node-file-handles.ts";

/**
 * Whether the file system below a folder keeps executable bits: Windows has none, and FAT, exFAT and many network and
 * foreign file systems show one bit for all files, whatever is set. Tried with a file that is removed again; true where
 * that cannot be.
 */
export function keepsExecutable(folder: string): boolean {
  if (process.platform === "win32") return false;
  const path = join(folder, `copy-${randomUUID()}`);
  try {
    closeSync(openSync(path, "wx", 0o600));
  } catch {
    return true;
  }
  try {
    if (isExecutable(lstatSync(path).mode)) return false;
    chmodSync(path, 0o700);
    return isExecutable(lstatSync(path).mode);
  } catch {
    return false;
  } finally {
    rmSync(path, { force: true });
  }
}
