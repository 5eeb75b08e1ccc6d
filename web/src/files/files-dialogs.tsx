import { Suspense, useCallback, useEffect, useRef, useState, type ReactNode } from "react";
import type { Entry } from "../drive/drive.ts";
import { lazy } from "../ui/lazy.tsx";
import type { EntryAction } from "./entry-actions.ts";
import type { MenuPlace } from "./entry-grid.tsx";

/** What is being asked in front of a list. */
export type FilesDialog =
  | { readonly type: "move" | "copy"; readonly entries: readonly Entry[] }
  | { readonly type: "share"; readonly entry: Entry }
  | { readonly type: "new-folder"; readonly parent: string; readonly onMade: (id: string) => void }
  | {
      readonly type: "confirm";
      readonly title: string;
      readonly text: string;
      readonly answer: string;
      readonly onConfirm: () => void;
    }
  | {
      readonly type: "menu";
      readonly at: MenuPlace;
    };

const FolderPicker = lazy(() => import("./folder-picker.tsx").then((file) => file.FolderPicker));
const ConfirmDialog = lazy(() => import("../ui/confirm-dialog.tsx").then((file) => file.ConfirmDialog));
const EntryMenu = lazy(() => import("./entry-menu.tsx").then((file) => file.EntryMenu));
const ShareDialog = lazy(() => import("../sharing/share-dialog.tsx").then((file) => file.ShareDialog));
const NewFolderDialog = lazy(() => import("./new-folder-dialog.tsx").then((file) => file.NewFolderDialog));

/**
 * Shows one dialog at a time, and gives the focus back to where it was before (B10); where that is gone, to the list.
 * `open` and `close` are stable.
 */
export function useFilesDialogs(focusList: () => void): {
  readonly dialog: FilesDialog | null;
  readonly open: (dialog: FilesDialog) => void;
  /** Does nothing where another one was opened meanwhile, as by an item of the menu that closes. */
  readonly close: (dialog: FilesDialog) => void;
} {
  const [dialog, setDialog] = useState<FilesDialog | null>(null);
  const opener = useRef<Element | null>(null);
  const open = useCallback((next: FilesDialog) => {
    setDialog((now) => {
      if (now === null) opener.current = document.activeElement;
      return next;
    });
  }, []);
  const close = useCallback((which: FilesDialog) => setDialog((now) => (now === which ? null : now)), []);
  const wasOpen = useRef(false);
  useEffect(() => {
    if (dialog === null && wasOpen.current) {
      const timer = setTimeout(() => {
        if (document.activeElement !== document.body) return;
        if (opener.current instanceof HTMLElement && opener.current.isConnected) opener.current.focus();
        if (document.activeElement === document.body) focusList();
      });
      wasOpen.current = false;
      return () => clearTimeout(timer);
    }
    wasOpen.current = dialog !== null;
    return undefined;
  }, [dialog, focusList]);
  return { dialog, open, close };
}

interface FilesDialogsProps {
  /** What can be done to what is selected, and what the menu calls that. */
  readonly actions: readonly EntryAction[];
  readonly title: string;
  readonly dialog: FilesDialog | null;
  readonly onClose: (shown: FilesDialog) => void;
}

/** The dialogs are fetched when they are first opened. */
export function FilesDialogs({ dialog, actions, title, onClose }: FilesDialogsProps): ReactNode {
  const close = (): void => {
    if (dialog) onClose(dialog);
  };
  return (
    <Suspense>
      {(dialog?.type === "move" || dialog?.type === "copy") && (
        <FolderPicker type={dialog.type} entries={dialog.entries} onClose={close} />
      )}
      {dialog?.type === "confirm" && <ConfirmDialog {...dialog} isOpen onClose={close} />}
      {dialog?.type === "share" && <ShareDialog entry={dialog.entry} onClose={close} />}
      {dialog?.type === "menu" && <EntryMenu actions={actions} title={title} at={dialog.at} onClose={close} />}
      {dialog?.type === "new-folder" && (
        <NewFolderDialog parent={dialog.parent} onMade={dialog.onMade} onClose={close} />
      )}
    </Suspense>
  );
}
