/** What of a folder is to be looked at. */
export interface FolderTask {
  readonly id: string;
  /** What something is told of: folders of these names are gone into. */
  readonly names: Set<string>;
  /** Whether the others are looked at too. */
  isWhole: boolean;
  /** Whether all folders are gone into, not only those that are new or were moved. */
  isDeep: boolean;
  /** Whether nothing told of a change here: see `Unsettled.settles`. */
  isScan: boolean;
}

/** A place on the disk whose holder the names do not tell: its identity may be that of an entry that was elsewhere. */
export interface Contested {
  readonly parent: string;
  readonly name: string;
  readonly isScan: boolean;
  /** All names that the folder has; null where not all were looked at. */
  readonly names: ReadonlySet<string | null> | null;
  /** Whether its name decides now, its identity being found to be nobody's. */
  readonly isLast: boolean;
}

/** How often within one look a folder that is not at its place is asked for again. */
const MAX_CLIMBS = 4;

/** What one look still has to do. */
export class Work {
  readonly #contested: Contested[] = [];
  /** Decided by their names when nothing else is left: until then their entries may be found elsewhere. */
  readonly #lastly: Contested[] = [];
  readonly #tasks = new Map<string, FolderTask>();
  readonly #climbs = new Map<string, number>();

  get isDone(): boolean {
    return this.#tasks.size + this.#contested.length + this.#lastly.length === 0;
  }

  addFolder(id: string, options: { isDeep: boolean; isScan: boolean }): void {
    const task = this.#tasks.get(id);
    if (!task) {
      this.#tasks.set(id, { id, names: new Set(), isWhole: true, ...options });
      return;
    }
    task.isWhole = true;
    task.isDeep ||= options.isDeep;
    task.isScan &&= options.isScan;
  }

  addName(parent: string, name: string): void {
    const task = this.#tasks.get(parent);
    if (!task)
      this.#tasks.set(parent, { id: parent, names: new Set([name]), isWhole: false, isDeep: false, isScan: false });
    else {
      task.names.add(name);
      task.isScan = false;
    }
  }

  /** Has a folder looked for that was not where the tree has it. */
  climb(id: string, place: { parent: string; name: string }): void {
    const climbs = this.#climbs.get(id) ?? 0;
    this.#climbs.set(id, climbs + 1);
    if (climbs < MAX_CLIMBS) this.addName(place.parent, place.name);
  }

  takeFolders(limit: number): FolderTask[] {
    const tasks: FolderTask[] = [];
    for (const [id, task] of this.#tasks) {
      if (tasks.length >= limit) break;
      this.#tasks.delete(id);
      tasks.push(task);
    }
    return tasks;
  }

  addContested(place: Contested): void {
    this.#contested.push(place);
  }

  addLastly(place: Contested): void {
    this.#lastly.push({ ...place, isLast: true });
  }

  takeContested(limit: number): Contested[] {
    return (this.#contested.length > 0 ? this.#contested : this.#lastly).splice(0, limit);
  }
}
