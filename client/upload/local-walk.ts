import type { Node } from "../../protocol/tree.ts";
import type { Api } from "../api.ts";
import type { FileSystem, LocalStat } from "../ports/file-system.ts";
import { Semaphore } from "../semaphore.ts";

/** A folder on the server that is there, or will be once its operation is committed under this id or another's. */
export interface RemoteFolder {
  id: string;
  /** False until the folder is known to be on the server. */
  exists: boolean;
}

/** What to upload and where to. */
export interface UploadSource {
  readonly path: string;
  readonly parent: RemoteFolder;
  /** The name it gets; null: a folder whose entries go straight into `parent`. */
  readonly name: string | null;
  /** What is there under that name, where the caller knows. */
  readonly existing: Node | null;
}

export type WalkItem =
  | {
      readonly type: "folder";
      readonly path: string;
      readonly parent: RemoteFolder;
      readonly name: string;
      readonly folder: RemoteFolder;
      readonly mtime: number;
    }
  | {
      readonly type: "file";
      readonly path: string;
      readonly parent: RemoteFolder;
      readonly name: string;
      readonly stat: LocalStat;
      readonly existing: Node | null;
    };

/** What the walk could not or did not take. */
export type Skipped = (path: string, reason: string, severity: "warning" | "failure") => void;

export interface WalkOptions {
  readonly api: Api;
  readonly files: FileSystem;
  readonly newId: () => string;
  readonly followSymlinks: boolean;
  readonly onSkipped: Skipped;
  readonly signal?: AbortSignal | undefined;
}

const LISTINGS_IN_FLIGHT = 8;

type Children = ReadonlyMap<string, Node>;
const NO_CHILDREN: Children = new Map();

/** File systems may hand out decomposed names where the server has composed ones: compared in one form. */
function nameKey(name: string): string {
  return name.normalize("NFC");
}

/**
 * Walks local trees depth first, folders before what is in them, side by side with what the server has there. Folders
 * that are there already are not answered as items. Memory is that of one path's listings, local and remote.
 */
export class LocalWalk {
  readonly #options: WalkOptions;
  readonly #listings = new Semaphore(LISTINGS_IN_FLIGHT);

  constructor(options: WalkOptions) {
    this.#options = options;
  }

  async *items(sources: readonly UploadSource[]): AsyncGenerator<WalkItem> {
    for (const source of sources) {
      // A path that the user named is followed when it is a symlink, as cp does.
      const stat = await this.#options.files.stat(source.path, { follow: true });
      if (stat === null) {
        this.#options.onSkipped(source.path, "there is no such file or folder", "failure");
      } else if (source.name === null) {
        const children = source.parent.exists ? this.#list(source.parent.id) : Promise.resolve(NO_CHILDREN);
        yield* this.#entries(source.path, source.parent, children, [stat.identity]);
      } else {
        yield* this.#item(source.path, source.name, stat, source.parent, source.existing, []);
      }
    }
  }

  async *#item(
    path: string,
    name: string,
    stat: LocalStat,
    parent: RemoteFolder,
    existing: Node | null,
    ancestors: readonly string[],
    listed?: Promise<Children>,
  ): AsyncGenerator<WalkItem> {
    if (stat.type === "file") {
      yield { type: "file", path, parent, name, stat, existing };
      return;
    }
    if (stat.type !== "folder") {
      this.#options.onSkipped(path, "is neither a file nor a folder", "warning");
      return;
    }
    if (ancestors.includes(stat.identity)) {
      this.#options.onSkipped(path, "is a symlink to a folder above it", "warning");
      return;
    }
    const there = existing?.type === "folder";
    const folder: RemoteFolder = { id: there ? existing.id : this.#options.newId(), exists: there };
    if (!there) yield { type: "folder", path, parent, name, folder, mtime: stat.mtime };
    const children = there ? (listed ?? this.#list(folder.id)) : Promise.resolve(NO_CHILDREN);
    yield* this.#entries(path, folder, children, [...ancestors, stat.identity]);
  }

  async *#entries(
    path: string,
    folder: RemoteFolder,
    remote: Promise<Children>,
    ancestors: readonly string[],
  ): AsyncGenerator<WalkItem> {
    const { files, signal } = this.#options;
    const entries = await this.#localEntries(path);
    const children = await remote;
    const listings = new Map<string, Promise<Children>>();
    for (const { name } of entries) {
      const node = children.get(nameKey(name));
      // Asked for ahead of the walk, so that a deep tree does not cost one round trip a folder in a row.
      if (node?.type === "folder") listings.set(name, this.#list(node.id));
    }
    for (const { name, type } of entries) {
      signal?.throwIfAborted();
      const entryPath = files.join(path, name);
      if (type === "symlink" && !this.#options.followSymlinks) {
        this.#options.onSkipped(entryPath, "is a symlink (--follow-symlinks uploads what it points to)", "warning");
        continue;
      }
      const stat = await this.#stat(entryPath);
      if (stat === null) continue;
      yield* this.#item(
        entryPath,
        name,
        stat,
        folder,
        children.get(nameKey(name)) ?? null,
        ancestors,
        listings.get(name),
      );
    }
  }

  async #localEntries(path: string): Promise<{ name: string; type: LocalStat["type"] }[]> {
    const named: { name: string; type: LocalStat["type"] }[] = [];
    try {
      for (const { name, type } of await this.#options.files.list(path)) {
        if (name === null) this.#options.onSkipped(path, "holds an entry whose name is not valid UTF-8", "failure");
        else named.push({ name, type });
      }
    } catch (error) {
      this.#options.onSkipped(path, message(error), "failure");
    }
    return named;
  }

  async #stat(path: string): Promise<LocalStat | null> {
    try {
      const stat = await this.#options.files.stat(path, { follow: true });
      if (stat === null) this.#options.onSkipped(path, "is gone, or is a symlink to nothing", "warning");
      return stat;
    } catch (error) {
      this.#options.onSkipped(path, message(error), "failure");
      return null;
    }
  }

  #list(folder: string): Promise<Children> {
    const listing = this.#listings.run(async () => {
      const children = new Map<string, Node>();
      for await (const node of this.#options.api.children(folder, this.#options.signal)) {
        children.set(nameKey(node.name), node);
      }
      return children;
    });
    // Its failure is thrown where it is awaited; until then it is not unhandled.
    listing.catch(() => undefined);
    return listing;
  }
}

export function message(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
