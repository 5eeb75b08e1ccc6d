import { nameKey } from "../../core/names.ts";
import type { ErrorCode } from "../../protocol/errors.ts";
import type { Node } from "../../protocol/tree.ts";
import type { SpaceApi } from "../space-api.ts";
import type { FileSystem, LocalStat } from "../ports/file-system.ts";
import { NO_CHILDREN, RemoteListings, type Children } from "./remote-listings.ts";

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

/** A vanished file or folder was listed and gone when its turn came: as if the walk had come a moment later. */
export type Severity = "warning" | "vanished" | "failure";

/** What the walk could not or did not take. */
export type Skipped = (path: string, reason: string, severity: Severity, code?: ErrorCode) => void;

export interface WalkOptions {
  readonly api: SpaceApi;
  readonly files: FileSystem;
  readonly newId: () => string;
  readonly followSymlinks: boolean;
  readonly onSkipped: Skipped;
  readonly signal?: AbortSignal | undefined;
}

/** Entries of folders that were listed ahead of the walk: bounds what it holds. */
const ENTRIES_AHEAD = 20_000;

interface LocalEntry {
  readonly name: string;
  readonly type: LocalStat["type"];
}

/** A folder that is being listed, here and on the server, and those folders below it that are, too. */
interface OpenFolder {
  readonly path: string;
  readonly listed: Promise<Listed>;
  readonly below: Map<string, OpenFolder>;
  /** Entries before this one were opened, or need not be. */
  next: number;
}

interface Listed {
  readonly local: readonly LocalEntry[];
  readonly remote: Children;
}

/**
 * Walks local trees depth first, folders before what is in them, side by side with what the server has there. Folders
 * that are there already are not answered as items. Folders that are on both sides are listed ahead, many in one
 * request, so that a deep tree does not cost a round trip a folder; what is held is bounded whatever the tree's size.
 */
export class LocalWalk {
  readonly #options: WalkOptions;
  readonly #listings: RemoteListings;
  /** Folders opened ahead, and the entries that they turned out to have. */
  #held = 0;

  constructor(options: WalkOptions) {
    this.#options = options;
    this.#listings = new RemoteListings(options.api, options.signal);
  }

  async *items(sources: readonly UploadSource[]): AsyncGenerator<WalkItem> {
    /** What the sources before became, by folder and key. */
    const taken = new Map<string, string>();
    for (const source of sources) {
      if (source.name !== null) {
        const slot = `${source.parent.id}/${nameKey(source.name)}`;
        const first = taken.get(slot);
        if (first !== undefined) {
          this.#conflict(source.path, first);
          continue;
        }
        taken.set(slot, source.path);
      }
      // A path that the user named is followed when it is a symlink, as cp does.
      const stat = await this.#options.files.stat(source.path, { follow: true });
      if (stat === null) {
        this.#options.onSkipped(source.path, "there is no such file or folder", "failure");
      } else if (source.name === null) {
        yield* this.#entries(this.#open(source.path, source.parent), source.parent, [stat.identity]);
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
    opened?: OpenFolder,
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
    yield* this.#entries(opened ?? this.#open(path, folder), folder, [...ancestors, stat.identity]);
  }

  async *#entries(opened: OpenFolder, folder: RemoteFolder, ancestors: readonly string[]): AsyncGenerator<WalkItem> {
    const { files, signal } = this.#options;
    const { path, below } = opened;
    const { local, remote } = await opened.listed;
    this.#held -= local.length + remote.size;
    for (const [i, { name, type }] of local.entries()) {
      signal?.throwIfAborted();
      opened.next = Math.max(opened.next, i);
      this.#openBelow(opened, { local, remote });
      const entryPath = files.join(path, name);
      if (type === "symlink" && !this.#options.followSymlinks) {
        this.#options.onSkipped(entryPath, "is a symlink (--follow-symlinks uploads what it points to)", "warning");
        continue;
      }
      const stat = await this.#stat(entryPath, type);
      const ahead = below.get(name);
      if (below.delete(name)) this.#held--;
      if (stat === null) continue;
      yield* this.#item(entryPath, name, stat, folder, remote.get(nameKey(name)) ?? null, ancestors, ahead);
    }
  }

  #open(path: string, { id, exists }: Pick<RemoteFolder, "id" | "exists">): OpenFolder {
    const list = async (): Promise<Listed> => {
      const [entries, remote] = await Promise.all([
        this.#localEntries(path),
        exists ? this.#listings.list(id) : NO_CHILDREN,
      ]);
      const local = this.#distinct(path, entries, remote);
      this.#held += local.length + remote.size;
      this.#openBelow(opened, { local, remote });
      return { local, remote };
    };
    const opened: OpenFolder = { path, listed: Promise.resolve().then(list), below: new Map(), next: 0 };
    // Thrown where the walk gets to it; until then it is not unhandled.
    opened.listed.catch(() => undefined);
    return opened;
  }

