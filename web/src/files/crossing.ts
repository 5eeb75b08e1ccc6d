import type { Drive, Entry } from "../drive/drive.ts";

/**
 * Whether entries would cross the border of a shared folder of somebody else's: that is no move and no copy, but another
 * account's files. A mount stays among the account's own: it goes into no shared folder (M5).
 */
export function isCrossing(drive: Pick<Drive, "sharedIn">, entries: readonly Entry[], folder: string): boolean {
  const there = drive.sharedIn(folder);
  return entries.some(({ sharedIn }) => sharedIn !== there);
}
