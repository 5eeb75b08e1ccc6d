import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { ownPlaces } from "./replica-paths.ts";

/** Another process, or this one, syncs the folder already. */
export class ReplicaBusy extends Error {
  override readonly name = "ReplicaBusy";
  /** The process that does, as far as known. */
  readonly pid: number | null;

  constructor(pid: number | null) {
    super(`another process${pid === null ? "" : ` (${pid})`} syncs this folder already`);
    this.pid = pid;
  }
}

export interface ReplicaLock {
  release(): void;
}

const SQLITE_BUSY = 5;
/** Milliseconds: longer than a look at who holds the lock. */
const LOOKED_AT = 250;

/**
 * Holds a linked folder for this process (Y22), or throws `ReplicaBusy`. It is a transaction that is never ended: the
 * system's lock behind it goes with the process, however that ends.
 */
export function acquireReplicaLock(root: string): ReplicaLock {
  const { own } = ownPlaces(root);
  const owner = join(own, "lock.pid");
  const database = new DatabaseSync(join(own, "lock.db"), { timeout: LOOKED_AT });
  try {
    database.exec("BEGIN EXCLUSIVE");
  } catch (error) {
    database.close();
    if (isBusy(error)) throw new ReplicaBusy(readPid(owner));
    throw error;
  }
  writeFileSync(owner, String(process.pid));
  return { release: () => database.close() };
}

/** Whether a process syncs the folder, and which, as far as known. Holds nobody up. */
export function replicaHolder(root: string): { readonly pid: number | null } | null {
  const { own } = ownPlaces(root);
  const path = join(own, "lock.db");
  if (!existsSync(path)) return null;
  const database = new DatabaseSync(path, { readOnly: true });
  try {
    database.prepare("PRAGMA schema_version").get();
    return null;
  } catch (error) {
    if (isBusy(error)) return { pid: readPid(join(own, "lock.pid")) };
    throw error;
  } finally {
    database.close();
  }
}

function isBusy(error: unknown): boolean {
  return error instanceof Error && (error as { errcode?: unknown }).errcode === SQLITE_BUSY;
}

/** Only for the message: the process may have ended, and the file is no lock. */
function readPid(path: string): number | null {
  try {
    return Number.parseInt(readFileSync(path, "utf8"), 10) || null;
  } catch {
    return null;
  }
}
