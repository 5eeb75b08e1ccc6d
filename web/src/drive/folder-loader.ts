import { LedgeError } from "../../../protocol/errors.ts";
import type { Clock } from "../../../client/ports/clock.ts";
import type { Node, NodePage } from "../../../protocol/tree.ts";
import type { FolderView } from "./drive.ts";
import type { Follower } from "./follower.ts";
import type { DriveStore, SpaceRequests } from "./ports.ts";

/** How far the listing of a folder is. */
export type LoadState = Pick<FolderView, "state" | "error">;

export interface FolderLoaderOptions {
  readonly requestsOf: (space: string) => Pick<SpaceRequests, "childrenPage">;
  /** The account's own space, where what nothing is known of is asked for first. */
  readonly home: string;
  readonly spaceOf: (folder: string) => string | undefined;
  readonly store: Pick<DriveStore, "folder" | "drop">;
  readonly followerOf: (space: string) => Pick<Follower, "beginRead" | "goOnFrom">;
  readonly clock: Clock;
  /** Takes nodes in, and tells nobody: `onChange` follows. */
  readonly take: (nodes: readonly Node[]) => void;
  /** Makes a node unknown again where it is still of that seq. */
  readonly forget: (id: string, seq: number) => void;
  /** Whether the server does not have the folder yet: then there is nothing to list. */
  readonly isNew: (folder: string) => boolean;
  /** Sees to it that the folder itself and those above it are known. */
  readonly find: (folder: string) => Promise<unknown>;
  /** Whether the account has shared folders of others: then home may have an unknown folder in its trash that is live in one. */
  readonly hasOthers: () => boolean;
  readonly onChange: () => void;
}

/** Entries of the first page, which is to be there soon, and of those that follow. */
const FIRST_PAGE = 200;
const PAGE = 1_000;
/** Milliseconds between two tellings of a folder that is loading: each makes whoever shows it look at all of it. */
const TELL_EVERY = 250;

interface Load extends LoadState {
  readonly holders: number;
  /** Ends the listing that is under way; null: none is. */
  readonly run: AbortController | null;
  /** Ids and seqs of what came from the store and no listing has borne out yet. */
  readonly kept: ReadonlyMap<string, number>;
}

const UNKNOWN: Load = { state: "loading", error: null, holders: 0, run: null, kept: new Map() };

/** Lists the folders that are held, first from the store, then from the server. What is listed once is kept current by others. */
export class FolderLoader {
  readonly #options: FolderLoaderOptions;
  readonly #loads = new Map<string, Load>();
  #isStopped = false;
  #running = 0;
  /** Until what the store has is void as well. */
  #mayRecall = true;

  constructor(options: FolderLoaderOptions) {
    this.#options = options;
  }

  state(folder: string): LoadState {
    return this.#loads.get(folder) ?? UNKNOWN;
  }

  /** Whether what changes in the folder matters: it is listed, or about to be. */
  has(folder: string): boolean {
    return this.#loads.has(folder);
  }

