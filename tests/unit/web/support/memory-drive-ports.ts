import type { Clock } from "../../../../client/ports/clock.ts";
import type { SharedSpace } from "../../../../protocol/members.ts";
import type { DriveStore, KeptFolder, Network, PageLife, Tabs } from "../../../../web/src/drive/ports.ts";
import type { QueuedEdit } from "../../../../web/src/drive/queued-edit.ts";
import type { TabMessage } from "../../../../web/src/drive/tab-message.ts";

/** Time that passes a hundred times as fast. */
export const fastClock: Clock = {
  now: () => performance.now() * 100,
  sleep: (milliseconds, signal) =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const timer = setTimeout(resolve, milliseconds / 100);
      signal?.addEventListener("abort", () => {
        clearTimeout(timer);
        reject(signal.reason);
      });
    }),
};

/** A browser's store. What is stored is copied, as a database does. */
export class MemoryStore implements DriveStore {
  readonly edits: QueuedEdit[] = [];
  readonly folders = new Map<string, KeptFolder>();
  #stars: readonly string[] = [];
  #spaces: readonly SharedSpace[] = [];

  queued(): Promise<QueuedEdit[]> {
    return Promise.resolve(structuredClone(this.edits));
  }

  async enqueue(edit: QueuedEdit): Promise<void> {
    await Promise.resolve();
    this.edits.push(structuredClone(edit));
  }

  async dequeue(id: string): Promise<void> {
    await Promise.resolve();
    const at = this.edits.findIndex((edit) => edit.id === id);
    if (at >= 0) this.edits.splice(at, 1);
  }

  folder(id: string): Promise<KeptFolder | undefined> {
    return Promise.resolve(structuredClone(this.folders.get(id)));
  }

  async keep(folders: readonly KeptFolder[]): Promise<void> {
    await Promise.resolve();
    for (const folder of folders) this.folders.set(folder.id, structuredClone(folder));
  }

  async drop(folder: string): Promise<void> {
    await Promise.resolve();
    this.folders.delete(folder);
  }

  async dropFolders(isOf: (space: string | undefined) => boolean): Promise<void> {
    await Promise.resolve();
    for (const { id, space } of this.folders.values()) if (isOf(space)) this.folders.delete(id);
  }

  stars(): Promise<readonly string[]> {
    return Promise.resolve(this.#stars);
  }

  async keepStars(stars: readonly string[]): Promise<void> {
    await Promise.resolve();
    this.#stars = stars;
  }

  spaces(): Promise<readonly SharedSpace[]> {
    return Promise.resolve(this.#spaces);
  }

  async keepSpaces(spaces: readonly SharedSpace[]): Promise<void> {
    await Promise.resolve();
    this.#spaces = structuredClone(spaces);
  }
}

/** The tabs of one browser: one lock, one channel. */
export class MemoryBrowser {
  readonly store = new MemoryStore();
  readonly #listeners = new Set<{ readonly tab: Tabs; readonly hear: (message: TabMessage) => void }>();
  #lock: Promise<void> = Promise.resolve();

  tab(): Tabs {
    const tab: Tabs = {
      lead: (work, signal) => {
        const turn = this.#lock.then(() => (signal.aborted ? undefined : work(signal)));
        this.#lock = turn.then(
          () => undefined,
          () => undefined,
        );
        return turn;
      },
      post: (message) => {
        const copy = structuredClone(message);
        for (const each of this.#listeners) if (each.tab !== tab) queueMicrotask(() => each.hear(copy));
      },
      listen: (hear) => {
        const listener = { tab, hear };
        this.#listeners.add(listener);
        return () => this.#listeners.delete(listener);
      },
    };
    return tab;
  }
}

export class MemoryNetwork implements Network {
  #isOnline = true;
  readonly #listeners = new Set<() => void>();

  isOnline(): boolean {
    return this.#isOnline;
  }

  set(isOnline: boolean): void {
    this.#isOnline = isOnline;
    for (const listener of this.#listeners) listener();
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}

export class MemoryPage implements PageLife {
  readonly #listeners = new Set<() => void>();

  leave(): void {
    for (const listener of this.#listeners) listener();
  }

  onLeave(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
