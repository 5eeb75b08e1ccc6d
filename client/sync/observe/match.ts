import { nameProblem } from "../../../core/names.ts";
import type { ListedEntry, Stamp } from "../../ports/replica-files.ts";
import { STAGE, type Entry } from "../entry.ts";
import { LET_GO } from "../let-go.ts";
import { joinPath } from "../local-path.ts";
import type { Knowledge, Sighting } from "./knowledge.ts";
import { knownIn, type FolderReading } from "./read-folder.ts";
import type { Work } from "./work.ts";

/**
 * Takes what a folder was found to hold into the local tree, as far as names tell: an entry of that name and type is
 * that entry (Y8), but for folders with another identity. What has an identity that is known from elsewhere is left to
 * `resolveContested`; anything else is new. Entries of which nothing was found are missing from now on.
 */
export function matchFolder(knowledge: Knowledge, reading: FolderReading, work: Work): void {
  const task = applyRules(knowledge, reading);
  const match = new Match(knowledge, { ...reading, task }, work);
  match.takeExact();
  match.takeOtherSpellings();
  match.takeRest();
  match.noteMissing();
}

/** Takes the folder's ignore rules in. Where they changed, all below is looked at anew. */
function applyRules({ ignoreFiles, trees }: Knowledge, { rules, task, path }: FolderReading): FolderReading["task"] {
  if (rules === "unchanged" || !ignoreFiles.set(task.id, path, rules)) return task;
  trees.markAllDirty();
  return { ...task, isDeep: true };
}

interface Child {
  readonly name: string;
  readonly stamp: Stamp;
}

class Match {
  readonly #knowledge: Knowledge;
  readonly #reading: FolderReading;
  readonly #work: Work;
  /** Of the folder. */
  readonly #identity: string;
  readonly #known: readonly Entry[];
  readonly #byName = new Map<string, Entry[]>();
  /** Entries of which something was found, if only that they cannot be looked at. */
  readonly #found = new Set<string>();
  readonly #names: ReadonlySet<string | null>;
  #rest: Child[] = [];

  constructor(knowledge: Knowledge, reading: FolderReading, work: Work) {
    this.#knowledge = knowledge;
    this.#reading = reading;
    this.#work = work;
    this.#identity = knowledge.trees.get(reading.task.id)?.local?.stamp.identity ?? reading.task.id;
    this.#known = knownIn(knowledge, reading);
    for (const entry of this.#known) {
      const name = entry.local?.name ?? "";
      const same = this.#byName.get(name);
      if (same) same.push(entry);
      else this.#byName.set(name, [entry]);
    }
    this.#names = new Set(reading.children.map(({ name }) => name));
  }

