import type { Clock } from "../../ports/clock.ts";
import type { ReplicaPath } from "../../ports/replica-files.ts";
import type { DiskGate } from "../disk-gate.ts";
import { slotKey, STAGE, type Place } from "../entry.ts";
import type { Scope } from "../scope.ts";
import type { Trees } from "../trees.ts";
import { believeDeletions } from "./believe-deletions.ts";
import { Knowledge, type ReadableReplica } from "./knowledge.ts";
import { matchFolder } from "./match.ts";
import { QUIET_TIMES, type QuietTimes } from "./quiet-times.ts";
import { readFolder, type ReadingResult } from "./read-folder.ts";
import { resolveContested } from "./resolve-contested.ts";
import { Work, type FolderTask } from "./work.ts";

/** Looked at in one piece, that is with the executor held off: folders, and places of one file or folder. */
const FOLDERS_AT_ONCE = 8;
const PLACES_AT_ONCE = 128;

/** The root is missing, or is not the folder that was linked: nothing can be read out of it (Y14). */
export class RootLost extends Error {
  override readonly name = "RootLost";

  constructor() {
    super("The folder is missing, or is not the one that was linked.");
  }
}

export interface ObserverOptions {
  readonly trees: Trees;
  readonly files: ReadableReplica;
  readonly clock: Clock;
  readonly scope: Scope;
  readonly gate: DiskGate;
  readonly newId: () => string;
  readonly quiet?: Partial<QuietTimes>;
}

/**
 * Keeps the local tree equal to what is on the disk, entries keeping their ids where a file or folder is the same one to
 * its user (Y8). It only looks. A file that is being written is not taken in, a deletion not believed, before they stood
 * for a while: `nextLook` tells when to look again. One call at a time.
 */
export class Observer {
  readonly #knowledge: Knowledge;
  readonly #gate: DiskGate;
  #sawAll = false;

  constructor({ gate, quiet, ...options }: ObserverOptions) {
    this.#gate = gate;
    this.#knowledge = new Knowledge({ ...options, times: { ...QUIET_TIMES, ...quiet } });
  }

