import { createContext, use } from "react";
import type { Consume } from "../../../client/http.ts";
import { apiIn } from "../session/space-api.ts";
import { fileAddress } from "./file-address.ts";

/** Where the viewer finds the bytes of files: the account's own, or those of a link. */
export interface FileSource {
  /** Tells what is kept of one source from what is kept of another. */
  readonly name: string;
  /** The address of a version's bytes; see `fileAddress`. */
  readonly address: (file: string, version: number, disposition?: "inline") => string;
  readonly download: <T>(
    file: string,
    options: { version: number; range?: readonly [number, number]; signal?: AbortSignal | undefined },
    consume: Consume<T>,
  ) => Promise<T>;
}

const sources = new Map<string | null, FileSource>();

/** The files of whoever is signed in, or those in a folder that is shared with them; see `Entry.sharedIn`. */
export function filesIn(sharedIn: string | null): FileSource {
  const known = sources.get(sharedIn);
  if (known) return known;
  const source: FileSource = {
    name: sharedIn ?? "own",
    address: (file, version, disposition) => fileAddress(file, version, disposition, sharedIn),
    download: (file, options, consume) => apiIn(sharedIn).download(file, options, consume),
  };
  sources.set(sharedIn, source);
  return source;
}

export const FileSourceContext = createContext<FileSource>(filesIn(null));

export function useFileSource(): FileSource {
  return use(FileSourceContext);
}
