import type { Clock } from "../../ports/clock.ts";
import { sameBytes, sameFile, type ReplicaFiles, type ReplicaPath, type Stamp } from "../../ports/replica-files.ts";
import type { Entry, Place } from "../entry.ts";
import { slotKey, STAGE } from "../entry.ts";
import { LetGo } from "../let-go.ts";
import { joinPath, localPath } from "../local-path.ts";
import type { Scope } from "../scope.ts";
import type { Trees } from "../trees.ts";
import { IgnoreFiles } from "./ignore-files.ts";
import { Missing } from "./missing.ts";
import { Obstacles } from "./obstacles.ts";
import { Problems } from "./problems.ts";
import type { QuietTimes } from "./quiet-times.ts";
import { Retries } from "./retries.ts";
import { Unsettled } from "./unsettled.ts";
import type { Work } from "./work.ts";

/** What is asked of the disk: it is only looked at. */
export type ReadableReplica = Pick<ReplicaFiles, "isLinked" | "list" | "stat" | "openRead">;

export interface KnowledgeOptions {
  readonly trees: Trees;
  readonly files: ReadableReplica;
  readonly clock: Clock;
  readonly scope: Scope;
  readonly newId: () => string;
  readonly times: QuietTimes;
}

/** Something that is there: where, and what. */
export interface Sighting {
  readonly parent: string;
  readonly name: string;
  readonly stamp: Stamp;
  readonly isScan: boolean;
}

/** What is known of the disk beside the local tree, and how the tree is changed. */
export class Knowledge {
  readonly trees: Trees;
  readonly files: ReadableReplica;
  readonly clock: Clock;
  readonly scope: Scope;
  readonly times: QuietTimes;
  readonly unsettled: Unsettled;
  readonly missing: Missing;
  readonly retries = new Retries();
  readonly problems = new Problems();
  readonly obstacles = new Obstacles();
  readonly ignoreFiles: IgnoreFiles;
  readonly letGo: LetGo;
  readonly #newId: () => string;
  /** What is there but cannot be looked at. */
  readonly #held = new Set<string>();

  constructor({ trees, files, clock, scope, newId, times }: KnowledgeOptions) {
    this.trees = trees;
    this.files = files;
    this.clock = clock;
    this.scope = scope;
    this.times = times;
    this.#newId = newId;
    this.unsettled = new Unsettled(times);
    this.missing = new Missing(times);
    this.ignoreFiles = new IgnoreFiles(trees, scope);
    this.letGo = new LetGo(trees);
  }

  /** Nothing is read out of the entry, nor of what is below it, until it can be looked at again. */
  hold(id: string): void {
    this.#held.add(id);
    this.missing.remove(id);
  }

