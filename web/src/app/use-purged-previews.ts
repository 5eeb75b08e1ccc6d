import { useEffect } from "react";
import { useDrive } from "../drive/drive-context.ts";
import { forgetPreviewsOf } from "./previews.ts";

/** Has this browser forget the previews of files that are deleted for good, wherever that is done. */
export function usePurgedPreviews(): void {
  const drive = useDrive();
  useEffect(
    () =>
      drive.onNews((nodes) => {
        const purged = (nodes ?? []).filter(({ state }) => state === "purged").map(({ id }) => id);
        if (purged.length > 0) void forgetPreviewsOf(purged).catch(() => undefined);
      }),
    [drive],
  );
}
