import { nameKey } from "../../../../core/names.ts";
import type { Entry } from "../../../../client/sync/entry.ts";
import { STAGE } from "../../../../client/sync/entry.ts";
import type { PlanContext } from "../../../../client/sync/plan.ts";
import { ModelReplica } from "./model-replica.ts";
import { ModelServer, Refusal, ROOT } from "./model-server.ts";

/** One edit: what, where and how, as numbers that stand for the n-th of what there is. */
export interface Edit {
  readonly kind: number;
  readonly a: number;
  readonly b: number;
  readonly c: number;
}

const NAMES = ["a", "A", "b", "c", "d", "\u00e9", "e\u0301", "B", "a.txt", "f"];

/** A replica, its server, and random edits on both, with what of them may not be lost. */
export class World {
  readonly server = new ModelServer();
  readonly replica = new ModelReplica(this.server);
  readonly isCaseSensitive: boolean;
  /** Folders that are left out on this device. */
  readonly leftOut = new Set<string>();
  /** A name that this device cannot hold. */
  readonly impossible: string | null;
  /** Contents that somebody wrote last and nobody removed since. */
  readonly wanted = new Set<string>();
  #made = 0;

  constructor(isCaseSensitive: boolean, impossible: string | null) {
    this.isCaseSensitive = isCaseSensitive;
    this.impossible = impossible;
  }

  /** What a plan goes by beside the trees. */
  scope(): Pick<PlanContext, "exclusion" | "nameProblem"> {
    return {
      exclusion: (_path, _type, id) => (this.leftOut.has(id) ? "chosen" : null),
      nameProblem: (name) => (name === this.impossible ? "impossible here" : null),
    };
  }

  /** Leaves a folder out, or takes all in again. */
  choose(n: number): void {
    const folders = [...this.server.nodes].filter(([id, { type }]) => id !== ROOT && type === "folder");
    const [id] = folders[n % Math.max(1, folders.length)] ?? [];
    if (id === undefined || n % 3 === 0) this.leftOut.clear();
    else this.leftOut.add(id);
    this.replica.trees.markAllDirty();
  }

  /** Whether the server's node is to be here. */
  isInScope(id: string): boolean {
    if (id === ROOT) return true;
    const { parent, name } = this.server.get(id);
    if (this.leftOut.has(id) || !this.isInScope(parent)) return false;
    return name !== this.impossible || this.replica.trees.get(id)?.local !== null;
  }

  /** What is in the tree and in sync, as after a long quiet. */
  settleAll(): void {
    const { trees } = this.replica;
    this.replica.pull();
    for (const [id, remote] of this.server.nodes) {
      if (id === ROOT || !this.server.isLive(id) || !this.isInScope(id)) continue;
      const { parent, name, type, version, content, executable } = remote;
      trees.setLocal(id, { parent, name, type, content, stamp: this.replica.stamp(type, content, executable) });
      trees.setSynced(id, { parent, name, type, version, content, executable });
    }
    this.wanted.clear();
  }

  editRemote({ kind, a, b, c }: Edit): void {
    const wanted = new Set(this.wanted);
    try {
      this.#editRemote(kind, a, b, c);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      this.wanted.clear();
      for (const content of wanted) this.wanted.add(content);
    }
  }

  #editRemote(kind: number, a: number, b: number, c: number): void {
    const { server } = this;
    const live = [...server.nodes.keys()].filter((id) => id !== ROOT && server.isLive(id));
    const folders = [ROOT, ...live.filter((id) => server.get(id).type === "folder")];
    const name = pick(NAMES, c);
    const folder = pick(folders, b);
    if (kind === 0) {
      server.create(`s${++this.#made}`, "file", folder, name, this.#content(), a % 5 === 0);
    } else if (kind === 1) server.create(`s${++this.#made}`, "folder", folder, name, null);
    else if (kind === 9) {
      const gone = [...server.nodes].filter(([, { state }]) => state === "trashed").map(([id]) => id);
      const id = gone[a % gone.length];
      if (id !== undefined) (c % 3 === 0 ? server.purge : server.restore).call(server, id);
    } else if (live.length > 0) {
      const id = pick(live, a);
      const node = server.get(id);
      if (kind === 2 || kind === 3) {
        if (node.type === "folder") return;
        this.wanted.delete(node.content ?? "");
        server.update(id, node.version, this.#content(), node.executable);
      } else if (kind === 4) server.move(id, node.parent, name);
      else if (kind === 5) server.move(id, folder, c % 2 ? name : node.name);
      else if (kind === 6 || kind === 7) {
        for (const each of server.subtree(id)) this.wanted.delete(server.get(each).content ?? "");
        server.trash(id);
      } else if (kind === 8 && node.type === "file")
        server.update(id, node.version, node.content ?? "", !node.executable);
      else if (kind === 10) this.#swapRemote(id, pick(live, b));
    }
  }

  #swapRemote(id: string, other: string): void {
    const { server } = this;
    const [one, two] = [server.get(id), server.get(other)];
    if (id === other || server.subtree(id).includes(other) || server.subtree(other).includes(id)) return;
    server.move(id, one.parent, `passing ${id}`);
    server.move(other, one.parent, one.name);
    server.move(id, two.parent, two.name);
  }

