import { notifications } from "@mantine/notifications";
import { useMemo } from "react";
import type { Entry } from "../drive/drive.ts";
import { useDrive } from "../drive/drive-context.ts";
import { folderOf } from "../drive/folder-of.ts";
import { strings } from "../strings/strings.ts";
import { errorText } from "../ui/error-text.ts";
import { clip } from "./clipboard.ts";
import type { EntryHandlers } from "./entry-actions.ts";
import type { FilesDialog } from "./files-dialogs.tsx";
import { setListPreferences } from "./list-preferences.ts";
import { useOpenEntry } from "./use-open-entry.ts";
import { useEntryVerbs } from "./use-entry-verbs.ts";

/** What every page with live entries lets be done to them; a page adds what only it can. Stable. */
export function useEntryHandlers(openDialog: (dialog: FilesDialog) => void): EntryHandlers {
  const drive = useDrive();
  const verbs = useEntryVerbs();
  const open = useOpenEntry();
  return useMemo(
    () => ({
      open,
      download: (entries) => {
        download(entries).catch((error: unknown) =>
          notifications.show({ color: "red", title: strings.files.downloadFailed, message: errorText(error) }),
        );
      },
      relocate: (type, entries) => openDialog({ type, entries }),
      star: verbs.star,
      trash: verbs.trash,
      share: (entry) => openDialog({ type: "share", entry }),
      details: () => setListPreferences({ details: true }),
      copyLink: (entry) => {
        const path =
          entry.type === "file"
            ? `/file/${entry.id}`
            : entry.id === drive.root
              ? "/files"
              : `/files/${folderOf(entry)}`;
        // Pages on plain http have no clipboard: then this throws.
        const copying = (async () => navigator.clipboard.writeText(location.origin + path))();
        copying.then(
          () => notifications.show({ message: strings.files.linkCopied }),
          () => notifications.show({ color: "red", message: strings.files.linkNotCopied }),
        );
      },
      clip: (type, entries) => clip(type, entries),
    }),
    [drive, verbs, open, openDialog],
  );
}

/** Its code is fetched with the first. */
async function download(entries: readonly Entry[]): Promise<void> {
  const { downloadEntries } = await import("./download.ts");
  await downloadEntries(entries);
}
