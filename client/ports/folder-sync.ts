import { open } from "node:fs/promises";

/**
 * Makes the entries of folders durable. Calls for one folder that come while it is being synced share the next sync: what
 * a thousand files in a folder cost is some dozens. Does nothing on Windows, and where folders cannot be synced.
 */
export class FolderSync {
  readonly #running = new Map<string, Promise<void>>();
  readonly #next = new Map<string, Promise<void>>();

  sync(folder: string): Promise<void> {
    if (process.platform === "win32") return Promise.resolve();
    const next = this.#next.get(folder);
    if (next) return next;
    const running = this.#running.get(folder);
    if (!running) return this.#run(folder);
    const following = running.then(() => {
      this.#next.delete(folder);
      return this.#run(folder);
    });
    this.#next.set(folder, following);
    return following;
  }

  #run(folder: string): Promise<void> {
    const running = syncOnce(folder).finally(() => {
      if (this.#running.get(folder) === running) this.#running.delete(folder);
    });
    this.#running.set(folder, running);
    return running;
  }
}

async function syncOnce(folder: string): Promise<void> {
  try {
    const handle = await open(folder, "r");
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch {
    // Some network file systems refuse it, and the folder may be gone: durability is then theirs to give.
  }
}