  /** Folders that are listed, or about to be. */
  all(): string[] {
    return [...this.#loads.keys()];
  }

  /** Whether any listing is under way. */
  get isListing(): boolean {
    return this.#running > 0;
  }

  /** Folders that were listed to their end. */
  complete(): string[] {
    return [...this.#loads].filter(([, { state }]) => state === "complete").map(([folder]) => folder);
  }

  isRunning(folder: string): boolean {
    return this.#load(folder).run !== null;
  }

  /** Folders that are shown. */
  held(): string[] {
    return [...this.#loads].filter(([, { holders }]) => holders > 0).map(([folder]) => folder);
  }

  isHeld(folder: string): boolean {
    return (this.#loads.get(folder)?.holders ?? 0) > 0;
  }

  /** Loads the folder, and tries again when asked to, until the answer is called. */
  hold(folder: string): () => void {
    this.#set(folder, { holders: this.#load(folder).holders + 1 });
    this.#begin(folder);
    let isHeld = true;
    return () => {
      if (!isHeld) return;
      isHeld = false;
      this.#set(folder, { holders: this.#load(folder).holders - 1 });
    };
  }

  /** Begins anew with what failed or could only be had from the store. */
  retry(): void {
    for (const folder of this.#loads.keys()) this.#begin(folder);
  }

  /** Begins anew with what is held and was missing, where `isThere` says that it is there again. */
  retryMissing(isThere: (folder: string) => boolean): void {
    for (const folder of this.held())
      if (this.#load(folder).state === "missing" && isThere(folder)) this.#begin(folder);
  }

  /** What was listed of these folders is void, and so is what the store has. */
  reset(folders: readonly string[]): void {
    this.#mayRecall = false;
    this.restart(folders);
  }

  /** What was listed of these folders is void. */
  restart(folders: readonly string[]): void {
    for (const folder of folders) {
      const load = this.#loads.get(folder);
      if (!load) continue;
      load.run?.abort();
      this.#loads.delete(folder);
      if (load.holders > 0) this.#loads.set(folder, { ...UNKNOWN, holders: load.holders });
      this.#begin(folder);
    }
  }

  stop(): void {
    this.#isStopped = true;
    for (const { run } of this.#loads.values()) run?.abort();
  }

  #begin(folder: string): void {
    const { state, holders, run } = this.#load(folder);
    if (run || holders === 0 || state === "complete" || this.#isStopped) return;
    if (this.#options.isNew(folder)) return;
    const begun = new AbortController();
    this.#set(folder, { run: begun });
    void this.#run(folder, begun.signal);
  }

  async #run(folder: string, signal: AbortSignal): Promise<void> {
    this.#running += 1;
    try {
      if (this.#mayRecall && this.#load(folder).state !== "kept") await this.#recall(folder, signal);
      await Promise.all([this.#list(folder, signal), this.#options.find(folder)]);
      if (!signal.aborted) this.#set(folder, { state: "complete", error: null, kept: new Map() });
    } catch (error) {
      if (!signal.aborted) this.#fail(folder, error);
    } finally {
      this.#running -= 1;
    }
    if (signal.aborted) return;
    this.#set(folder, { run: null });
    this.#options.onChange();
  }

  #fail(folder: string, error: unknown): void {
    if (error instanceof LedgeError && (error.code === "not_found" || error.code === "not_a_folder")) {
      void this.#options.store.drop(folder).catch(() => undefined);
      this.#set(folder, { state: "missing", error });
    } else if (this.#load(folder).kept.size > 0 || this.#load(folder).state === "kept") {
      this.#set(folder, { state: "kept", error });
    } else {
      this.#set(folder, { state: "failed", error });
    }
  }

  /** Shows what was kept of the folder. */
  async #recall(folder: string, signal: AbortSignal): Promise<void> {
    const kept = await this.#options.store.folder(folder).catch(() => undefined);
    if (!kept || signal.aborted) return;
    this.#options.followerOf(kept.space ?? this.#options.home).goOnFrom(kept.cursor);
    this.#options.take([...kept.above, ...kept.nodes]);
    this.#set(folder, { state: "kept", kept: new Map(kept.nodes.map(({ id, seq }) => [id, seq])) });
    this.#options.onChange();
  }

  /** Lists the folder in its space; one of which that is not known in the account's own, and else where it is found. */
  async #list(folder: string, signal: AbortSignal): Promise<void> {
    const { home, spaceOf, find, hasOthers } = this.#options;
    if (spaceOf(folder) === undefined && hasOthers()) {
      await find(folder);
      signal.throwIfAborted();
    }
    const space = spaceOf(folder);
    try {
      await this.#listIn(space ?? home, folder, signal);
    } catch (error) {
      if (space !== undefined || signal.aborted) throw error;
      await find(folder);
      const found = spaceOf(folder);
      if (found === undefined || found === home) throw error;
      await this.#listIn(found, folder, signal);
    }
  }

  async #listIn(space: string, folder: string, signal: AbortSignal): Promise<void> {
    const { requestsOf, clock, followerOf } = this.#options;
    const api = requestsOf(space);
    const read = followerOf(space).beginRead();
    const listed = new Set<string>();
    let toldAt = Number.NEGATIVE_INFINITY;
    let coming: Promise<NodePage> | null = api.childrenPage(folder, { limit: FIRST_PAGE }, signal);
    for (let isFirst = true; coming; isFirst = false) {
      const { nodes, next, changesCursor }: NodePage = await coming;
      signal.throwIfAborted();
      if (isFirst) read(changesCursor);
      // The server looks for the next page while this one is taken in.
      coming = next === null ? null : api.childrenPage(folder, { limit: PAGE, cursor: next }, signal);
      coming?.catch(() => undefined);
      for (const node of nodes) listed.add(node.id);
      this.#options.take(nodes);
      if (coming === null || clock.now() - toldAt < TELL_EVERY) continue;
      toldAt = clock.now();
      if (this.#load(folder).state !== "kept") this.#set(folder, { state: "partial", error: null });
      this.#options.onChange();
    }
    // What is still as the store had it, and was not listed, has gone since.
    for (const [id, seq] of this.#load(folder).kept) if (!listed.has(id)) this.#options.forget(id, seq);
  }

  #load(folder: string): Load {
    return this.#loads.get(folder) ?? UNKNOWN;
  }

  #set(folder: string, change: Partial<Load>): void {
    this.#loads.set(folder, { ...this.#load(folder), ...change });
  }
}
