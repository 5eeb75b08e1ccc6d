import { notifications } from "@mantine/notifications";
import { useMemo } from "react";
import type { Drive, Entry } from "../drive/drive.ts";
import { useDrive } from "../drive/drive-context.ts";
import { editsOf } from "../drive/edits.ts";
import { strings } from "../strings/strings.ts";
import { askConflict } from "./conflicts.ts";
import { isCrossing } from "./crossing.ts";

/** What a list lets be done to its entries. All shows at once; what became of it is told by the drive's outcomes. */
export interface EntryVerbs {
  readonly rename: (entry: Entry, name: string) => void;
  /** Where names are taken, asks once what to do with them. */
  readonly move: (entries: readonly Entry[], folder: string) => void;
  readonly copy: (entries: readonly Entry[], folder: string) => void;
  readonly trash: (entries: readonly Entry[]) => void;
  readonly star: (entries: readonly Entry[], starred: boolean) => void;
  /** The new folder's id. */
  readonly createFolder: (parent: string, name: string) => string;
}

/** Stable. */
export function useEntryVerbs(): EntryVerbs {
  const drive = useDrive();
  return useMemo(() => entryVerbs(drive), [drive]);
}

function entryVerbs(drive: Drive): EntryVerbs {
  const edits = editsOf(drive);
  /** Says so where they cannot go there. */
  const canGo = (entries: readonly Entry[], folder: string): boolean => {
    if (!isCrossing(drive, entries, folder)) return true;
    const { crossingTitle: title, crossing: message } = strings.files.sharing;
    notifications.show({ color: "yellow", title, message });
    return false;
  };
  const move = async (entries: readonly Entry[], folder: string): Promise<void> => {
    if (!canGo(entries, folder)) return;
    const { failed } = await edits.move(entries, folder, "ask");
    const taken = new Set(failed.filter((each) => each.code === "name_conflict").map((each) => each.node));
    const inTheWay = entries.filter((entry) => taken.has(entry.id));
    if (inTheWay.length === 0 || (await askConflict(inTheWay)) === "skip") return;
    await edits.move(inTheWay, folder, "rename");
  };
  return {
    rename: (entry, name) => void edits.rename(entry, name),
    move: (entries, folder) => void move(entries, folder),
    copy: (entries, folder) => {
      if (canGo(entries, folder)) void edits.copy(entries, folder);
    },
    trash: (entries) => void edits.trash(entries),
    star: (entries, starred) => void edits.star(entries, starred),
    createFolder: (parent, name) => edits.createFolder(parent, name).id,
  };
}
