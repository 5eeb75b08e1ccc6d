import type { PushChannel } from "../../../../client/ports/sync-remote.ts";
import { NetworkError } from "../../../../client/http-errors.ts";
import { LedgeError } from "../../../../protocol/errors.ts";
import { newId } from "../../../../protocol/new-id.ts";
import type { NoticeAbout } from "../../../../protocol/push.ts";
import type { Node, OperationInput } from "../../../../protocol/tree.ts";
import { createDrive, type RunningDrive } from "../../../../web/src/drive/create-drive.ts";
import type { DriveApi, SpaceRequests } from "../../../../web/src/drive/ports.ts";
import { Prng } from "../../../sim/prng.ts";
import { Scheduler } from "../../../sim/scheduler.ts";
import { SimServer } from "../../../sim/sim-server.ts";
import { SharedFolder } from "./shared-folder.ts";
import { fastClock, MemoryBrowser, MemoryNetwork, MemoryPage } from "./memory-drive-ports.ts";

/** A server, and the ways in which drives reach it. */
export class DriveWorld {
  readonly server = new SimServer(new Scheduler(), new Prng(1));
  readonly stars = new Set<string>();
  /** Folders of others, by id. */
  readonly shared = new Map<string, SharedFolder>();
  /** Every request that came through, e.g. `commit` or `children`. */
  readonly requests: string[] = [];
  /** Called before and after each request is carried out; what it rejects with is what the caller gets. */
  weather: (request: string, when: "before" | "after") => Promise<void> = () => Promise.resolve();
  readonly #notices = new Set<(about: NoticeAbout) => void>();
  readonly #sockets = new Set<(space: string) => void>();
  #random = 1;
  readonly #drives: RunningDrive[] = [];

  get root(): string {
    return this.server.space.rootId;
  }

