import { useNavigate } from "@tanstack/react-router";
import { useCallback } from "react";
import type { Entry } from "../drive/drive.ts";
import { useDrive } from "../drive/drive-context.ts";
import { folderOf } from "../drive/folder-of.ts";

/** Goes into a folder, or opens a file over the list that is shown. Stable. */
export function useOpenEntry(): (entry: Entry) => void {
  const { root } = useDrive();
  const navigate = useNavigate();
  return useCallback(
    (entry) => {
      if (entry.id === root) void navigate({ to: "/files" });
      else if (entry.type === "folder") void navigate({ to: "/files/$folder", params: { folder: folderOf(entry) } });
      else void navigate({ to: ".", search: (was) => ({ ...was, view: entry.id }) });
    },
    [navigate, root],
  );
}