  takeExact(): void {
    const { children, path, isWhole, task } = this.#reading;
    const { problems, obstacles, unsettled } = this.#knowledge;
    if (isWhole) {
      problems.clearFolder(path);
      obstacles.clearFolder(this.#identity);
      unsettled.forgetFolder(task.id, this.#names);
    } else {
      for (const name of task.names) {
        problems.remove(path, joinPath(path, name));
        obstacles.remove(this.#identity, name);
        if (!this.#names.has(name)) unsettled.forget(task.id, name);
      }
    }
    for (const child of children) {
      const entries = this.#byName.get(child.name ?? "") ?? [];
      if (!this.#isTakable(child, entries)) continue;
      const entry = this.#choose(entries, child);
      if (!entry || !this.#see(entry, child)) this.#rest.push(child);
    }
  }

  /** The same name in another normal form is the same entry. */
  takeOtherSpellings(): void {
    if (this.#rest.length === 0) return;
    const left = new Map<string, Entry[]>();
    for (const entry of this.#known) {
      if (!entry.local || this.#names.has(entry.local.name)) continue;
      const key = entry.local.name.normalize("NFC");
      left.set(key, [...(left.get(key) ?? []), entry]);
    }
    if (left.size === 0) return;
    this.#rest = this.#rest.filter((child) => {
      const entry = this.#choose(left.get(child.name.normalize("NFC")) ?? [], child);
      return !entry || !this.#see(entry, child);
    });
  }

  takeRest(): void {
    const { trees } = this.#knowledge;
    const { task, isWhole } = this.#reading;
    if (this.#rest.length === 0) return;
    const left = this.#known.filter(({ id, local }) => !this.#found.has(id) && local?.type === "folder");
    const leftNames = new Set(left.map(({ local }) => local?.name.normalize("NFC")));
    for (const { name, stamp } of this.#rest) {
      const isContested =
        trees.localByIdentity(stamp.identity).length > 0 ||
        (stamp.type === "folder" && leftNames.has(name.normalize("NFC")));
      if (!isContested) this.#knowledge.takeNew(this.#sighting({ name, stamp }), this.#work);
      else {
        const names = isWhole ? this.#names : null;
        this.#work.addContested({ parent: task.id, name, isScan: task.isScan, names, isLast: false });
      }
    }
  }

  noteMissing(): void {
    const { missing, clock } = this.#knowledge;
    const now = clock.now();
    for (const { id, local } of this.#known) {
      if (!local || this.#found.has(id)) continue;
      if (this.#isIgnored(local.name, local.type)) this.#knowledge.release(id);
      else missing.add(id, now);
    }
  }

  /** Whether it is something that can be an entry; what is not is reported, and the entries that it hides are held. */
  #isTakable(child: ListedEntry, entries: readonly Entry[]): child is Child {
    const { path, task } = this.#reading;
    const { problems, obstacles, retries, clock, letGo } = this.#knowledge;
    const { name, stamp } = child;
    const problem = (why: string): false => {
      problems.set(path, joinPath(path, name ?? "\uFFFD"), why);
      if (name !== null) obstacles.set(this.#identity, name, `what is in its place ${why}`);
      for (const { id } of entries) {
        this.#found.add(id);
        this.#knowledge.hold(id);
      }
      return false;
    };
    if (name === null) return problem("has a name that is no valid Unicode");
    if (stamp?.type !== "other" && this.#isIgnored(name, stamp?.type ?? "file")) {
      obstacles.set(this.#identity, name, "something ignored is in its place");
      for (const { id, local } of entries) {
        // A rule may be for folders alone: a file that one took the place of is gone.
        if (stamp && local?.type !== stamp.type) continue;
        this.#found.add(id);
        this.#knowledge.release(id);
      }
      return false;
    }
    const invalid = nameProblem(name);
    if (invalid !== null) return problem(`cannot be synced: ${invalid}`);
    if (!stamp) {
      retries.add({ parent: task.id, name }, clock.now());
      return problem("cannot be looked at");
    }
    retries.remove({ parent: task.id, name });
    if (stamp.type === "other") return problem("is neither a file nor a folder of this disk");
    if (letGo.has(stamp.identity)) return problem(LET_GO);
    return true;
  }

  /** Of the entries that have the name, the one that the file or folder is. */
  #choose(entries: readonly Entry[], { stamp }: Child): Entry | undefined {
    const left = entries.filter(({ id, local }) => local?.type === stamp.type && !this.#found.has(id));
    const { missing } = this.#knowledge;
    return (
      left.find(({ local }) => local?.stamp.identity === stamp.identity) ??
      left.find(({ id }) => !missing.has(id)) ??
      left[0]
    );
  }

  /** False where the folder there is another one than the entry's: names do not tell which. */
  #see(entry: Entry, child: Child): boolean {
    if (child.stamp.type === "folder" && entry.local?.stamp.identity !== child.stamp.identity) return false;
    this.#found.add(entry.id);
    const { task } = this.#reading;
    const sighting = this.#sighting(child);
    if (child.stamp.type === "file") this.#knowledge.seeFile(entry, sighting);
    else this.#knowledge.seeFolder(entry, sighting, this.#work, task.isDeep || task.names.has(child.name));
    return true;
  }

  #sighting({ name, stamp }: Child): Sighting {
    const { id, isScan } = this.#reading.task;
    return { parent: id, name, stamp, isScan };
  }

  #isIgnored(name: string, type: "file" | "folder"): boolean {
    const { task, path } = this.#reading;
    return task.id !== STAGE && this.#knowledge.scope.isIgnored(joinPath(path, name), type);
  }
}
