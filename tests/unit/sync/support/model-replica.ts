import type { Stamp } from "../../../../client/ports/replica-files.ts";
import type { Entry, LocalState, SyncedState } from "../../../../client/sync/entry.ts";
import { STAGE, slotKey } from "../../../../client/sync/entry.ts";
import type { PlanContext } from "../../../../client/sync/plan.ts";
import type { BookkeepingStep, LocalStep, Step, UpwardStep } from "../../../../client/sync/steps.ts";
import { Trees } from "../../../../client/sync/trees.ts";
import { forgetfulStore } from "./memory-store.ts";
import type { ModelServer } from "./model-server.ts";
import { ROOT } from "./model-server.ts";
import { contextOf } from "./three-trees.ts";

export class Violation extends Error {}

/** One device: its trees, whose local states are its disk, and what steps do to them, with their preconditions held. */
export class ModelReplica {
  readonly trees = new Trees(forgetfulStore());
  readonly server: ModelServer;
  /** Contents in the local trash. */
  readonly trashed = new Set<string>();
  /** Whether an effect is recorded as agreed at once, or only found by the next plan, as after a crash. */
  recordsAgreement = true;
  #ids = 0;
  #stamps = 0;
  #pulled = 0;
  readonly #bytes = new Map<string, string>();

  constructor(server: ModelServer) {
    this.server = server;
    this.trees.setMeta("root", ROOT);
    this.pull();
  }