  /** A drive that is at work. */
  open({ browser = new MemoryBrowser(), network = new MemoryNetwork(), page = new MemoryPage() } = {}): {
    drive: RunningDrive;
    browser: MemoryBrowser;
    network: MemoryNetwork;
  } {
    const home = { space: this.server.space.id, root: this.root };
    const drive = createDrive({
      api: this.#api(network),
      account: { id: "a", home },
      ports: {
        clock: fastClock,
        random: () => 0.5,
        store: browser.store,
        tabs: browser.tab(),
        network,
        page,
        openPush: (onNotice) => Promise.resolve(this.#channel(network, onNotice)),
      },
    });
    drive.start();
    this.#drives.push(drive);
    return { drive, browser, network };
  }

  close(): void {
    for (const drive of this.#drives) drive.stop();
  }

  /** Makes folders of these names somewhere, as another device would; answers them. */
  make(parent: string, ...names: string[]): Node[] {
    const operations = names.map((name) => ({ type: "createFolder", id: newId(), parent, name }) as const);
    const made: Node[] = [];
    while (operations.length > 0) {
      const { results } = this.server.commit(operations.splice(0, 1000), newId());
      for (const { node } of results) if (node) made.push(node);
    }
    return made;
  }

  /** Names of a folder's live children, sorted. */
  names(folder: string): string[] {
    return this.children(folder).map(({ name }) => name);
  }

  children(folder: string): Node[] {
    const nodes = [...this.server.space.nodes.values()];
    return nodes
      .filter((node) => node.parent === folder && node.state === "live")
      .sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** Another account shares a folder of this name, which is mounted in `parent`. */
  share(name: string, parent = this.root): SharedFolder {
    const owner = new SimServer(new Scheduler(), new Prng((this.#random += 1)));
    const id = newId();
    owner.commit([{ type: "createFolder", id, parent: owner.space.rootId, name }], newId());
    const shared = new SharedFolder(owner, id);
    this.shared.set(id, shared);
    shared.listeners.add(() => {
      for (const tell of this.#sockets) tell(id);
    });
    const [mount] = this.make(parent, name);
    const node = this.server.space.nodes.get(mount?.id ?? "");
    if (!node) throw new Error("there is no mount");
    this.server.space.nodes.set(node.id, { ...node, mount: id });
    shared.mount = node.id;
    this.notice("spaces");
    return shared;
  }

  /** Shares a folder of the account's own. Its new owner, once it has one, has an empty one of its id. */
  own(folder: string): SharedFolder {
    const owner = new SimServer(new Scheduler(), new Prng((this.#random += 1)));
    owner.commit([{ type: "createFolder", id: folder, parent: owner.space.rootId, name: "Plans" }], newId());
    const shared = new SharedFolder(owner, folder);
    Object.assign(shared, { role: "owner", ownedBy: "a", mount: folder });
    this.shared.set(folder, shared);
    return shared;
  }

  /** Gives a shared folder another owner: this account, or the other one. @param inside - What is made in it by that. */
  handOver(shared: SharedFolder, role: SharedFolder["role"], inside: readonly OperationInput[] = []): void {
    const { id } = shared;
    if (role === "owner") {
      const mount = shared.mount ?? "";
      this.server.commit([{ type: "trash", node: mount }], newId());
      this.server.commit([{ type: "purge", node: mount }], newId());
      this.server.commit([{ type: "createFolder", id, parent: this.root, name: "Plans" }, ...inside], newId());
      Object.assign(shared, { role, ownedBy: "a", mount: id });
    } else {
      this.server.commit([{ type: "trash", node: id }], newId());
      const [mount] = this.make(this.root, "Plans");
      if (mount) this.server.space.nodes.set(mount.id, { ...mount, mount: id });
      Object.assign(shared, { role, ownedBy: "owner", mount: mount?.id });
    }
    this.notice("spaces");
  }

  /** The account loses a shared folder: at once, and without a mount. */
  remove(shared: SharedFolder): void {
    shared.isShared = false;
    this.shared.delete(shared.id);
    const node = shared.mount ?? "";
    this.server.commit([{ type: "trash", node }], newId());
    this.server.commit([{ type: "purge", node }], newId());
    this.notice("spaces");
  }

  notice(about: NoticeAbout): void {
    for (const tell of this.#notices) tell(about);
  }

  async #ask<T>(network: MemoryNetwork, request: string, answer: () => T): Promise<T> {
    await this.#arrive(network, request, "before");
    this.requests.push(request);
    const value = structuredClone(answer());
    await this.#arrive(network, request, "after");
    return value;
  }

  #inSpace(network: MemoryNetwork, id: string): SpaceRequests {
    const ask = <T>(request: string, answer: (shared: SharedFolder) => T): Promise<T> =>
      this.#ask(network, `${request} in ${id}`, () => {
        const shared = this.shared.get(id);
        if (!shared) throw new LedgeError("not_found");
        return answer(shared);
      });
    return {
      childrenPage: (folder) =>
        ask("children", (shared) => ({
          nodes: shared.children(folder),
          next: null,
          changesCursor: shared.cursor(),
        })),
      node: (node) =>
        ask("node", (shared) => {
          const found = shared.node(node);
          const ancestors = shared.above(found).map((each) => ({ id: each.id, name: each.name }));
          return { node: found, path: "", ancestors, reach: "live", changesCursor: shared.cursor() } as const;
        }),
      commit: (operations, options) =>
        ask("commit", (shared) => shared.commit(operations, options?.operationId, options?.epoch)),
      changes: (cursor) => ask("changes", (shared) => shared.changes(cursor)),
    };
  }

  #api(network: MemoryNetwork): DriveApi {
    const ask = <T>(request: string, answer: () => T): Promise<T> => this.#ask(network, request, answer);
    const star = (id: string, starred: boolean): void => {
      if (starred) this.stars.add(id);
      else this.stars.delete(id);
      this.notice("stars");
    };
    return {
      http: { bookmark: undefined, bookmarkOf: () => undefined, remember: () => undefined },
      inSpace: (folder) => this.#inSpace(network, folder),
      spaces: () => ask("spaces", () => [...this.shared.values()].map(({ listed }) => listed)),
      childrenPage: (folder, request) =>
        ask("children", () => {
          const { limit = 1000, cursor } = request ?? {};
          if (this.#node(folder).type !== "folder") throw new LedgeError("not_a_folder");
          const nodes = this.children(folder).filter(({ name }) => cursor === undefined || name > cursor);
          const next = nodes.length > limit ? (nodes[limit - 1]?.name ?? null) : null;
          return { nodes: nodes.slice(0, limit), next, changesCursor: this.#cursor() };
        }),
      node: (id) =>
        ask("node", () => {
          const node = this.#node(id);
          const chain = this.#chain(node);
          const reach = [node, ...chain].every(({ state }) => state === "live") ? "live" : "trashed";
          const ancestors = chain.map((each) => ({ id: each.id, name: each.name }));
          return { node, path: "", ancestors, reach, changesCursor: this.#cursor() } as const;
        }),
      commit: (operations, options) =>
        ask("commit", () => this.server.commit(operations, options?.operationId ?? newId(), options?.epoch)),
      changes: (cursor) => ask("changes", () => this.server.changes(cursor)),
      star: (id) => ask("star", () => star(id, true)),
      unstar: (id) => ask("unstar", () => star(id, false)),
      starredIds: () => ask("stars", () => [...this.stars]),
    };
  }

  async #arrive(network: MemoryNetwork, request: string, when: "before" | "after"): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, 0));
    if (!network.isOnline()) throw new NetworkError("offline");
    await this.weather(request, when);
  }

  #channel(network: MemoryNetwork, onNotice: (about: NoticeAbout) => void): PushChannel {
    return {
      acknowledge: () => undefined,
      run: async (onMessage, signal) => {
        const { listeners } = this.server;
        while (!signal.aborted) {
          if (!network.isOnline()) {
            await fastClock.sleep(1_000, signal).catch(() => undefined);
            continue;
          }
          onMessage({ type: "open" });
          const hear = (base: string, changes: Parameters<Parameters<typeof listeners.add>[0]>[1]): void =>
            onMessage({ type: "changes", base, changes: structuredClone(changes) });
          listeners.add(hear);
          const hearShared = (space: string): void => onMessage({ type: "shared", space });
          this.#sockets.add(hearShared);
          this.#notices.add(onNotice);
          await new Promise<void>((resolve) => {
            network.onChange(resolve);
            signal.addEventListener("abort", () => resolve(), { once: true });
          });
          listeners.delete(hear);
          this.#sockets.delete(hearShared);
          this.#notices.delete(onNotice);
          onMessage({ type: "closed", reason: "the network is gone" });
        }
      },
    };
  }

  #cursor(): string {
    return this.server.changes(undefined).cursor;
  }

  #node(id: string): Node {
    const node = this.server.space.nodes.get(id);
    if (!node || node.state === "purged") throw new LedgeError("not_found");
    return node;
  }

  #chain(node: Node): Node[] {
    return node.parent === null ? [] : [...this.#chain(this.#node(node.parent)), this.#node(node.parent)];
  }
}
