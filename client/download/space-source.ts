import type { SpaceApi } from "../space-api.ts";
import { fetchFile, type FetchOptions, type RemoteFile } from "./fetch-file.ts";
import { SmallFiles } from "./small-files.ts";

/** What files of one space are fetched by: large ones each for itself, small ones many in one request. */
export interface SpaceSource {
  readonly api: SpaceApi;
  /** Brings one version to `folder/name`, by requests of its own. */
  readonly fetch: (file: RemoteFile, folder: string, name: string) => Promise<void>;
  readonly small: SmallFiles;
}

export interface SpaceSourceOptions extends Omit<FetchOptions, "api"> {
  /** Runs a transfer when there is room for it. */
  readonly inTurn: <T>(work: () => Promise<T>) => Promise<T>;
  readonly isStopped: () => boolean;
}

export function spaceSource(api: SpaceApi, options: SpaceSourceOptions): SpaceSource {
  const { inTurn, isStopped, hashing, signal, ...rest } = options;
  const fetchOptions = { ...rest, api, hashing, signal };
  return {
    api,
    fetch: (file, folder, name) => inTurn(() => fetchFile(file, folder, name, fetchOptions)),
    small: new SmallFiles({ api, hashing, signal, isStopped }),
  };
}
