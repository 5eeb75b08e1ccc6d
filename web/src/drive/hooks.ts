import { useCallback, useEffect, useMemo, useRef, useSyncExternalStore } from "react";
import type { SharedSpace } from "../../../protocol/members.ts";
import type { NoticeAbout } from "../../../protocol/push.ts";
import type { Drive, DriveStatus, Entry, FolderView } from "./drive.ts";
import { useDrive } from "./drive-context.ts";
import { editsOf, type Edits } from "./edits.ts";

function useView<T>(read: (drive: Drive) => T): T {
  const drive = useDrive();
  const subscribe = useCallback((listener: () => void) => drive.subscribe(listener), [drive]);
  return useSyncExternalStore(subscribe, () => read(drive));
}

/** A folder's live entries, kept loaded while the component is shown. */
export function useFolder(id: string): FolderView {
  const drive = useDrive();
  useEffect(() => drive.hold(id), [drive, id]);
  return useView((each) => each.folder(id));
}

/** An entry, asked for where it is not known; undefined until it is, or where there is none. */
export function useEntry(id: string): Entry | undefined {
  const drive = useDrive();
  const entry = useView((each) => each.entry(id));
  const isKnown = entry !== undefined;
  useEffect(() => {
    if (!isKnown) void drive.need(id).catch(() => undefined);
  }, [drive, id, isKnown]);
  return entry;
}

/** The folders above, the root first; undefined until all are known. */
export function useAncestors(id: string): readonly Entry[] | undefined {
  const drive = useDrive();
  const ancestors = useView((each) => each.ancestors(id));
  const isKnown = ancestors !== undefined;
  useEffect(() => {
    if (!isKnown) void drive.need(id).catch(() => undefined);
  }, [drive, id, isKnown]);
  return ancestors;
}

export function useDriveStatus(): DriveStatus {
  return useView((drive) => drive.status());
}

export function useEdits(): Edits {
  const drive = useDrive();
  return useMemo(() => editsOf(drive), [drive]);
}

/** Whether the account may put things into a folder; no while it is not known, so that nothing is offered and taken away. */
export function useCanEdit(folder: string): boolean {
  return useView((drive) => {
    const entry = drive.entry(folder);
    if (entry) return entry.canEdit;
    // Offline there may be its entries alone.
    return drive.sharedIn(folder) === null && drive.folder(folder).state !== "loading";
  });
}

/** A shared folder that the account owns or has; undefined where it is none, or not known. */
export function useSharedSpace(folder: string | null | undefined): SharedSpace | undefined {
  return useView((drive) => drive.spaces()?.find(({ id }) => id === folder));
}

/** The shared folders that the account owns or has; undefined until it is known. */
export function useSpaces(): readonly SharedSpace[] | undefined {
  return useView((drive) => drive.spaces());
}

/** Calls the newest `onNotice` whenever the account is told of something new about that. */
export function useNotice(about: NoticeAbout, onNotice: () => void): void {
  const drive = useDrive();
  const latest = useRef(onNotice);
  useEffect(() => {
    latest.current = onNotice;
  });
  useEffect(
    () =>
      drive.onNotice((told) => {
        if (told === about) latest.current();
      }),
    [drive, about],
  );
}
