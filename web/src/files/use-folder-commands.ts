import { useEffect, useMemo, useRef, type Dispatch, type RefObject, type SetStateAction } from "react";
import { useCommands, type Command } from "../commands/commands.ts";
import { isTextField } from "../commands/keys.ts";
import { strings } from "../strings/strings.ts";
import { currentClip, pasted } from "./clipboard.ts";
import type { EntryAction } from "./entry-actions.ts";
import { listPreferences, nextView, setListPreferences } from "./list-preferences.ts";
import { selectAll, type Selection } from "./selection.ts";
import { useUploads } from "./upload-slot.ts";
import { useEntryVerbs, type EntryVerbs } from "./use-entry-verbs.ts";

interface FolderCommands {
  readonly folder: string;
  /** Whether anything can be put into it. */
  readonly canEdit: boolean;
  readonly actions: readonly EntryAction[];
  readonly setSelection: Dispatch<SetStateAction<Selection>>;
  readonly filterField: RefObject<HTMLInputElement | null>;
  readonly newFolder: () => void;
  readonly up: () => void;
}

/** Offers what can be done in a folder to the keyboard, the palette and the sheet of shortcuts. */
export function useFolderCommands(now: FolderCommands): void {
  const uploads = useUploads();
  const verbs = useEntryVerbs();
  // Commands are offered once and look here when they run: a selection changes too often to offer them anew.
  const latest = useRef(now);
  useEffect(() => {
    latest.current = now;
  });
  const { folder, canEdit } = now;
  const commands = useMemo<readonly Command[]>(() => {
    const text = strings.files;
    const { inFolder, onSelection } = strings.commands.groups;
    const action = (id: string, title: string, keys?: readonly string[]): Command => ({
      id: `entry.${id}`,
      title,
      group: onSelection,
      ...(keys ? { keys } : {}),
      isEnabled: () => latest.current.actions.some((each) => each.id === id) && !(id === "clip" && isTextSelected()),
      run: () => latest.current.actions.find((each) => each.id === id)?.run(),
    });
    const inside = (id: string, title: string, keys: readonly string[], run: () => void): Command => ({
      id: `folder.${id}`,
      title,
      group: inFolder,
      keys,
      run,
    });
    return [
      ...(canEdit ? [inside("new", text.newFolder, ["shift+N"], () => latest.current.newFolder())] : []),
      ...(uploads && canEdit
        ? [
            inside("upload-files", text.uploadFiles, ["shift+U"], () => uploads.pickFiles(folder)),
            inside("upload-folder", text.uploadFolder, [], () => uploads.pickFolder(folder)),
          ]
        : []),
      inside("filter", text.filter, ["/"], () => latest.current.filterField.current?.select()),
      inside("all", text.selectAll, ["mod+A"], () => latest.current.setSelection(selectAll)),
      inside("up", strings.commands.up, ["alt+ArrowUp"], () => latest.current.up()),
      inside("view", strings.commands.toggleView, ["shift+V"], () =>
        setListPreferences({ view: nextView(listPreferences().view) }),
      ),
      inside("details", strings.commands.toggleDetails, ["shift+D"], () =>
        setListPreferences({ details: !listPreferences().details }),
      ),
      {
        id: "folder.paste",
        title: text.paste,
        group: inFolder,
        keys: ["mod+V"],
        isHeardElsewhere: true,
        isEnabled: () => canEdit && currentClip() !== null,
        run: () => paste(verbs, folder),
      },
      action("rename", text.rename, ["F2"]),
      action("download", text.download, ["shift+L"]),
      action("move", text.move, ["shift+M"]),
      action("copy", text.copy),
      action("cut", text.cut, ["mod+X"]),
      action("clip", text.copyHere, ["mod+C"]),
      action("star", strings.commands.star, ["shift+S"]),
      action("share", text.share, ["mod+shift+L"]),
      action("link", text.copyLink),
      action("trash", text.trash, ["Delete"]),
    ];
  }, [folder, canEdit, uploads, verbs]);
  useCommands(commands);
  usePaste(canEdit ? folder : null, verbs);
}

/** Whether Ctrl+C means text. */
function isTextSelected(): boolean {
  return getSelection()?.isCollapsed === false;
}

function paste(verbs: EntryVerbs, folder: string): void {
  const clipped = currentClip();
  if (!clipped) return;
  if (clipped.type === "copy") verbs.copy(clipped.entries, folder);
  else {
    const elsewhere = clipped.entries.filter((entry) => entry.parent !== folder);
    if (elsewhere.length > 0) verbs.move(elsewhere, folder);
  }
  pasted();
}

/** Pastes what was cut or copied here. Files of the machine's own clipboard are an upload, and pass. */
function usePaste(folder: string | null, verbs: EntryVerbs): void {
  useEffect(() => {
    if (folder === null) return undefined;
    const onPaste = (event: ClipboardEvent): void => {
      if (event.defaultPrevented || isTextField(event.target) || (event.clipboardData?.files.length ?? 0) > 0) return;
      if (currentClip() === null || document.querySelector('[aria-modal="true"]')) return;
      event.preventDefault();
      paste(verbs, folder);
    };
    document.addEventListener("paste", onPaste);
    return () => document.removeEventListener("paste", onPaste);
  }, [folder, verbs]);
}
