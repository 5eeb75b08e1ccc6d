import type { Drive, Entry } from "../drive/drive.ts";

/**
 * Which entries would cross the border of a shared folder of somebody else's: they go into another account's files, or from
 * one to another. That is no step of a move, but a transfer (M11), and no copy at all. A mount stays among the account's own:
 * it goes into no shared folder (M5).
 */
export function crossingOf(
  drive: Pick<Drive, "sharedIn">,
  entries: readonly Entry[],
  folder: string,
): readonly Entry[] {
  const there = drive.sharedIn(folder);
  return entries.filter(({ sharedIn }) => sharedIn !== there);
}

/** Whether entries can be moved to a folder, however it is done; what is shared itself stays with its owner. */
export function canMoveTo(
  drive: Pick<Drive, "sharedIn" | "spaces">,
  entries: readonly Entry[],
  folder: string,
): boolean {
  const crossing = crossingOf(drive, entries, folder);
  if (crossing.length === 0) return true;
  const shared = new Set(drive.spaces()?.map(({ id }) => id));
  return crossing.every(({ id, mount }) => mount === undefined && !shared.has(id));
}
