import { linkSync, lstatSync, readdirSync, renameSync, unlinkSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileError, isCode } from "./file-error.ts";
import { isExpected, stampAt } from "./node-stamp.ts";
import { ReplicaChanged, sameBytes, sameFile, type Stamp } from "./replica-files.ts";

/** What systems and file systems say that have no hard links. */
const NO_LINKS = ["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EXDEV", "EMLINK"];

/** Gives a file another name, over nothing: `EEXIST` where something is. Killed, it may have both names. */
export function renameOverNothing(from: string, to: string): void {
  try {
    linkSync(from, to);
  } catch (error) {
    if (!isCode(error, ...NO_LINKS)) throw error;
    if (lstatSync(to, { throwIfNoEntry: false })) throw fileError("EEXIST", "something is there", to);
    renameSync(from, to);
    return;
  }
  unlinkSync(from);
}

const REPLACED = "replaced-";
let replacements = 0;

/** Whether a name in the stage is that of a file that was being replaced. */
export function isReplaced(name: string): boolean {
  return name.startsWith(REPLACED);
}

/**
 * Puts the file `from` in the place of `to`, in one step to whoever looks, where `to` is still what is expected. What is
 * replaced keeps a second name in `stage` until it is seen that nobody wrote to it on the way; what somebody did write is
 * kept beside `to` under a conflict name. Killed, that second name remains: see `recoverReplaced`.
 */
export function replaceFile(
  from: string,
  to: string,
  expected: Stamp,
  { stage, rootDevice, now }: { stage: string; rootDevice: bigint; now: number },
): void {
  if (!isExpected(stampAt(to, rootDevice), expected)) throw new ReplicaChanged(`${to} is not what it was`);
  const aside = join(stage, asideName(expected, basename(to)));
  try {
    linkSync(to, aside);
  } catch (error) {
    if (!isCode(error, ...NO_LINKS)) throw error;
    renameSync(from, to);
    return;
  }
  const linked = stampAt(aside, rootDevice);
  const found = stampAt(to, rootDevice);
  if (!linked || !found || !sameFile(linked, expected) || !sameBytes(found, linked)) {
    unlinkSync(aside);
    throw new ReplicaChanged(`${to} is not what it was`);
  }
  try {
    renameSync(from, to);
  } catch (error) {
    unlinkSync(aside);
    throw error;
  }
  const after = stampAt(aside, rootDevice);
  if (after && sameFile(after, expected)) unlinkSync(aside);
  else keepBeside(aside, dirname(to), basename(to), now);
}

/** Size, time and name of the file are in the name of its link, so that a later run can tell what became of it. */
function asideName(expected: Stamp, name: string): string {
  const head = `${REPLACED}${process.pid}.${replacements++}-${expected.size}-${expected.modified}-`;
  return head + fitted("", name, 255 - head.length);
}

/**
 * Looks at what a killed run left of files that it was replacing: those that nobody wrote to are removed, others come
 * into the root under a conflict name. Answers the names that those got.
 */
export function recoverReplaced(root: string, stage: string, now: number): string[] {
  const kept: string[] = [];
  for (const entry of readdirSync(stage)) {
    const parts = /^replaced-[\d.]+-(\d+)-(-?\d+)-(.+)$/.exec(entry);
    if (!parts) continue;
    const [, size = "", modified = "", name = entry] = parts;
    const aside = join(stage, entry);
    const stats = lstatSync(aside, { bigint: true });
    // With another name left, the file is still in its place: it was not replaced.
    const isNeedless = stats.nlink > 1n || (String(stats.size) === size && String(stats.mtimeNs) === modified);
    if (isNeedless) unlinkSync(aside);
    else kept.push(keepBeside(aside, root, name, now));
  }
  return kept;
}

/** Moves a file into a folder as `stem (conflict DATE).ext`, over nothing. */
function keepBeside(aside: string, folder: string, name: string, now: number): string {
  const day = new Date(now).toISOString().slice(0, 10);
  for (let n = 1; ; n++) {
    const candidate = fitted(` (conflict ${day}${n === 1 ? "" : ` ${n}`})`, name, 255);
    try {
      renameOverNothing(aside, join(folder, candidate));
      return candidate;
    } catch (error) {
      if (!isCode(error, "EEXIST")) throw error;
    }
  }
}

/** The name with `mark` before its extension, with as much of the stem as fits in so many bytes. */
function fitted(mark: string, name: string, bytes: number): string {
  const dot = name.lastIndexOf(".");
  const extension = dot > 0 && name.length - dot <= 32 ? name.slice(dot) : "";
  const stem = Array.from(name.slice(0, name.length - extension.length));
  while (stem.length > 1 && Buffer.byteLength(stem.join("") + mark + extension) > bytes) stem.pop();
  return stem.join("") + mark + extension;
}