  /** Whether a folder above the entry is held: it will be looked into once it is released. */
  isBelowHeld(id: string): boolean {
    let at = this.trees.get(id)?.local?.parent;
    for (let depth = 0; this.#held.size > 0 && at !== undefined && depth < 1_000; depth++) {
      if (this.#held.has(at)) return true;
      at = this.trees.get(at)?.local?.parent;
    }
    return false;
  }

  /** The entry is at its place. */
  release(id: string): void {
    const wasHeld = this.#held.delete(id);
    if (this.missing.remove(id) || wasHeld) this.trees.markDirty(id);
  }

  /** Not so where it, or a folder above, was taken out of the local tree since: it will not be looked at there again. */
  isUnreadable(id: string): boolean {
    let isHeld = this.unsettled.has(id);
    if (!isHeld && this.#held.size === 0 && this.missing.isEmpty) return false;
    let at = id;
    for (let depth = 0; depth < 1_000 && at !== STAGE; depth++) {
      isHeld ||= this.#held.has(at) || this.missing.has(at);
      const parent = this.trees.get(at)?.local?.parent;
      if (parent === "") return isHeld;
      if (parent === undefined) return false;
      at = parent;
    }
    return isHeld;
  }

  /** Why nothing can be put at that place here, though no entry is there; null where nothing is known that says so. */
  obstacleAt({ parent, name }: Place): string | null {
    const folder = this.trees.get(parent)?.local?.stamp.identity;
    return folder === undefined ? null : this.obstacles.find(folder, name);
  }

  /** The entry's file is seen at its own place; takes its state in when it is quiet. */
  seeFile(entry: Entry, { parent, name, stamp, isScan }: Sighting): void {
    const { local } = entry;
    if (!local) return;
    this.release(entry.id);
    const isRenamed = local.name !== name;
    // Within one tick of a coarse clock the bit alone tells that it was set.
    const isSame = sameBytes(local.stamp, stamp) && local.stamp.executable === stamp.executable;
    if (isSame && !isRenamed) return this.unsettled.forget(parent, name);
    if (!this.unsettled.settles({ parent, name }, entry.id, stamp, isScan, this.clock.now())) return;
    const keeps = sameBytes(local.stamp, stamp) || (isRenamed && sameFile(local.stamp, stamp));
    this.trees.setLocal(entry.id, { parent, name, type: "file", stamp, content: keeps ? local.content : null });
  }

  /** The entry's folder is seen at its own place. Its stamp is kept as it was: what happens in a folder is not its own. */
  seeFolder(entry: Entry, { name, isScan }: Sighting, work: Work, isDeep: boolean): void {
    const { local } = entry;
    if (!local) return;
    // Once held it is released by being looked into.
    const isHeld = this.#held.has(entry.id);
    const goesIn = isDeep || isHeld;
    if (!isHeld) this.release(entry.id);
    if (local.name !== name) this.trees.setLocal(entry.id, { ...local, name });
    if (goesIn) work.addFolder(entry.id, { isDeep: true, isScan });
  }

  /** Something is seen that no entry stands for. */
  takeNew({ parent, name, stamp, isScan }: Sighting, work: Work): void {
    if (parent === STAGE) {
      const folder = localPath(this.trees, STAGE) ?? "";
      this.problems.set(folder, joinPath(folder, name), "is left over from an exchange of places");
      return;
    }
    const { type } = stamp;
    if (type === "other") return;
    if (type === "file" && !this.unsettled.settles({ parent, name }, null, stamp, isScan, this.clock.now())) return;
    const id = this.#newId();
    this.trees.setLocal(id, { parent, name, type, stamp, content: null });
    if (type === "folder") work.addFolder(id, { isDeep: true, isScan });
  }

  /** The entry's file or folder is seen at another place, or another folder at its place. */
  takeMoved(entry: Entry, { parent, name, stamp, isScan }: Sighting, work: Work): void {
    const { local } = entry;
    if (!local) return;
    const now = this.clock.now();
    if (local.type === "file" && !this.unsettled.settles({ parent, name }, null, stamp, isScan, now)) {
      // It is not deleted: it will be found there once it is quiet.
      this.missing.postpone(entry.id, now);
      return;
    }
    this.unsettled.forget(local.parent, local.name);
    this.release(entry.id);
    const content = sameFile(local.stamp, stamp) ? local.content : null;
    this.trees.setLocal(entry.id, { parent, name, type: local.type, stamp, content });
    if (local.type === "folder") work.addFolder(entry.id, { isDeep: true, isScan });
    // Whoever took its old place may not have been looked at.
    if (local.parent !== parent || local.name !== name) work.addName(local.parent, local.name);
  }

  /** Takes the entry and all below it out of the local tree: they are gone from the disk. */
  removeTree(id: string, path: ReplicaPath): void {
    const place = this.trees.get(id)?.local;
    this.trees.transaction(() => {
      const ids = [id];
      // Grows while it is gone through: parents before children, each once.
      const seen = new Set(ids);
      for (const at of ids) {
        for (const child of this.trees.localChildren(at)) {
          if (seen.has(child.id)) continue;
          seen.add(child.id);
          ids.push(child.id);
        }
      }
      for (const each of ids) {
        const local = this.trees.get(each)?.local;
        if (local) this.unsettled.forget(local.parent, local.name);
        this.#held.delete(each);
        this.missing.remove(each);
        this.trees.setLocal(each, null);
        if (local && this.trees.localByIdentity(local.stamp.identity).length === 0)
          this.obstacles.clearFolder(local.stamp.identity);
      }
    });
    // Unless another has its place by now.
    if (place && this.trees.localAt(slotKey(place)).length === 0) this.problems.clearBelow(path);
  }
}
