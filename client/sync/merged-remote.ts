import { LedgeError } from "../../protocol/errors.ts";
import type { OperationInput } from "../../protocol/tree.ts";
import type { RemoteFile } from "../download/fetch-file.ts";
import type { ReplicaPath, Stamp } from "../ports/replica-files.ts";
import type { SharedSpaceRemote, SharedSpaces } from "../ports/shared-spaces.ts";
import type {
  RealmMove,
  RealmMoves,
  RealmMoveState,
  RemoteChanges,
  RemoteCommitResponse,
  SentFile,
  SyncCommitOptions,
  SyncRemote,
  TransferOptions,
} from "../ports/sync-remote.ts";
import { MergedFeed } from "./merged-feed.ts";
import { answerInTree, inSpace } from "./mount-view.ts";

/** A shared folder does not let this account do that, or cannot be asked at the moment. */
export class SpaceRefused extends Error {
  override readonly name = "SpaceRefused";
}

export interface MergedRemoteOptions {
  readonly home: SyncRemote & Pick<SharedSpaceRemote, "list">;
  readonly spaces: SharedSpaces;
  /** Between the spaces, by their own folders; absent: the server knows of none. */
  readonly moves?: RealmMoves | undefined;
  /** A space refused something: what is known of it may be old. */
  readonly onStale: () => void;
}

/**
 * The account's own space and the shared folders in its tree as one tree: what is in a shared folder is in the mount that
 * stands for it, under ids that are unique over all. Each commit and each transfer is of one realm, and goes to its routes.
 */
export class MergedRemote implements SyncRemote {
  readonly #options: MergedRemoteOptions;
  readonly feed: MergedFeed;
  readonly moves: RealmMoves | undefined;

  constructor(options: MergedRemoteOptions) {
    const { home, spaces } = options;
    this.#options = options;
    this.moves = options.moves && this.#moves(options.moves);
    this.feed = new MergedFeed({
      home: (cursor, signal) => home.changes(cursor, signal, () => true),
      list: (folders, signal) => home.list(folders, signal),
      spaces,
    });
  }

  changes(cursor: string | undefined, signal: AbortSignal, isKnown: (node: string) => boolean): Promise<RemoteChanges> {
    return this.feed.changes(cursor, signal, isKnown);
  }

  async commit(operations: readonly OperationInput[], options: SyncCommitOptions): Promise<RemoteCommitResponse> {
    const { realm } = options;
    // What others did there meanwhile is asked for then, and not all the rest with it.
    this.feed.mark(realm);
    if (realm === undefined) return this.#options.home.commit(operations, options);
    const mount = this.feed.mountOf(realm);
    if (mount === undefined) throw new SpaceRefused("the shared folder is not in this tree any more");
    const mounted = { realm, mount };
    const sent = operations.map((operation) => inSpace(mounted, operation));
    return answerInTree(mounted, await this.#in(realm, (space) => space.commit(sent, options)));
  }

  send(path: ReplicaPath, expected: Stamp, options: TransferOptions): Promise<SentFile> {
    const { realm } = options;
    if (realm === undefined) return this.#options.home.send(path, expected, options);
    return this.#in(realm, (space) => space.send(path, expected, options));
  }

  hash(path: ReplicaPath, expected: Stamp, options: TransferOptions): Promise<{ content: string; stamp: Stamp }> {
    return this.#options.home.hash(path, expected, options);
  }

  fetch(
    file: RemoteFile,
    name: string,
    base: { readonly path: ReplicaPath; readonly content: string } | null,
    options: TransferOptions,
  ): Promise<void> {
    const { realm } = options;
    if (realm === undefined) return this.#options.home.fetch(file, name, base, options);
    return this.#in(realm, (space) => space.fetch(file, name, base, options));
  }

  read(file: RemoteFile, options: Pick<TransferOptions, "signal" | "realm">): Promise<Uint8Array> {
    const { realm } = options;
    if (realm === undefined) return this.#options.home.read(file, options);
    return this.#in(realm, (space) => space.read(file, options));
  }

  /** What is over changed both realms. */
  #moves(moves: RealmMoves): RealmMoves {
    const noted = (state: RealmMoveState): RealmMoveState => {
      if (state.state === "done") this.feed.markAll();
      return state;
    };
    const begin = async (move: RealmMove, signal: AbortSignal): Promise<RealmMoveState> => {
      const { realm, parent } = move.to;
      const isRoot = realm !== undefined && parent === this.feed.mountOf(realm);
      return noted(await moves.begin(isRoot ? { ...move, to: { realm, parent: realm } } : move, signal));
    };
    return {
      begin,
      look: async (id, signal) => noted(await moves.look(id, signal)),
      cancel: async (id, signal) => noted(await moves.cancel(id, signal)),
    };
  }

  async damaged(signal: AbortSignal): Promise<readonly { readonly id: string; readonly content: string }[]> {
    return (await this.#options.home.damaged?.(signal)) ?? [];
  }

  /** What a space refuses ends nothing but that step, which rests: the account's own space is as it was. */
  async #in<T>(realm: string, work: (space: SharedSpaceRemote) => Promise<T>): Promise<T> {
    try {
      return await work(this.#options.spaces.open(realm));
    } catch (error) {
      this.feed.mark(realm);
      if (error instanceof LedgeError && error.code === "busy")
        throw new SpaceRefused(`the shared folder is busy: ${error.message}`, { cause: error });
      if (!isRefusal(error)) throw error;
      this.feed.markRoles();
      this.#options.onStale();
      throw new SpaceRefused(`the shared folder refused it: ${error.message}`, { cause: error });
    }
  }
}

function isRefusal(error: unknown): error is LedgeError {
  return error instanceof LedgeError && ["forbidden", "insufficient_scope"].includes(error.code);
}