  /** Opens those folders that are on both sides, in order and as far as there is room. */
  #openBelow(opened: OpenFolder, { local, remote }: Listed): void {
    for (; opened.next < local.length && this.#held < ENTRIES_AHEAD; opened.next++) {
      const { name, type } = local[opened.next] as LocalEntry;
      const node = type === "folder" ? remote.get(nameKey(name)) : undefined;
      if (node?.type !== "folder") continue;
      opened.below.set(name, this.#open(this.#options.files.join(opened.path, name), { id: node.id, exists: true }));
      this.#held++;
    }
  }

  /**
   * Leaves one of those entries whose names are one name on the server: the one that is there under exactly its name,
   * else the first. So running again takes the same one, and the others never become versions of it.
   */
  #distinct(path: string, entries: readonly LocalEntry[], remote: Children): readonly LocalEntry[] {
    const kept = new Map<string, string>();
    for (const { name, type } of entries) {
      if (!this.#isCandidate(type)) continue;
      const key = nameKey(name);
      if (!kept.has(key) || remote.get(key)?.name === name) kept.set(key, name);
    }
    const { files } = this.#options;
    return entries.filter(({ name, type }) => {
      const keeper = this.#isCandidate(type) ? kept.get(nameKey(name)) : name;
      if (keeper === undefined || keeper === name) return true;
      this.#conflict(files.join(path, name), files.join(path, keeper));
      return false;
    });
  }

  /** False for what is left out by its type alone. */
  #isCandidate(type: LocalStat["type"]): boolean {
    return type === "file" || type === "folder" || (type === "symlink" && this.#options.followSymlinks);
  }

  #conflict(path: string, first: string): void {
    const reason = `left out: on the server its name is the same as that of ${first}`;
    this.#options.onSkipped(path, reason, "failure", "name_conflict");
  }

  async #localEntries(path: string): Promise<LocalEntry[]> {
    const named: LocalEntry[] = [];
    try {
      for (const { name, type } of await this.#options.files.list(path)) {
        if (name === null) this.#options.onSkipped(path, "holds an entry whose name is not valid UTF-8", "failure");
        else named.push({ name, type });
      }
    } catch (error) {
      if (isGone(error)) this.#options.onSkipped(path, VANISHED, "vanished");
      else this.#options.onSkipped(path, message(error), "failure");
    }
    return named;
  }

  async #stat(path: string, type: LocalStat["type"]): Promise<LocalStat | null> {
    try {
      const stat = await this.#options.files.stat(path, { follow: true });
      if (stat !== null) return stat;
      if (type === "symlink") this.#options.onSkipped(path, "is a symlink to nothing", "warning");
      else this.#options.onSkipped(path, VANISHED, "vanished");
      return null;
    } catch (error) {
      this.#options.onSkipped(path, message(error), "failure");
      return null;
    }
  }
}

export const VANISHED = "vanished before it was read";

/** Whether the file system says that nothing is there any more. */
export function isGone(error: unknown): boolean {
  return error instanceof Error && (error as { code?: unknown }).code === "ENOENT";
}

export function message(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