  /**
   * Brings the local tree up to what is on the disk at these paths. A path means its own entry, and where that
   * is a folder all below it: it may have been away for a moment. "all" means everything, as does the first call.
   *
   * @throws RootLost, having changed nothing.
   */
  async observe(paths: readonly ReplicaPath[] | "all", signal: AbortSignal): Promise<void> {
    await this.#begin();
    const work = new Work();
    const isAll = paths === "all" || !this.#sawAll;
    if (isAll) {
      this.#knowledge.problems.clear();
      for (const id of [this.#knowledge.trees.rootId, STAGE]) work.addFolder(id, { isDeep: true, isScan: true });
    } else for (const path of paths) this.#addPath(path, work);
    await this.#carryOut(work, signal);
    if (isAll) this.#sawAll = true;
  }

  /** When (the clock's milliseconds) something is due to be looked at again; null: nothing is. */
  get nextLook(): number | null {
    const { unsettled, missing, retries } = this.#knowledge;
    const times = [unsettled, missing, retries].map(({ nextDue }) => nextDue).filter((time) => time !== null);
    return times.length > 0 ? Math.min(...times) : null;
  }

  /**
   * Looks at what is due.
   *
   * @throws RootLost, having changed nothing.
   */
  async lookAgain(signal: AbortSignal): Promise<void> {
    await this.#begin();
    const { trees, unsettled, missing, retries, clock } = this.#knowledge;
    const now = clock.now();
    const work = new Work();
    for (const { parent, name } of retries.takeDue(now)) {
      if (parent === "") work.addFolder(trees.rootId, { isDeep: true, isScan: true });
      else work.addName(parent, name);
    }
    for (const { parent, names } of unsettled.takeDue(now)) for (const name of names) work.addName(parent, name);
    const ids = missing.takeDue(now);
    await this.#carryOut(work, signal);
    unsettled.forgetUnseen();
    await this.#believe(ids, work, signal);
    await this.#carryOut(work, signal);
  }

  /**
   * Whether the node's local state is not what is on the disk, or cannot be told from it: it or a folder above cannot be
   * looked at or is missing at the moment, or its file is being written. Nothing may be read out of it.
   */
  isUnreadable(id: string): boolean {
    return this.#knowledge.isUnreadable(id);
  }

  /**
   * Why nothing can be put at that place, though no entry is there: what is there is ignored, or is left alone (see
   * `problems`). Null where nothing is known to be there.
   */
  obstacleAt(place: Place): string | null {
    return this.#knowledge.obstacleAt(place);
  }

  /** What was left alone, and why: symlinks, special files, names that cannot travel, folders that cannot be read. */
  get problems(): ReadonlyMap<ReplicaPath, string> {
    return this.#knowledge.problems.byPath;
  }

  /** Makes sure of the root, and that there is an entry's local state for it. */
  async #begin(): Promise<void> {
    const { trees, files, ignoreFiles } = this.#knowledge;
    await this.#gate.look(async () => {
      const stamp = (await files.isLinked()) ? await files.stat("") : null;
      if (stamp?.type !== "folder") throw new RootLost();
      if (trees.get(trees.rootId)?.local?.stamp.identity !== stamp.identity)
        trees.setLocal(trees.rootId, { parent: "", name: "", type: "folder", stamp, content: null });
    });
    ignoreFiles.realign();
  }

  /** Has the deepest known folder of the path looked at for what leads on from there. */
  #addPath(path: ReplicaPath, work: Work): void {
    const { trees } = this.#knowledge;
    if (path === "") return work.addFolder(trees.rootId, { isDeep: false, isScan: false });
    const names = path.split("/");
    if (names[0] === ".ledge") return;
    let parent = trees.rootId;
    for (const [index, name] of names.entries()) {
      const folder = trees
        .localAt(slotKey({ parent, name }))
        .find(({ local }) => local?.type === "folder" && local.name === name);
      if (!folder || index === names.length - 1) return work.addName(parent, name);
      parent = folder.id;
    }
  }

  async #carryOut(work: Work, signal: AbortSignal): Promise<void> {
    while (!work.isDone) {
      signal.throwIfAborted();
      const folders = work.takeFolders(FOLDERS_AT_ONCE);
      await this.#gate.look(() =>
        folders.length > 0
          ? this.#lookAtFolders(folders, work)
          : resolveContested(this.#knowledge, work.takeContested(PLACES_AT_ONCE), work),
      );
    }
  }

  async #lookAtFolders(folders: readonly FolderTask[], work: Work): Promise<void> {
    const { trees } = this.#knowledge;
    const readings = await Promise.all(folders.map((task) => readFolder(this.#knowledge, task)));
    if (readings.some((reading) => reading.task.id === trees.rootId && "failure" in reading)) await this.#checkRoot();
    trees.transaction(() => {
      for (const reading of readings) this.#takeIn(reading, work);
    });
  }

  #takeIn(reading: ReadingResult, work: Work): void {
    const { trees, problems, retries, unsettled, clock } = this.#knowledge;
    const { task } = reading;
    const local = trees.get(task.id)?.local;
    if (!("failure" in reading)) {
      if (reading.isWhole) this.#knowledge.release(task.id);
      return matchFolder(this.#knowledge, reading, work);
    }
    unsettled.forgetFolder(task.id, new Set());
    if (reading.failure === "unreadable") {
      this.#knowledge.hold(task.id);
      problems.set(parentOf(reading.path), reading.path, reading.why);
      if (local) retries.add(local, clock.now());
      return;
    }
    if (local && task.id !== trees.rootId) work.climb(task.id, local);
  }

  async #believe(ids: readonly string[], work: Work, signal: AbortSignal): Promise<void> {
    for (let from = 0; from < ids.length; from += PLACES_AT_ONCE) {
      signal.throwIfAborted();
      await this.#gate.look(async () => {
        await this.#checkRoot();
        await believeDeletions(this.#knowledge, ids.slice(from, from + PLACES_AT_ONCE), work);
      });
    }
  }

  async #checkRoot(): Promise<void> {
    if (!(await this.#knowledge.files.isLinked())) throw new RootLost();
  }
}

function parentOf(path: ReplicaPath): ReplicaPath {
  const slash = path.lastIndexOf("/");
  return slash < 0 ? "" : path.slice(0, slash);
}