  context(options: Partial<PlanContext> = {}): PlanContext {
    return contextOf({ seqIn: () => this.#pulled, newId: () => this.newId(), ...options });
  }

  newId(): string {
    return `l${String(++this.#ids).padStart(4, "0")}`;
  }

  pull(): void {
    for (const [id, node] of this.server.nodes) {
      if (id !== ROOT && node.seq > this.#pulled && node.seq !== this.trees.get(id)?.remote?.seq)
        this.trees.setRemote(id, node);
    }
    this.#pulled = this.server.seq;
  }

  /** What the entry's bytes are, whether or not they were read. */
  bytesOf({ local }: Entry): string | null {
    return local ? (this.#bytes.get(local.stamp.identity) ?? null) : null;
  }

  stamp(type: "file" | "folder", content: string | null, executable = false, identity?: string): Stamp {
    const id = `i${++this.#stamps}`;
    if (content !== null) this.#bytes.set(identity ?? id, content);
    const size = content?.length ?? 0;
    return { type, size, mtime: 0, executable, identity: identity ?? id, modified: id, changed: id };
  }

  isBelow(id: string, folder: string): boolean {
    for (let at: string | undefined = id; at; at = this.trees.get(at)?.local?.parent) if (at === folder) return true;
    return false;
  }

  /** Carries the step out. Throws a `Violation` where its preconditions do not hold, a `Refusal` where the server's do not. */
  apply(step: Step, commit: Set<string>): void {
    if (isBookkeeping(step)) this.#bookkeep(step);
    else if ("parent" in step && step.type !== "moveLocal") this.#upward(step, commit);
    else if (step.type === "updateFile" || step.type === "moveRemote" || step.type === "trashRemote") {
      this.#upward(step, commit);
    } else if (step.type === "moveAcross") throw new Violation("a move across, where there is one space");
    else this.#locally(step);
  }

  #bookkeep(step: BookkeepingStep): void {
    const { trees } = this;
    const entry = this.#entry(step.id);
    if (step.type === "settle") trees.setSynced(step.id, step.synced);
    else if (step.type === "forget") {
      trees.setLocal(step.id, null);
      trees.setSynced(step.id, null);
      if (!step.keepRemote) trees.setRemote(step.id, null);
    } else if (step.type === "takeMoved" || step.type === "endMove") {
      throw new Violation("a move across, where there is one space");
    } else {
      const [from, to] = step.type === "adopt" ? [step.from, step.id] : [step.id, step.as];
      const { local } = this.#entry(from);
      this.#require(local !== null, `${step.type}: nothing local`);
      this.#require(!trees.get(to)?.local, `${step.type}: the place is taken`);
      if (step.type === "rebirth") this.#require(local?.parent !== STAGE, "rebirth in the stage");
      if (step.type === "adopt") {
        const { remote, synced } = this.#entry(from);
        // A folder that is gone there may be the one that has its place by now, with what was in it (M13).
        const isGone = local?.type === "folder" && !this.server.isLive(from);
        this.#require((!remote && !synced) || isGone, "adopts what the server knows");
        this.#require(entry.remote?.type === local?.type, "adopts another kind");
      }
      trees.setLocal(from, null);
      if (step.type === "rebirth") trees.setSynced(from, null);
      trees.setLocal(to, local);
      for (const child of trees.localChildren(from)) {
        if (child.local) trees.setLocal(child.id, { ...child.local, parent: to });
      }
    }
  }

  #locally(step: LocalStep): void {
    const { trees } = this;
    const { id } = step;
    const { remote, local, synced } = this.#entry(id);
    const need = (): LocalState => {
      if (!local) throw new Violation(`${step.type}: not here`);
      return local;
    };
    switch (step.type) {
      case "hash":
        this.#require(need().content === null, "hash: known");
        trees.setLocal(id, { ...need(), content: this.bytesOf(this.#entry(id)) });
        return;
      case "makeFolder":
      case "fetch": {
        if (!remote || !this.server.isLive(id)) throw new Violation(`${step.type}: not on the server`);
        const { parent, name, type, version, content, executable } = remote;
        if (local) this.#require(local.content !== null && local.content === synced?.content, "fetch: over an edit");
        else this.#requireFree(id, parent, name);
        const stamp = this.stamp(type, content, executable);
        trees.setLocal(id, { parent: local?.parent ?? parent, name: local?.name ?? name, type, stamp, content });
        const agreed = (local ? synced : null) ?? { parent, name };
        this.#agree(id, { parent: agreed.parent, name: agreed.name, type, version, content, executable });
        return;
      }
      case "setExecutable": {
        if (!remote || !synced) throw new Violation("setExecutable: no base");
        const { content } = need();
        this.#require(content !== null, "setExecutable: not read");
        const stamp = this.stamp("file", content, remote.executable, need().stamp.identity);
        trees.setLocal(id, { ...need(), stamp });
        this.#agree(id, { ...synced, executable: remote.executable });
        return;
      }
      case "moveLocal": {
        const { parent, name } = step;
        this.#require(need().parent !== parent || need().name !== name, "moveLocal: there already");
        this.#requireFree(id, parent, name);
        this.#require(!this.isBelow(parent, id), "moveLocal: below itself");
        trees.setLocal(id, { ...need(), parent, name });
        if (synced && remote?.parent === parent && remote.name === name) this.#agree(id, { ...synced, parent, name });
        return;
      }
      case "stage":
        this.#require(need().parent !== STAGE, "stage: staged");
        trees.setLocal(id, { ...need(), parent: STAGE, name: id });
        return;
      case "trashLocal": {
        this.#require([...trees.localChildren(id)].length === 0, "trashLocal: not empty");
        this.#require(need().type === step.entryType, "trashLocal: another kind");
        const content = this.bytesOf(this.#entry(id));
        if (content !== null) this.trashed.add(content);
        trees.setLocal(id, null);
        trees.setSynced(id, null);
        return;
      }
      case "reconcile": {
        if (!remote) throw new Violation("reconcile: not on the server");
        const { content, stamp, parent } = need();
        this.#require(content !== null && content !== remote.content, "reconcile: no conflict");
        const copy = { parent, name: step.name };
        const others = trees.localAt(slotKey(copy)).filter((other) => other.id !== id);
        let { name } = copy;
        for (let n = 2; trees.localAt(slotKey({ parent, name })).some((other) => other.id !== id); n++) {
          name = `${step.name} (${n})`;
        }
        const isDone = others.some((other) => this.bytesOf(other) === content);
        if (!isDone) {
          const copied = this.stamp("file", content, stamp.executable ?? false);
          trees.setLocal(this.newId(), { parent, name, type: "file", stamp: copied, content: null });
        }
        const { version } = remote;
        const base = synced ?? remote;
        trees.setSynced(id, {
          parent: base.parent,
          name: base.name,
          type: "file",
          version,
          content,
          executable: stamp.executable ?? false,
        });
      }
    }
  }

  #upward(step: UpwardStep, commit: Set<string>): void {
    const { trees, server } = this;
    const { id } = step;
    const entry = this.#entry(id);
    const content = this.bytesOf(entry);
    const before = server.nodes.get(id);
    if (step.type !== "trashRemote") this.#require(entry.local !== null, `${step.type}: not here`);
    if (step.type === "createFolder") server.create(id, "folder", step.parent, step.name, null);
    else if (step.type === "createFile") {
      server.create(id, "file", step.parent, step.name, content, entry.local?.stamp.executable ?? false);
    } else if (step.type === "updateFile") {
      server.update(id, step.baseVersion, content ?? "", entry.local?.stamp.executable ?? false);
    } else if (step.type === "moveRemote") {
      this.#require(step.parent !== undefined || step.name !== undefined, "moveRemote: nothing to do");
      server.move(id, step.parent ?? server.get(id).parent, step.name ?? server.get(id).name);
    } else {
      const below = server.subtree(id);
      this.#require(below.length === step.nodes, "trashRemote: another count");
      for (const each of below) {
        this.#require(!trees.get(each)?.local, "trashRemote: of what is here");
        this.#require(trees.get(each)?.synced !== null, "trashRemote: of what was never here");
      }
      server.trash(id, step.baseSeq, commit);
    }
    commit.add(id);
    const after = server.get(id);
    if (after !== before) trees.setRemote(id, after);
    if (step.type === "createFile" || step.type === "updateFile") {
      const { local } = this.#entry(id);
      if (local) trees.setLocal(id, { ...local, content });
    }
    if (step.type === "createFile" || step.type === "createFolder") this.#agree(id, after);
    if (step.type === "updateFile" && entry.synced) {
      this.#agree(id, { ...entry.synced, version: after.version, content, executable: after.executable });
    }
    if (step.type === "moveRemote" && entry.synced) {
      const parent = step.parent ?? entry.synced.parent;
      this.#agree(id, { ...entry.synced, parent, name: step.name ?? entry.synced.name });
    }
    if (step.type === "trashRemote") trees.setSynced(id, null);
  }

  #agree(id: string, { parent, name, type, version, content, executable }: SyncedState): void {
    if (!this.recordsAgreement) return;
    this.trees.setSynced(id, { parent, name, type, version, content, executable });
  }

  #entry(id: string): Entry {
    return this.trees.get(id) ?? { id, remote: null, local: null, synced: null };
  }

  #requireFree(id: string, parent: string, name: string): void {
    this.#require(parent === ROOT || this.trees.get(parent)?.local?.type === "folder", "its folder is not here");
    const others = this.trees.localAt(slotKey({ parent, name })).filter((other) => other.id !== id);
    this.#require(others.length === 0, "something is there");
  }

  #require(holds: boolean, what: string): void {
    if (!holds) throw new Violation(what);
  }
}

function isBookkeeping(step: Step): step is BookkeepingStep {
  return ["settle", "forget", "adopt", "rebirth", "emigrate"].includes(step.type);
}
