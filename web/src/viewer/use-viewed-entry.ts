import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { Entry } from "../drive/drive.ts";
import { useDrive } from "../drive/drive-context.ts";
import { useEntry } from "../drive/hooks.ts";

export type ViewedEntry =
  | { readonly state: "loading" }
  | { readonly state: "gone" }
  | { readonly state: "failed"; readonly error: unknown; readonly retry: () => void }
  | { readonly state: "there"; readonly entry: Entry };

/** A file's entry, asked for where it is not known. A folder is nothing to view. */
export function useViewedEntry(id: string): ViewedEntry {
  const drive = useDrive();
  const entry = useEntry(id);
  const asked = useQuery({
    queryKey: ["viewed-entry", id],
    queryFn: async () => ({ isThere: (await drive.need(id)) !== null }),
    enabled: entry === undefined,
    staleTime: 0,
    gcTime: 0,
  });
  if (entry) return entry.state === "purged" || entry.type === "folder" ? { state: "gone" } : { state: "there", entry };
  if (asked.isError) return { state: "failed", error: asked.error, retry: () => void asked.refetch() };
  return asked.data?.isThere === false ? { state: "gone" } : { state: "loading" };
}

/** What of a file is shown: its bytes at a moment, which later versions do not change under the reader's eyes. */
export interface PinnedVersion {
  readonly version: number;
  readonly size: number;
}

/** The version that was the newest when the file was opened, until told to show another. */
export function usePinnedVersion(entry: Entry): readonly [PinnedVersion, (version: PinnedVersion) => void] {
  const [pinned, setPinned] = useState<PinnedVersion>({ version: entry.version, size: entry.size });
  // What is still on its way up has no version to show yet.
  const shown = pinned.version === 0 ? { version: entry.version, size: entry.size } : pinned;
  return [shown, setPinned];
}
