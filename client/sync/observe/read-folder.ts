import type { ListedEntry, ReplicaPath, Stamp } from "../../ports/replica-files.ts";
import { slotKey, STAGE, type Entry } from "../entry.ts";
import { IGNORE_FILE } from "../ignore-rules.ts";
import { joinPath, localPath } from "../local-path.ts";
import { readIgnoreFile } from "./ignore-files.ts";
import type { Knowledge } from "./knowledge.ts";
import { isAbsence, systemCode } from "./system-code.ts";
import type { FolderTask } from "./work.ts";

/** With more names than this to look at, listing the folder costs less. */
const MAX_NAMES = 32;

/** What a folder was found to hold. */
export interface FolderReading {
  readonly task: FolderTask;
  readonly path: ReplicaPath;
  /** All that is in it, or what there is of the names asked for. */
  readonly children: readonly ListedEntry[];
  /** Whether `children` is all. */
  readonly isWhole: boolean;
  /** The folder's rules, where they are to be taken in; null where it has none any more. */
  readonly rules: { readonly stamp: Stamp; readonly text: string } | null | "unchanged";
}

export type ReadingResult =
  | FolderReading
  /** It is not, or not it, at the place that the tree has. */
  | { readonly task: FolderTask; readonly failure: "elsewhere" }
  | { readonly task: FolderTask; readonly failure: "unreadable"; readonly path: ReplicaPath; readonly why: string };

/** Looks at a folder without changing anything in the trees. */
export async function readFolder(knowledge: Knowledge, task: FolderTask): Promise<ReadingResult> {
  const path = localPath(knowledge.trees, task.id);
  if (path === null) return { task, failure: "elsewhere" };
  try {
    if (!(await isInPlace(knowledge, task.id, path))) return { task, failure: "elsewhere" };
    return await read(knowledge, task, path);
  } catch (error) {
    const code = systemCode(error);
    if (code === null) throw error;
    if (isAbsence(code)) {
      return task.id === STAGE
        ? { task, path, children: [], isWhole: true, rules: "unchanged" }
        : { task, failure: "elsewhere" };
    }
    return { task, failure: "unreadable", path, why: `cannot be looked into (${code})` };
  }
}

/** Whether what is at a folder entry's path is that folder. */
export async function isInPlace({ trees, files }: Knowledge, id: string, path: ReplicaPath): Promise<boolean> {
  if (id === STAGE || id === trees.rootId) return true;
  const stamp = await files.stat(path);
  return stamp?.type === "folder" && stamp.identity === trees.get(id)?.local?.stamp.identity;
}

async function read(knowledge: Knowledge, task: FolderTask, path: ReplicaPath): Promise<FolderReading> {
  if (!task.isWhole && canTakeAlone(knowledge, task.id, task.names)) {
    const children = await statAll(knowledge, path, [...task.names]);
    return { task, path, children, isWhole: false, rules: "unchanged" };
  }
  const children = await withoutVanished(knowledge, path, await knowledge.files.list(path));
  return { task, path, children, isWhole: true, rules: await readRules(knowledge, task, path, children) };
}

/** Whether the names can be looked at without the others of the folder. */
function canTakeAlone({ trees }: Knowledge, parent: string, names: ReadonlySet<string>): boolean {
  if (names.size > MAX_NAMES || names.has(IGNORE_FILE)) return false;
  // Where the system does not mind case or normal form, one file answers to several spellings: a listing tells its own.
  const slots = new Set<string>();
  for (const name of names) {
    const slot = slotKey({ parent, name });
    if (slots.has(slot) || trees.localAt(slot).some((entry) => entry.local?.name !== name)) return false;
    slots.add(slot);
  }
  return true;
}

async function statAll({ files }: Knowledge, path: ReplicaPath, names: readonly string[]): Promise<ListedEntry[]> {
  const children: ListedEntry[] = [];
  for (const name of names) {
    try {
      const stamp = await files.stat(joinPath(path, name));
      if (stamp) children.push({ name, stamp });
    } catch (error) {
      if (systemCode(error) === null) throw error;
      children.push({ name, stamp: null });
    }
  }
  return children;
}

/** Tells what went away while the folder was listed from what may not be looked at. */
async function withoutVanished(
  knowledge: Knowledge,
  path: ReplicaPath,
  children: readonly ListedEntry[],
): Promise<readonly ListedEntry[]> {
  const names = children.flatMap(({ name, stamp }) => (stamp === null && name !== null ? [name] : []));
  if (names.length === 0) return children;
  const again = await statAll(knowledge, path, names);
  return [...children.filter(({ name, stamp }) => stamp !== null || name === null), ...again];
}

/**
 * An ignore file that is being written is read once it is quiet, one that is missing believed to be gone after a while;
 * the rules that were there hold until then.
 */
async function readRules(
  knowledge: Knowledge,
  task: FolderTask,
  path: ReplicaPath,
  children: readonly ListedEntry[],
): Promise<FolderReading["rules"]> {
  const { trees, ignoreFiles, unsettled, clock } = knowledge;
  if (task.id === STAGE) return "unchanged";
  const child = children.find(({ name }) => name === IGNORE_FILE);
  if (child && !child.stamp) return "unchanged";
  const stamp = child?.stamp;
  if (stamp?.type !== "file") return ignoreFiles.has(task.id) ? missingRules(knowledge, task.id) : "unchanged";
  ignoreFiles.isThere(task.id);
  if (ignoreFiles.isCurrent(task.id, path, stamp)) return "unchanged";
  const isKnown = trees
    .localAt(slotKey({ parent: task.id, name: IGNORE_FILE }))
    .some(({ local }) => local?.name === IGNORE_FILE && local.stamp.changed === stamp.changed);
  const isQuiet = isKnown || unsettled.isQuiet(task.id, IGNORE_FILE, stamp, task.isScan, clock.now());
  if (!isQuiet && ignoreFiles.has(task.id)) return "unchanged";
  return { stamp, text: await readIgnoreFile(knowledge.files, joinPath(path, IGNORE_FILE)) };
}

function missingRules({ ignoreFiles, retries, times, clock }: Knowledge, folder: string): null | "unchanged" {
  const place = { parent: folder, name: IGNORE_FILE };
  const now = clock.now();
  const isGone = ignoreFiles.isMissingFor(folder, times.deletion, now);
  if (isGone) retries.remove(place);
  else retries.add(place, now);
  return isGone ? null : "unchanged";
}

/** The entries that a reading can tell of. */
export function knownIn({ trees }: Knowledge, { task, isWhole }: FolderReading): Entry[] {
  if (isWhole) return [...trees.localChildren(task.id)];
  const known: Entry[] = [];
  for (const name of task.names) {
    for (const entry of trees.localAt(slotKey({ parent: task.id, name })))
      if (!known.includes(entry)) known.push(entry);
  }
  return known;
}