  editLocal({ kind, a, b, c }: Edit): void {
    const { trees } = this.replica;
    const here = [...trees.all()].filter(
      ({ id, local }) => local && this.replica.isBelow(id, ROOT) && this.#isReal(id),
    );
    const folders = [ROOT, ...here.filter(({ local }) => local?.type === "folder").map(({ id }) => id)];
    const name = pick(NAMES, c);
    const folder = pick(folders, b);
    if (kind === 0 || kind === 1) {
      if (!this.#isFree(folder, name, "")) return;
      const type = kind === 0 ? "file" : "folder";
      const copied = a % 4 === 0 ? here.find(({ local }) => local?.type === "file") : undefined;
      const content = kind === 1 ? null : ((copied && this.replica.bytesOf(copied)) ?? this.#content());
      const stamp = this.replica.stamp(type, content, type === "file" && a % 5 === 0);
      const known = a % 2 ? content : null;
      trees.setLocal(this.replica.newId(), { parent: folder, name, type, stamp, content: known });
      return;
    }
    if (here.length === 0) return;
    const entry = pick(here, a);
    const { id, local } = entry;
    if (!local) return;
    if (kind === 2 || kind === 3) {
      if (local.type === "folder") return;
      this.wanted.delete(this.replica.bytesOf(entry) ?? "");
      const content = this.#content();
      const stamp = this.replica.stamp("file", content, local.stamp.executable ?? false);
      trees.setLocal(id, { ...local, stamp, content: c % 2 ? content : null });
    } else if (kind === 4) this.#moveLocal(entry, local.parent, name);
    else if (kind === 5) this.#moveLocal(entry, folder, c % 2 ? name : local.name);
    else if (kind === 6 || kind === 7) this.#removeLocal(entry);
    else if (kind === 8 && local.type === "file") {
      const stamp = this.replica.stamp("file", this.replica.bytesOf(entry), !local.stamp.executable);
      trees.setLocal(id, { ...local, stamp, content: c % 2 ? null : local.content });
    } else if (kind === 9 && local.type === "file") {
      // As a move that was not seen as one: gone here, new there.
      const content = this.replica.bytesOf(entry);
      if (!this.#isFree(folder, name, id)) return;
      trees.setLocal(id, null);
      const stamp = this.replica.stamp("file", content, local.stamp.executable ?? false);
      trees.setLocal(this.replica.newId(), { parent: folder, name, type: "file", stamp, content: null });
    } else if (kind === 10) this.#swapLocal(entry, pick(here, b));
  }

  #isReal(id: string): boolean {
    for (let at = id; at !== ROOT;) {
      const local = this.replica.trees.get(at)?.local;
      if (!local || local.parent === STAGE) return false;
      at = local.parent;
    }
    return true;
  }

  #moveLocal({ id, local }: Entry, parent: string, name: string): void {
    if (!local || this.replica.isBelow(parent, id) || !this.#isFree(parent, name, id)) return;
    this.replica.trees.setLocal(id, { ...local, parent, name });
  }

  #removeLocal(entry: Entry): void {
    for (const child of this.replica.trees.localChildren(entry.id)) this.#removeLocal(child);
    this.wanted.delete(this.replica.bytesOf(entry) ?? "");
    this.replica.trees.setLocal(entry.id, null);
  }

  #swapLocal(one: Entry, two: Entry): void {
    const { trees } = this.replica;
    if (!one.local || !two.local || this.replica.isBelow(one.id, two.id) || this.replica.isBelow(two.id, one.id))
      return;
    const { parent, name } = one.local;
    trees.setLocal(one.id, { ...one.local, parent: two.local.parent, name: two.local.name });
    trees.setLocal(two.id, { ...two.local, parent, name });
  }

  #isFree(parent: string, name: string, besides: string): boolean {
    if (name === this.impossible) return false;
    for (const { id, local } of this.replica.trees.localChildren(parent)) {
      if (id === besides || !local) continue;
      if (this.isCaseSensitive ? local.name === name : nameKey(local.name) === nameKey(name)) return false;
    }
    return true;
  }

  /** Never the same twice; sizes repeat. */
  #content(): string {
    const content = `content ${++this.#made}`;
    this.wanted.add(content);
    return content;
  }
}

function pick<T>(items: readonly T[], n: number): T {
  const item = items[n % items.length];
  if (item === undefined) throw new Error("nothing to pick from");
  return item;
}
