import type { Entry } from "../sync/entry.ts";

/** Keeps a replica's trees between runs. Synchronous: a save is over before anything else happens. */
export interface TreeStore {
  load(): { readonly entries: Iterable<Entry>; readonly meta: Iterable<readonly [string, string]> };
  /**
   * All of it or, when killed, nothing. An entry without any state, and a meta value of null, are removed. A save that
   * throws leaves what was.
   */
  save(entries: readonly Entry[], meta: readonly (readonly [key: string, value: string | null])[]): void;
  /** What a content id's chunks are, as far as remembered: what lets a later version be fetched by difference. */
  rememberChunks(content: string, manifest: Uint8Array): void;
  recallChunks(content: string): Uint8Array | null;
  /** That a node had this content at this version: what tells an old history from a new edit when the epoch changed (Y20). */
  rememberVersion(id: string, version: number, content: string): void;
  recallVersion(id: string, version: number): string | null;
  close(): void;
}
