import { randomBytes } from "node:crypto";
import { lstatSync, mkdirSync, readdirSync, readFileSync, renameSync } from "node:fs";
import { open, readdir, realpath, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { newId } from "../../protocol/new-id.ts";
import { fileError, isCode } from "./file-error.ts";
import { stampAt } from "./node-stamp.ts";
import { isReplaced } from "./replace-file.ts";
import { OWN_FOLDER, ownPlaces } from "./replica-paths.ts";

/** `.ledge/replica.json`. */
interface ReplicaRecord {
  readonly id: string;
  /** The root folder's identity when it was linked: a copy of the folder has another. */
  readonly root: string;
  /** What the replica is in sync with, as its linker keeps it: it outlives the state beside it. */
  readonly link?: unknown;
}

export interface OpenedReplica {
  /** The folder without symlinks on the way. */
  readonly root: string;
  /** Names this replica, for as long as the folder is linked. */
  readonly id: string;
  /** It was not linked before. */
  readonly isNew: boolean;
  /**
   * It was linked as another folder: this is a copy of that one, or was moved here from another disk. Its state may be
   * another replica's: `relinkReplica` before anything is done with it.
   */
  readonly isCopy: boolean;
}

/** Opens a folder as a replica, making `.ledge` and its places in it where they are missing. */
export async function openReplica(folder: string): Promise<OpenedReplica> {
  const root = await realpath(folder);
  if (!lstatSync(root).isDirectory()) throw fileError("ENOTDIR", "is no folder", folder);
  makePlaces(root);
  const record = readRecord(root);
  if (!record) return { root, id: await link(root), isNew: true, isCopy: false };
  return { root, id: record.id, isNew: false, isCopy: record.root !== rootIdentity(root) };
}

/** Makes a replica of its own of a copied folder: it gets a new id, and what `.ledge` knew is forgotten. Answers the id. */
export async function relinkReplica(root: string): Promise<string> {
  const { own, partial } = ownPlaces(root);
  for (const name of await readdir(own)) {
    if (name.startsWith("state.db")) await rm(join(own, name), { force: true });
  }
  await rm(partial, { recursive: true, force: true });
  makePlaces(root);
  recoverStaged(root);
  return link(root);
}

/**
 * Brings what is staged, which are the user's files, into the root as `recovered <name>`: for where no state is left that
 * tells what it was.
 */
export function recoverStaged(root: string): void {
  const { stage } = ownPlaces(root);
  for (const name of readdirSync(stage)) {
    if (isReplaced(name)) continue;
    for (let n = 1; ; n++) {
      const free = join(root, n === 1 ? `recovered ${name}` : `recovered ${name} (${n})`);
      if (lstatSync(free, { throwIfNoEntry: false })) continue;
      renameSync(join(stage, name), free);
      break;
    }
  }
}

/** What was last kept by `keepRecordedLink`; undefined where nothing was. */
export function recordedLink(root: string): unknown {
  return readRecord(root)?.link;
}

/** Keeps, beside the replica's id, what it is in sync with: a JSON value. */
export async function keepRecordedLink(root: string, value: unknown): Promise<void> {
  const record = readRecord(root);
  if (record && JSON.stringify(record.link) !== JSON.stringify(value))
    await writeRecord(root, { ...record, link: value });
}

/** Whether the folder is there and is the one that was linked under this id. */
export function isLinkedAs(root: string, id: string): boolean {
  const record = readRecord(root);
  return record !== null && record.id === id && record.root === rootIdentity(root);
}

function makePlaces(root: string): void {
  const { own, partial, trash, stage } = ownPlaces(root);
  for (const folder of [own, partial, trash, stage]) {
    try {
      mkdirSync(folder, 0o700);
    } catch (error) {
      if (!isCode(error, "EEXIST")) throw error;
      if (!lstatSync(folder).isDirectory()) throw fileError("ENOTDIR", "is in the way", folder);
    }
  }
}

async function link(root: string): Promise<string> {
  const record: ReplicaRecord = { id: newId(), root: rootIdentity(root) };
  await writeRecord(root, record);
  return record.id;
}

async function writeRecord(root: string, record: ReplicaRecord): Promise<void> {
  const passing = join(root, OWN_FOLDER, `replica.json.${randomBytes(4).toString("hex")}`);
  const file = await open(passing, "wx", 0o600);
  try {
    await file.writeFile(JSON.stringify(record));
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(passing, recordPath(root));
}

/** Null where the folder is not linked, or its record cannot be understood. */
function readRecord(root: string): ReplicaRecord | null {
  try {
    const record = JSON.parse(readFileSync(recordPath(root), "utf8")) as Partial<ReplicaRecord> | null;
    if (typeof record?.id !== "string" || typeof record.root !== "string") return null;
    return { id: record.id, root: record.root, link: record.link };
  } catch (error) {
    if (error instanceof SyntaxError || isCode(error, "ENOENT", "ENOTDIR")) return null;
    throw error;
  }
}

function rootIdentity(root: string): string {
  return stampAt(root, deviceOf(root))?.identity ?? "";
}

/** The device that a replica's root is on. */
export function deviceOf(root: string): bigint {
  return lstatSync(root, { bigint: true, throwIfNoEntry: false })?.dev ?? 0n;
}

function recordPath(root: string): string {
  return join(root, OWN_FOLDER, "replica.json");
}
