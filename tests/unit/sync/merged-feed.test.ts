import { expect, test } from "vitest";
import { NetworkError } from "../../../client/http-errors.ts";
import type { SharedSpaces } from "../../../client/ports/shared-spaces.ts";
import type { RemoteChanges, SyncRemote } from "../../../client/ports/sync-remote.ts";
import type { Entry } from "../../../client/sync/entry.ts";
import { MergedFeed } from "../../../client/sync/merged-feed.ts";
import { Pull } from "../../../client/sync/pull.ts";
import { Trees } from "../../../client/sync/trees.ts";
import { Watchdog } from "../../../client/sync/watchdog.ts";
import type { Node, OperationInput } from "../../../protocol/tree.ts";
import { Prng } from "../../sim/prng.ts";
import { Scheduler } from "../../sim/scheduler.ts";
import { idMaker, SimServer } from "../../sim/sim-server.ts";
import { SimSharedFolders } from "../../sim/sim-shared.ts";
import { SimDatabase } from "../../sim/sim-store.ts";
import { forgetfulStore } from "./support/memory-store.ts";
import { ManualClock } from "./support/manual-clock.ts";

const CASES = Number(process.env["FEED_CASES"] ?? 150);
const signal = new AbortController().signal;

/** A member's home, and an owner's space with two folders that are shared with the member. */
class World {
  readonly random: Prng;
  readonly scheduler = new Scheduler();
  readonly home: SimServer;
  readonly owner: SimServer;
  readonly shared: SimSharedFolders;
  readonly newId: () => string;
  readonly folders: string[] = [];
  readonly mounts = new Map<string, string>();
  readonly database = new SimDatabase();
  faults = 0.3;
  requests = 0;
  /** Whether the shared folders get into each other, and roles change. */
  isNesting = false;
  feed!: MergedFeed;
  pull!: Pull;
  trees!: Trees;

  constructor(seed: number) {
    this.random = new Prng(seed);
    this.newId = idMaker(this.random, "01t");
    this.home = new SimServer(this.scheduler, new Prng(seed, 1));
    this.owner = new SimServer(this.scheduler, new Prng(seed, 2));
    this.shared = new SimSharedFolders(this.owner);
    this.shared.pageSize = this.random.int(1, 6);
    this.home.pageSize = this.random.int(1, 6);
    for (const name of ["F", "G"]) {
      const id = this.newId();
      this.commit(this.owner, { type: "createFolder", id, parent: this.owner.space.rootId, name });
      this.folders.push(id);
      this.shared.share(id);
    }
    this.restart();
  }

  commit(server: SimServer, operation: OperationInput): void {
    server.commit([operation], this.newId());
  }

  mount(folder: string): void {
    this.shared.roles.set(folder, this.shared.roles.get(folder) ?? "editor");
    this.mounts.set(folder, this.home.mount(this.home.space.rootId, `mount`, folder));
  }

  /** As a process that was killed, and begins again with what was kept. */
  restart(): void {
    const { database } = this;
    this.trees = new Trees({
      ...forgetfulStore(),
      load: () => ({ entries: [...database.entries.values()], meta: [...database.meta] }),
      save: (entries: readonly Entry[], meta) => database.save(entries, meta),
    });
    this.trees.setMeta("root", this.home.space.rootId);
    this.feed = new MergedFeed({
      home: async (cursor) => this.home.changes(cursor),
      list: async function* () {},
      spaces: this.#spaces(),
    });
    const unused = (): Promise<never> => Promise.reject(new Error("not asked for"));
    const remote: SyncRemote = {
      changes: (cursor, _, isKnown) => this.#lossy(cursor, isKnown),
      commit: unused,
      send: unused,
      hash: unused,
      fetch: unused,
      read: unused,
    };
    const watchdog = new Watchdog(new ManualClock(), 1_000);
    this.pull = new Pull({ trees: this.trees, store: forgetfulStore(), remote, watchdog, onCursor: () => undefined });
  }

  async pullSome(): Promise<void> {
    await this.pull.run(signal).catch((error: unknown) => {
      if (!(error instanceof NetworkError)) throw error;
    });
  }

