import { useEffect } from "react";
import { useDrive } from "../drive/drive-context.ts";
import { forgetPreviewsIn, forgetPreviewsOf } from "./previews.ts";

/** Has this browser forget the previews of files that are deleted for good, or not shared any more, wherever that is done. */
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
  useEffect(() => {
    let before = drive.spaces();
    return drive.subscribe(() => {
      const now = drive.spaces();
      if (now === before) return;
      const gone = (before ?? []).filter(({ id }) => !now?.some((space) => space.id === id)).map(({ id }) => id);
      before = now;
      if (gone.length > 0) void forgetPreviewsIn(gone).catch(() => undefined);
    });
  }, [drive]);
}
