import type { Api } from "../../../client/api.ts";
import { LedgeError } from "../../../protocol/errors.ts";
import type { Clock } from "../../../client/ports/clock.ts";
import type { Node, NodePage } from "../../../protocol/tree.ts";
import type { FolderView } from "./drive.ts";
import type { Follower } from "./follower.ts";
import type { DriveStore } from "./ports.ts";

/** How far the listing of a folder is. */
export type LoadState = Pick<FolderView, "state" | "error">;

export interface FolderLoaderOptions {
  readonly api: Pick<Api, "childrenPage">;
  readonly store: Pick<DriveStore, "folder" | "drop">;
  readonly follower: Pick<Follower, "beginRead" | "goOnFrom">;
  readonly clock: Clock;
  /** Takes nodes in, and tells nobody: `onChange` follows. */
  readonly take: (nodes: readonly Node[]) => void;
  /** Makes a node unknown again where it is still of that seq. */
  readonly forget: (id: string, seq: number) => void;
  /** Whether the server does not have the folder yet: then there is nothing to list. */
  readonly isNew: (folder: string) => boolean;
  /** Sees to it that the folder itself and those above it are known. */
  readonly find: (folder: string) => Promise<unknown>;
  readonly onChange: () => void;
}

/** Entries of the first page, which is to be there soon, and of those that follow. */
const FIRST_PAGE = 200;
const PAGE = 1_000;
/** Milliseconds between two tellings of a folder that is loading: each makes whoever shows it look at all of it. */
const TELL_EVERY = 250;

interface Load extends LoadState {
  readonly holders: number;
  readonly isRunning: boolean;
  /** Ids and seqs of what came from the store and no listing has borne out yet. */
  readonly kept: ReadonlyMap<string, number>;
}

const UNKNOWN: Load = { state: "loading", error: null, holders: 0, isRunning: false, kept: new Map() };

/** Lists the folders that are held, first from the store, then from the server. What is listed once is kept current by others. */
export class FolderLoader {
  readonly #options: FolderLoaderOptions;
  readonly #loads = new Map<string, Load>();
  #abort = new AbortController();
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

  /** Whether any listing is under way. */
  get isListing(): boolean {
    return this.#running > 0;
  }

  /** Folders that were listed to their end. */
  complete(): string[] {
    return [...this.#loads].filter(([, { state }]) => state === "complete").map(([folder]) => folder);
  }

  isRunning(folder: string): boolean {
    return this.#load(folder).isRunning;
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

  /** Everything that was listed is void. */
  reset(): void {
    this.#mayRecall = false;
    this.#abort.abort();
    this.#abort = new AbortController();
    const held = [...this.#loads].filter(([, { holders }]) => holders > 0);
    this.#loads.clear();
    for (const [folder, { holders }] of held) this.#loads.set(folder, { ...UNKNOWN, holders });
    for (const [folder] of held) this.#begin(folder);
  }

  stop(): void {
    this.#abort.abort();
  }

  #begin(folder: string): void {
    const { state, holders, isRunning } = this.#load(folder);
    if (isRunning || holders === 0 || state === "complete" || this.#abort.signal.aborted) return;
    if (this.#options.isNew(folder)) return;
    this.#set(folder, { isRunning: true });
    void this.#run(folder, this.#abort.signal);
  }

  async #run(folder: string, signal: AbortSignal): Promise<void> {
    this.#running += 1;
    try {
      if (this.#mayRecall && this.#load(folder).state !== "kept") await this.#recall(folder, signal);
      await Promise.all([this.#list(folder, signal), this.#options.find(folder)]);
      this.#set(folder, { state: "complete", error: null, kept: new Map() });
    } catch (error) {
      if (!signal.aborted) this.#fail(folder, error);
    } finally {
      this.#running -= 1;
    }
    if (signal.aborted) return;
    this.#set(folder, { isRunning: false });
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
    this.#options.follower.goOnFrom(kept.cursor);
    this.#options.take([...kept.above, ...kept.nodes]);
    this.#set(folder, { state: "kept", kept: new Map(kept.nodes.map(({ id, seq }) => [id, seq])) });
    this.#options.onChange();
  }

  async #list(folder: string, signal: AbortSignal): Promise<void> {
    const { api, clock, follower } = this.#options;
    const read = follower.beginRead();
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
