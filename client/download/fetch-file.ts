import type { FileSystem } from "../ports/file-system.ts";
import { fetchInto, fetchWhole, WHOLE_FILE_BYTES, type BytesOptions } from "./file-bytes.ts";

/** One version of one file on the server. */
export interface RemoteFile {
  readonly node: string;
  readonly version: number;
  readonly content: string;
  readonly size: number;
  readonly mtime: number;
  readonly executable: boolean;
}

export interface FetchOptions extends BytesOptions {
  readonly files: FileSystem;
}

/** Where a file grows until it is whole; the same for the same version, so that a later run finds it. */
function temporaryName(file: RemoteFile): string {
  return `.ledge-${file.node}-${file.content.slice(0, 16)}.part`;
}

/**
 * Brings one version to `folder/name`: into a temporary file beside it, every chunk verified, then renamed over what is
 * there. A large file's temporary file stays on failure and its verified chunks are not fetched again.
 */
export async function fetchFile(file: RemoteFile, folder: string, name: string, options: FetchOptions): Promise<void> {
  const { files } = options;
  if (file.size <= WHOLE_FILE_BYTES) {
    // Before anything is made locally: a small file that cannot be fetched leaves nothing behind.
    await keepFile(files, file, folder, name, await fetchWhole(file, options));
    return;
  }
  const temporary = files.join(folder, temporaryName(file));
  const handle = await files.openWrite(temporary);
  try {
    await fetchInto(file, handle, options);
    await handle.truncate(file.size);
    await handle.finish(file);
  } finally {
    await handle.close();
  }
  await moveInPlace(files, temporary, files.join(folder, name));
}

/** Puts a file whose bytes were verified to `folder/name`, by way of a temporary file; leaves nothing on failure. */
export async function keepFile(
  files: FileSystem,
  file: RemoteFile,
  folder: string,
  name: string,
  bytes: Uint8Array,
): Promise<void> {
  const temporary = files.join(folder, temporaryName(file));
  const handle = await files.openWrite(temporary);
  try {
    await handle.write(bytes, 0);
    await handle.truncate(file.size);
    await handle.finish(file);
  } catch (error) {
    await handle.close();
    await files.remove(temporary);
    throw error;
  }
  await handle.close();
  await moveInPlace(files, temporary, files.join(folder, name));
}

async function moveInPlace(files: FileSystem, temporary: string, path: string): Promise<void> {
  try {
    await files.rename(temporary, path);
  } catch (error) {
    await files.remove(temporary);
    throw error;
  }
}
