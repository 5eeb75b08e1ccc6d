import { useEffect } from "react";
import type { Entry } from "../drive/drive.ts";
import { fileAddress } from "./file-address.ts";
import { previewKind } from "./preview-kind.ts";

/** Larger images are left until they are asked for. Bytes. */
const LIMIT = 20 * 1024 * 1024;

/** Fetches the images that the person may go on to, a moment after the one that is shown. */
export function usePrefetchedImages(entries: readonly (Entry | undefined)[]): void {
  const addresses = entries
    .filter((entry) => entry !== undefined)
    .filter(({ name, size, version }) => version > 0 && size <= LIMIT && previewKind(name, size).kind === "image")
    .map(({ id, version }) => fileAddress(id, version, "inline"))
    .join(" ");
  useEffect(() => {
    if (addresses === "") return undefined;
    const timer = setTimeout(() => {
      for (const address of addresses.split(" ")) new Image().src = address;
    }, 400);
    return () => clearTimeout(timer);
  }, [addresses]);
}
