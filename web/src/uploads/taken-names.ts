import { nameKey } from "../../../core/names.ts";
import type { Node } from "../../../protocol/tree.ts";
import type { NewUpload } from "./upload-item.ts";

/** Smaller files are sent before anything is asked: mostly they turn out to be the same. Bytes. */
const WORTH_ASKING = 8 * 1024 * 1024;

/** Tells of large files whose names are taken, as far as `entries` shows it, so that nobody waits to be asked. */
export function withTakenNames(uploads: readonly NewUpload[], entries: readonly Node[]): readonly NewUpload[] {
  const isLarge = ({ path, file }: NewUpload): boolean => path.length === 0 && (file?.size ?? 0) > WORTH_ASKING;
  if (!uploads.some(isLarge)) return uploads;
  const taken = new Map(entries.map((entry) => [nameKey(entry.name), entry]));
  return uploads.map((upload) => {
    const existing = isLarge(upload) ? taken.get(nameKey(upload.name)) : undefined;
    // The same size and time: the same file, most likely, of which nothing will be sent.
    const isSame = existing?.size === upload.file?.size && existing?.mtime === upload.file?.lastModified;
    return existing && !isSame ? { ...upload, existing } : upload;
  });
}
