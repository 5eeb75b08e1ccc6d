import type { Drive, Entry } from "../drive/drive.ts";
import { folderOf } from "../drive/folder-of.ts";
import { foldedName } from "./name-order.ts";
import type { Steps } from "./sliced.ts";

/** The most folders that are gone through. */
const MOST_FOLDERS = 5_000;

/** The entries that can be reached through the folders that this browser has listed, those of upper folders first. */
function* knownEntries(drive: Drive): Generator<Entry> {
  const queue = [drive.root];
  for (let index = 0; index < queue.length && index < MOST_FOLDERS; index++) {
    for (const entry of drive.folder(queue[index] ?? "").entries) {
      if (entry.type === "folder") queue.push(folderOf(entry));
      yield entry;
    }
  }
}

/** At most `most` known entries that `isMeant` lets pass and whose names hold each word of `wanted`; those that begin with it come first. */
export function* findKnown(
  drive: Drive,
  wanted: string,
  most: number,
  isMeant: (entry: Entry) => boolean = () => true,
): Steps<readonly Entry[]> {
  const whole = foldedName(wanted.trim());
  const words = whole.split(/\s+/).filter(Boolean);
  const first: Entry[] = [];
  const others: Entry[] = [];
  let seen = 0;
  for (const entry of knownEntries(drive)) {
    if (++seen % 500 === 0) yield;
    if (!isMeant(entry)) continue;
    const name = foldedName(entry.name);
    if (!words.every((word) => name.includes(word))) continue;
    if (name.startsWith(whole)) first.push(entry);
    else if (others.length < most) others.push(entry);
    if (first.length === most) break;
  }
  return [...first, ...others].slice(0, most);
}
