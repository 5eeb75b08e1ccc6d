import {
  IconArrowRight,
  IconCopy,
  IconCut,
  IconDownload,
  IconFiles,
  IconFolderSymlink,
  IconInfoCircle,
  IconLink,
  IconPencil,
  IconShare,
  IconStar,
  IconStarOff,
  IconTrash,
  type Icon,
} from "@tabler/icons-react";
import type { Entry } from "../drive/drive.ts";
import { strings } from "../strings/strings.ts";

/** Something that can be done to what is selected: in the menu, the bar and the palette alike. */
export interface EntryAction {
  readonly id: string;
  readonly title: string;
  readonly icon: Icon;
  readonly keys?: string;
  readonly isDanger?: boolean;
  /** In the bar of a selection too, not only in the menu. */
  readonly isInBar?: boolean;
  /** Of little use without a keyboard. */
  readonly isForKeyboard?: boolean;
  /** Ends a group in the menu. */
  readonly endsGroup?: boolean;
  readonly run: () => void;
}

/** What a page lets be done to entries. Absent: not on this page. */
export interface EntryHandlers {
  readonly open: (entry: Entry) => void;
  readonly download: (entries: readonly Entry[]) => void;
  readonly rename?: (entry: Entry) => void;
  readonly relocate: (type: "move" | "copy", entries: readonly Entry[]) => void;
  readonly star: (entries: readonly Entry[], starred: boolean) => void;
  readonly trash: (entries: readonly Entry[]) => void;
  readonly details?: () => void;
  readonly share?: (entry: Entry) => void;
  readonly copyLink: (entry: Entry) => void;
  readonly clip?: (type: "cut" | "copy", entries: readonly Entry[]) => void;
  readonly reveal?: (entry: Entry) => void;
}

/**
 * What can be done to these entries now, in the order of a menu.
 *
 * @param unlike - Those of them that tell for all whose they are and what one may do: to look at each of 100,000 takes
 *   longer than a frame.
 */
export function entryActions(
  entries: readonly Entry[],
  can: EntryHandlers,
  unlike: readonly Entry[] = entries,
): readonly EntryAction[] {
  const text = strings.files;
  const [first] = entries;
  if (!first) return [];
  const one = entries.length === 1 ? first : null;
  const { areOwn, canEdit, canCopy } = commonOf(unlike);
  const areStarred = areOwn && entries.every(({ starred }) => starred);
  const actions: EntryAction[] = [];
  if (one)
    actions.push({ id: "open", title: text.open, icon: IconArrowRight, keys: "Enter", run: () => can.open(one) });
  if (one && can.reveal) {
    const reveal = can.reveal;
    actions.push({ id: "reveal", title: text.showInFolder, icon: IconFolderSymlink, run: () => reveal(one) });
  }
  actions.push({
    id: "download",
    title: text.download,
    icon: IconDownload,
    isInBar: true,
    endsGroup: one === null,
    run: () => can.download(entries),
  });
  // Of a shared folder of somebody else's it says who has it.
  if (one && can.share && (areOwn || one.sharedIn === one.id)) {
    const share = can.share;
    actions.push({
      id: "share",
      title: text.share,
      icon: IconShare,
      keys: "mod+shift+L",
      isInBar: true,
      run: () => share(one),
    });
  }
  if (one)
    actions.push({ id: "link", title: text.copyLink, icon: IconLink, endsGroup: true, run: () => can.copyLink(one) });
  if (one && can.rename && canEdit) {
    const rename = can.rename;
    actions.push({
      id: "rename",
      title: text.rename,
      icon: IconPencil,
      keys: "F2",
      isInBar: true,
      run: () => rename(one),
    });
  }
  actions.push(...relocations(entries, can, { canMove: canEdit, canCopy }));
  if (areOwn) {
    actions.push({
      id: "star",
      title: areStarred ? text.unstar : text.star,
      icon: areStarred ? IconStarOff : IconStar,
      keys: "shift+S",
      isInBar: true,
      run: () => can.star(entries, !areStarred),
    });
  }
  if (can.details) {
    const details = can.details;
    actions.push({
      id: "details",
      title: text.details,
      icon: IconInfoCircle,
      keys: "alt+Enter",
      endsGroup: true,
      run: details,
    });
  }
  if (canEdit) {
    actions.push({
      id: "trash",
      title: text.trash,
      icon: IconTrash,
      keys: "Delete",
      isDanger: true,
      isInBar: true,
      run: () => can.trash(entries),
    });
  }
  return actions;
}

/**
 * What holds for all of them. In a shared folder of somebody else's there are no stars and no links; what a viewer cannot
 * change is not offered; what stands for a shared folder is not copied.
 */
function commonOf(entries: readonly Entry[]): Record<"areOwn" | "canEdit" | "canCopy", boolean> {
  const areOwn = entries.every(({ sharedIn }) => sharedIn === null);
  const canEdit = entries.every((entry) => entry.canEdit);
  return { areOwn, canEdit, canCopy: canEdit && entries.every(({ mount }) => mount === undefined) };
}

/** What puts entries elsewhere. */
function relocations(
  entries: readonly Entry[],
  { relocate, clip }: EntryHandlers,
  { canMove, canCopy }: { readonly canMove: boolean; readonly canCopy: boolean },
): EntryAction[] {
  const text = strings.files;
  const actions: (EntryAction | false)[] = [
    canMove && {
      id: "move",
      title: text.move,
      icon: IconFolderSymlink,
      isInBar: true,
      run: () => relocate("move", entries),
    },
    canCopy && { id: "copy", title: text.copy, icon: IconFiles, isInBar: true, run: () => relocate("copy", entries) },
    canMove &&
      clip !== undefined && {
        id: "cut",
        title: text.cut,
        icon: IconCut,
        keys: "mod+X",
        isForKeyboard: true,
        run: () => clip("cut", entries),
      },
    canCopy &&
      clip !== undefined && {
        id: "clip",
        title: text.copyHere,
        icon: IconCopy,
        keys: "mod+C",
        isForKeyboard: true,
        run: () => clip("copy", entries),
      },
  ];
  return actions.filter((action) => action !== false);
}
