import { lazy, Suspense, useCallback, useState, type ReactNode } from "react";
import type { Entry } from "../drive/drive.ts";
import type { EntryAction } from "./entry-actions.ts";
import type { MenuPlace } from "./entry-grid.tsx";

/** What is being asked in front of a list. */
export type FilesDialog =
  | { readonly type: "move" | "copy"; readonly entries: readonly Entry[] }
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

const FolderPicker = lazy(() => import("./folder-picker.tsx").then((file) => ({ default: file.FolderPicker })));
const ConfirmDialog = lazy(() => import("./confirm-dialog.tsx").then((file) => ({ default: file.ConfirmDialog })));
const EntryMenu = lazy(() => import("./entry-menu.tsx").then((file) => ({ default: file.EntryMenu })));
const NewFolderDialog = lazy(() =>
  import("./new-folder-dialog.tsx").then((file) => ({ default: file.NewFolderDialog })),
);

/** Shows one dialog at a time. `open` and `close` are stable. */
export function useFilesDialogs(): {
  readonly dialog: FilesDialog | null;
  readonly open: (dialog: FilesDialog) => void;
  /** Does nothing where another one was opened meanwhile, as by an item of the menu that closes. */
  readonly close: (shown: FilesDialog) => void;
} {
  const [dialog, open] = useState<FilesDialog | null>(null);
  const close = useCallback((shown: FilesDialog) => open((now) => (now === shown ? null : now)), []);
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
      {dialog?.type === "confirm" && <ConfirmDialog {...dialog} onClose={close} />}
      {dialog?.type === "menu" && <EntryMenu actions={actions} title={title} at={dialog.at} onClose={close} />}
      {dialog?.type === "new-folder" && (
        <NewFolderDialog parent={dialog.parent} onMade={dialog.onMade} onClose={close} />
      )}
    </Suspense>
  );
}
