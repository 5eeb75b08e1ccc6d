import { nameKey } from "../../core/names.ts";
import type { Node } from "../../protocol/tree.ts";
import type { SpaceApi } from "../space-api.ts";
import { FOLDERS_A_REQUEST, listFolders } from "../list-folders.ts";

/** A folder's entries on the server, by the key under which the server keeps their names unique (N2). */
export type Children = ReadonlyMap<string, Node>;
export const NO_CHILDREN: Children = new Map();

interface Asked {
  readonly folder: string;
  readonly resolve: (children: Children) => void;
  readonly reject: (error: unknown) => void;
}

const REQUESTS_IN_FLIGHT = 4;

/** Lists folders, those that are asked for at about the same time in one request. */
export class RemoteListings {
  readonly #api: Pick<SpaceApi, "foldersPage">;
  readonly #signal: AbortSignal | undefined;
  #asked: Asked[] = [];
  #inFlight = 0;
  #scheduled = false;

  constructor(api: Pick<SpaceApi, "foldersPage">, signal?: AbortSignal) {
    this.#api = api;
    this.#signal = signal;
  }

  /** A folder that is no longer there has no children. A rejection that nobody awaits yet is not unhandled. */
  list(folder: string): Promise<Children> {
    const listing = new Promise<Children>((resolve, reject) => this.#asked.push({ folder, resolve, reject }));
    listing.catch(() => undefined);
    if (!this.#scheduled) {
      this.#scheduled = true;
      queueMicrotask(() => {
        this.#scheduled = false;
        this.#start();
      });
    }
    return listing;
  }

  #start(): void {
    while (this.#inFlight < REQUESTS_IN_FLIGHT && this.#asked.length > 0) {
      this.#inFlight++;
      const batch = this.#asked.splice(0, FOLDERS_A_REQUEST);
      void this.#list(batch).finally(() => {
        this.#inFlight--;
        this.#start();
      });
    }
  }

  /** Never rejects. */
  async #list(batch: readonly Asked[]): Promise<void> {
    const found = new Map(batch.map(({ folder }) => [folder, new Map<string, Node>()]));
    try {
      for await (const node of listFolders(this.#api, [...found.keys()], () => undefined, this.#signal)) {
        if (node.parent !== null) found.get(node.parent)?.set(nameKey(node.name), node);
      }
      for (const { folder, resolve } of batch) resolve(found.get(folder) ?? NO_CHILDREN);
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
  }
}
