import { notifications } from "@mantine/notifications";
import { useMemo } from "react";
import type { Drive, Entry } from "../drive/drive.ts";
import { useDrive } from "../drive/drive-context.ts";
import { editsOf } from "../drive/edits.ts";
import { strings } from "../strings/strings.ts";
import { errorText } from "../ui/error-text.ts";
import { askConflict } from "./conflicts.ts";
import { canMoveTo, crossingOf } from "./crossing.ts";

/** What a list lets be done to its entries. All shows at once; what became of it is told by the drive's outcomes. */
export interface EntryVerbs {
  readonly rename: (entry: Entry, name: string) => void;
  /** Where names are taken, asks once what to do with them. Into other accounts' files it takes a while (M11). */
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
  const refuse = (message: string): void => {
    notifications.show({ color: "yellow", title: strings.files.sharing.staysTitle, message });
  };
  const moveInside = async (entries: readonly Entry[], folder: string): Promise<void> => {
    if (entries.length === 0) return;
    const { failed } = await edits.move(entries, folder, "ask");
    const taken = new Set(failed.filter((each) => each.code === "name_conflict").map((each) => each.node));
    const inTheWay = entries.filter((entry) => taken.has(entry.id));
    if (inTheWay.length === 0 || (await askConflict(inTheWay)) === "skip") return;
    await edits.move(inTheWay, folder, "rename");
  };
  const move = (entries: readonly Entry[], folder: string): void => {
    if (!canMoveTo(drive, entries, folder)) return refuse(strings.files.sharing.sharedStays);
    const crossing = new Set(crossingOf(drive, entries, folder));
    void moveInside(
      entries.filter((entry) => !crossing.has(entry)),
      folder,
    );
    if (crossing.size > 0) void moveAcross(drive, [...crossing], folder);
  };
  return {
    rename: (entry, name) => void edits.rename(entry, name),
    move,
    copy: (entries, folder) => {
      if (crossingOf(drive, entries, folder).length > 0) refuse(strings.files.sharing.noCopies);
      else void edits.copy(entries, folder);
    },
    trash: (entries) => void edits.trash(entries),
    star: (entries, starred) => void edits.star(entries, starred),
    createFolder: (parent, name) => edits.createFolder(parent, name).id,
  };
}

/** Seldom enough for its code to be fetched only then. */
async function moveAcross(drive: Drive, entries: readonly Entry[], folder: string): Promise<void> {
  try {
    const across = await import("../transfers/move-across.ts");
    await across.moveAcross(drive, entries, folder);
  } catch (error) {
    notifications.show({ color: "red", title: strings.errors.title, message: errorText(error) });
  }
}