  /** Answers may be lost after they were made, be made twice, and changes happen between two pages. */
  async #lossy(cursor: string | undefined, isKnown: (id: string) => boolean): Promise<RemoteChanges> {
    const { random } = this;
    if (++this.requests > 20_000) throw new Error(`pulls do not end, at ${cursor}`);
    if (random.chance(this.faults / 3)) throw new NetworkError("lost");
    const page = await this.feed.changes(cursor, signal, isKnown);
    if (random.chance(this.faults / 3)) throw new NetworkError("the answer is lost");
    if (random.chance(this.faults)) this.change();
    return random.chance(this.faults / 3) ? this.feed.changes(cursor, signal, isKnown) : page;
  }

  change(): void {
    const { random } = this;
    const server = random.chance(0.25) ? this.home : this.owner;
    const nodes = [...server.space.nodes.values()].filter(({ parent }) => parent !== null);
    const folders = [...server.space.nodes.values()].filter(({ type, mount }) => type === "folder" && !mount);
    const parent = random.pick(folders).id;
    const node = nodes.length > 0 ? random.pick(nodes).id : "";
    const name = `n${random.int(1, 9)}`;
    const isShared = this.folders.includes(node);
    const what = random.weighted({
      make: 4,
      move: 4,
      rename: 2,
      trash: 1,
      restore: 1,
      purge: 0.5,
      mount: 0.4,
      lose: 0.2,
      role: this.isNesting ? 0.3 : 0,
    });
    if (what === "make")
      this.commit(server, { type: "createFolder", id: this.newId(), parent, name, onConflict: "rename" });
    else if (what === "mount") {
      const folder = random.pick(this.folders);
      const known = this.mounts.get(folder);
      const at = known === undefined ? undefined : this.home.space.nodes.get(known);
      if (at?.state !== "live") this.mount(folder);
    } else if (what === "lose") {
      const folder = random.pick(this.folders);
      const known = this.mounts.get(folder);
      if (known === undefined) return;
      this.shared.roles.delete(folder);
      this.commit(this.home, { type: "trash", node: known });
      this.commit(this.home, { type: "purge", node: known });
    } else if (what === "role") {
      const folder = random.pick(this.folders);
      if (this.shared.roles.has(folder)) this.shared.roles.set(folder, random.pick(["viewer", "editor"] as const));
      // Its member is told.
      this.feed.markRoles();
    } else if (isShared && this.isNesting && (what === "move" || what === "rename")) {
      this.commit(this.owner, { type: "move", node, parent, onConflict: "rename" });
    } else if (isShared || node === "" || this.#isOldMount(node)) return;
    else if (what === "move") this.commit(server, { type: "move", node, parent, onConflict: "rename" });
    else if (what === "rename") this.commit(server, { type: "move", node, name, onConflict: "rename" });
    else if (this.isNesting && this.#hasShared(node)) return;
    else if (what === "trash") this.commit(server, { type: "trash", node });
    else if (what === "restore") this.commit(server, { type: "restore", node, onConflict: "rename" });
    else {
      this.commit(server, { type: "purge", node });
      while (server.space.reap());
    }
  }

  /** What is in the trash with what has it is told to nobody, and stays as it is (M10). */
  #hasShared(id: string): boolean {
    const nodes = new Map([...this.owner.space.nodes, ...this.home.space.nodes]);
    return [...this.folders, ...this.mounts.values()].some((shared) => {
      for (let at = nodes.get(shared); at?.parent; at = nodes.get(at.parent)) if (at.parent === id) return true;
      return false;
    });
  }

  /** Whether it stood for a folder that another one stands for since: an account has one mount of each. */
  #isOldMount(id: string): boolean {
    const folder = this.home.space.nodes.get(id)?.mount;
    return folder !== undefined && this.mounts.get(folder) !== id;
  }

  /** What is live for the member, by id. */
  truth(): Map<string, string> {
    const truth = new Map<string, string>();
    const mounted = [...this.home.space.tree().values()].filter(({ mount }) => this.shared.roles.has(mount ?? ""));
    for (const { id, parent, name } of this.home.space.tree().values()) truth.set(id, `${parent}/${name}`);
    // What is written over what goes before: inner ones first, and those that may only be read before the others.
    const isOuter = (a: Node, b: Node): boolean => this.shared.live(a.mount ?? "").has(b.mount ?? "");
    const isHeld = ({ mount }: Node): boolean => this.shared.roles.get(mount ?? "") === "viewer";
    mounted.sort((a, b) => Number(isHeld(b)) - Number(isHeld(a)) || Number(isOuter(a, b)) - Number(isOuter(b, a)));
    for (const { id, mount = "" } of mounted)
      for (const [child, node] of this.shared.live(mount))
        truth.set(child, `${node.parent === mount ? id : node.parent}/${node.name}`);
    return truth;
  }

  seen(): Map<string, string> {
    const seen = new Map<string, string>();
    const walk = (folder: string): void => {
      for (const { id, remote } of this.trees.remoteChildren(folder)) {
        seen.set(id, `${remote?.parent}/${remote?.name}`);
        walk(id);
      }
    };
    walk(this.home.space.rootId);
    return seen;
  }

  #spaces(): SharedSpaces {
    const { shared } = this;
    const unused = (): Promise<never> => Promise.reject(new Error("not asked for"));
    return {
      roles: async () => new Map(shared.roles),
      open: (folder) => ({
        changes: async (cursor) => shared.changes(folder, cursor),
        list: async function* (folders) {
          yield* shared.list(folder, folders);
        },
        commit: unused,
        send: unused,
        fetch: unused,
        read: unused,
      }),
    };
  }
}

const sorted = (map: Map<string, string>): string[] => [...map].map(([id, at]) => `${id} ${at}`).sort();

test.each([
  ["", false],
  ["; what is in two of them is in one place", true],
])(
  "[M5] [M7] the merged tree is that of home and of all mounts, whatever changed, was lost, came twice, or was cut off%s",
  async (_, isNesting) => {
    for (let seed = 1; seed <= CASES; seed++) {
      const world = new World(seed);
      world.isNesting = isNesting;
      for (let i = 0; i < 40; i++) {
        for (let n = world.random.int(0, 4); n > 0; n--) world.change();
        await world.pullSome();
        if (world.random.chance(0.1)) world.restart();
      }
      world.faults = 0;
      await world.pullSome();
      await world.pullSome();
      expect(world.pull.isWhole, `seed ${seed}`).toBe(true);
      expect(sorted(world.seen()), `seed ${seed}`).toEqual(sorted(world.truth()));
    }
  },
  120_000,
);
