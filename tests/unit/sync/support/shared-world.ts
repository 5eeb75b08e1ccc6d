import type { SharedSpaces } from "../../../../client/ports/shared-spaces.ts";
import type { PushChannel, RealmMoves, SyncRemote } from "../../../../client/ports/sync-remote.ts";
import { LedgeError } from "../../../../protocol/errors.ts";
import type { Role } from "../../../../protocol/members.ts";
import type { Node, OperationInput } from "../../../../protocol/tree.ts";
import { MergedPush } from "../../../../client/sync/merged-push.ts";
import { MergedRemote } from "../../../../client/sync/merged-remote.ts";
import { cut } from "../../../sim/content.ts";
import { Prng } from "../../../sim/prng.ts";
import type { SimProcess } from "../../../sim/process.ts";
import { SimRemote } from "../../../sim/sim-remote.ts";
import { SimServer } from "../../../sim/sim-server.ts";
import { SimMover } from "../../../sim/sim-mover.ts";
import { SimSharedFolders } from "../../../sim/sim-shared.ts";
import { Handover } from "./handover.ts";
import { EngineWorld, type WorldOptions } from "./engine-world.ts";
import { wrapped } from "./wrapped-remote.ts";

/** One device of a member, and the space of somebody who shares the folder `Team` with them, which is mounted as `team`. */
export class SharedWorld extends EngineWorld {
  owner = new SimServer(this.scheduler, new Prng(2, 1));
  shared = new SimSharedFolders(this.owner);
  readonly folder = this.newId();
  readonly mount: string;
  /** Whether the folder is changing hands at this moment. */
  isBusy = false;
  readonly mover = new SimMover(this.server, this.owner, this.shared, this.folder, this.newId);
  /** Bytes that were fetched from the shared folder, by each process. */
  readonly fetched: { fetchedBytes: number }[] = [];
  #tell: (space: string) => void = () => undefined;
  /** Operations that were sent to the shared folder. */
  readonly sent: OperationInput[] = [];

  constructor(role: Role = "editor") {
    super();
    this.byOwner({ type: "createFolder", id: this.folder, parent: this.owner.space.rootId, name: "Team" });
    this.shared.share(this.folder, role);
    this.mount = this.server.mount(this.rootId, "team", this.folder);
  }

  /** Runs the client, as `ledge sync` does. */
  sync(): void {
    this.start(this.#wraps());
  }

  async syncAgain(): Promise<void> {
    await this.restart(this.#wraps());
  }

  byOwner(...operations: OperationInput[]): void {
    const { results } = this.owner.commit(operations, this.newId());
    for (const result of results) if (!result.ok) throw new Error(`${result.code}: ${result.detail}`);
  }

  writeByOwner(name: string, text: string, parent = this.folder): void {
    const { chunks, pieces } = cut(new TextEncoder().encode(text));
    this.owner.receive(pieces);
    this.byOwner({ type: "createFile", id: this.newId(), parent, name, chunks: [...chunks], mtime: 0 });
  }

  /** Takes the folder from the member, as its owner does. */
  remove(): void {
    this.shared.roles.delete(this.folder);
    this.commit({ type: "trash", node: this.mount }, { type: "purge", node: this.mount });
  }

  ownerPaths(): string[] {
    return [...this.owner.space.tree().keys()].sort();
  }

  /** Gives the folder to whom `to` is the space of, as the server does (M13): copied under its ids, and then in the place of the mount. */
  readonly handover = new Handover(this);

  /** From now on that space has the folder. */
  ownedBy(owner: SimServer, role: Role | null): void {
    const shared = new SimSharedFolders(owner);
    shared.share(this.folder);
    if (role === null) shared.roles.delete(this.folder);
    else shared.roles.set(this.folder, role);
    for (const listener of this.shared.listeners) shared.listeners.add(listener);
    this.owner = owner;
    this.shared = shared;
    this.#tell(this.folder);
  }

  #wraps(): WorldOptions {
    let merged: MergedRemote | null = null;
    return {
      wrap: (home, process) => (merged = this.#merged(home, process)),
      wrapPush: (push, process) => {
        if (!merged) throw new Error("there is no feed yet");
        return new MergedPush({ channel: this.#telling(push), feed: merged.feed, clock: process.clock });
      },
    };
  }

  /** The socket with what it says of the shared folder. */
  #telling(push: PushChannel): PushChannel {
    return {
      run: async (onMessage, signal) => {
        this.#tell = (space) => {
          this.scheduler.after(10, () => onMessage({ type: "shared", space }));
        };
        this.shared.listeners.add(this.#tell);
        await push.run(onMessage, signal);
        this.shared.listeners.delete(this.#tell);
      },
      acknowledge: (cursor) => push.acknowledge(cursor),
    };
  }

  #merged(home: SyncRemote, process: SimProcess): MergedRemote {
    const { network, disk, sent } = this;
    const stats = { fetchedBytes: 0 };
    this.fetched.push(stats);
    const remote = (): SimRemote => new SimRemote(this.owner, network, process, disk, stats);
    const now = (): SimSharedFolders => {
      if (this.isBusy) throw new LedgeError("busy");
      return this.shared;
    };
    const spaces: SharedSpaces = {
      roles: async () => {
        const owned = this.owner === this.server ? ([[this.folder, "owner"]] as const) : [];
        return new Map<string, Role | "owner">([...this.shared.roles, ...owned]);
      },
      open: (folder) => ({
        changes: async (cursor) => now().changes(folder, cursor),
        list: async function* (folders) {
          yield* now().list(folder, folders);
        },
        commit: async (operations, { operationId, epoch }) => {
          sent.push(...operations);
          return now().commit(folder, operations, operationId, epoch);
        },
        send: (...args) => remote().send(...args),
        fetch: (...args) => remote().fetch(...args),
        read: (...args) => remote().read(...args),
      }),
    };
    const { server } = this;
    const list = async function* (folders: readonly string[]): AsyncGenerator<Node> {
      for (const id of folders) yield* server.space.children(id);
    };
    const listed = { ...wrapped(home, {}), list };
    const { mover } = this;
    const moves: RealmMoves = {
      begin: async (move) => mover.begin(move),
      look: async (id) => mover.look(id),
      cancel: async (id) => mover.cancel(id),
    };
    return new MergedRemote({
      home: listed,
      spaces,
      moves: mover.isThere ? moves : undefined,
      onStale: () => undefined,
    });
  }
}
