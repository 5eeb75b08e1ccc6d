import { readFileSync, rmSync, unlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isCode } from "./file-error.ts";
import { stampAt } from "./node-stamp.ts";
import { renameOverNothing } from "./replace-file.ts";
import type { ReplicaPath } from "./replica-files.ts";
import { changeablePath, ownPlaces } from "./replica-paths.ts";

interface Move {
  readonly from: ReplicaPath;
  readonly to: ReplicaPath;
}

/**
 * Gives a file another name in a replica, over nothing: `EEXIST` where something is. What is being moved is written down
 * meanwhile: killed, the file may have both names, until `finishMove`.
 */
export function moveFile(root: string, move: Move): void {
  const [source, target] = [changeablePath(root, move.from), changeablePath(root, move.to)];
  writeFileSync(recordPath(root), JSON.stringify(move), { mode: 0o600 });
  try {
    renameOverNothing(source, target);
  } finally {
    rmSync(recordPath(root), { force: true });
  }
}

/** Takes the old name from a file that a killed run left with both: it would be taken for another file. */
export function finishMove(root: string, device: bigint): void {
  const move = readMove(root);
  if (move) dropOldName(root, move, device);
  rmSync(recordPath(root), { force: true });
}

function dropOldName(root: string, move: Move, device: bigint): void {
  try {
    const [source, target] = [changeablePath(root, move.from), changeablePath(root, move.to)];
    const [old, moved] = [stampAt(source, device), stampAt(target, device)];
    if (source === target || old?.type !== "file" || moved?.type !== "file") return;
    if (old.identity === moved.identity) unlinkSync(source);
  } catch (error) {
    // Somebody changed the folders since: what is there now are the user's files.
    if (!isCode(error, "ENOENT", "ENOTDIR", "EINVAL", "EACCES", "EPERM")) throw error;
  }
}

/** Null where no move was cut off, or before anything was moved. */
function readMove(root: string): Move | null {
  try {
    const move = JSON.parse(readFileSync(recordPath(root), "utf8")) as Partial<Move> | null;
    const { from, to } = move ?? {};
    return typeof from === "string" && typeof to === "string" ? { from, to } : null;
  } catch (error) {
    if (error instanceof SyntaxError || isCode(error, "ENOENT")) return null;
    throw error;
  }
}

function recordPath(root: string): string {
  return join(ownPlaces(root).own, "moving.json");
}
