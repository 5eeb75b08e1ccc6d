import { createContext, use } from "react";
import type { Consume } from "../../../client/http.ts";
import { api } from "../session/api.ts";
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

/** The files of whoever is signed in. */
export const ownFiles: FileSource = {
  name: "own",
  address: fileAddress,
  download: (file, options, consume) => api.download(file, options, consume),
};

export const FileSourceContext = createContext<FileSource>(ownFiles);

export function useFileSource(): FileSource {
  return use(FileSourceContext);
}
