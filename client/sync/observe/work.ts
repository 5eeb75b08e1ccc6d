/** What of a folder is to be looked at. */
export interface FolderTask {
  readonly id: string;
  /** These alone; null for all that is in it. */
  names: Set<string> | null;
  /** Whether to go into the folders that are known and in their place, too. */
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
}

/** How often within one look a folder that is not at its place is asked for again. */
const MAX_CLIMBS = 4;

/** What one look still has to do. */
export class Work {
  readonly contested: Contested[] = [];
  /** Folders that were not as the tree has them: gone into once they are found. */
  readonly revisit = new Set<string>();
  readonly #tasks = new Map<string, FolderTask>();
  readonly #climbs = new Map<string, number>();

  get isDone(): boolean {
    return this.#tasks.size === 0 && this.contested.length === 0;
  }

  addFolder(id: string, options: { isDeep: boolean; isScan: boolean }): void {
    const task = this.#tasks.get(id);
    if (!task) {
      this.#tasks.set(id, { id, names: null, ...options });
      return;
    }
    task.names = null;
    task.isDeep ||= options.isDeep;
    task.isScan &&= options.isScan;
  }

  addName(parent: string, name: string): void {
    const task = this.#tasks.get(parent);
    if (!task) this.#tasks.set(parent, { id: parent, names: new Set([name]), isDeep: false, isScan: false });
    else {
      task.names?.add(name);
      task.isScan = false;
    }
  }

  /** Has a folder looked for that was not where the tree has it. */
  climb(id: string, place: { parent: string; name: string }): void {
    const climbs = this.#climbs.get(id) ?? 0;
    this.#climbs.set(id, climbs + 1);
    this.revisit.add(id);
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

  takeContested(limit: number): Contested[] {
    return this.contested.splice(0, limit);
  }
}
