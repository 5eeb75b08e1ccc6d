import { useEffect } from "react";
import type { FileSource } from "./file-source.ts";
import { previewKind } from "./preview-kind.ts";

interface NamedFile {
  readonly id: string;
  readonly name: string;
  readonly size: number;
  readonly version: number;
}

/** Larger images are left until they are asked for. Bytes. */
const LIMIT = 20 * 1024 * 1024;

/** Fetches the images that the person may go on to, a moment after the one that is shown. */
export function usePrefetchedImages(files: readonly (NamedFile | undefined)[], source: FileSource): void {
  const addresses = files
    .filter((file) => file !== undefined)
    .filter(({ name, size, version }) => version > 0 && size <= LIMIT && previewKind(name, size).kind === "image")
    .map(({ id, version }) => source.address(id, version, "inline"))
    .join(" ");
  useEffect(() => {
    if (addresses === "") return undefined;
    const timer = setTimeout(() => {
      for (const address of addresses.split(" ")) new Image().src = address;
    }, 400);
    return () => clearTimeout(timer);
  }, [addresses]);
}
