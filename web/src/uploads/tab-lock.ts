import { newId } from "../../../protocol/new-id.ts";

const PREFIX = "ledge-uploads-of-";

export interface TabLock {
  readonly owner: string;
  /** The owners that live, this one among them. */
  readonly alive: () => Promise<ReadonlySet<string>>;
  /** Resolves when that owner is gone. */
  readonly ended: (owner: string) => Promise<void>;
}

/** Which worker an upload belongs to, and whether that one lives: it holds a lock of its name as long as it does. */
export async function takeTabLock(): Promise<TabLock> {
  const owner = newId();
  const { promise, resolve } = Promise.withResolvers<void>();
  // Never resolved: the lock is held until the worker ends.
  const forEver = Promise.withResolvers<void>().promise;
  void navigator.locks.request(PREFIX + owner, () => {
    resolve();
    return forEver;
  });
  await promise;
  const ended = (other: string): Promise<void> => navigator.locks.request(PREFIX + other, () => undefined);
  return { owner, alive: livingOwners, ended };
}

async function livingOwners(): Promise<ReadonlySet<string>> {
  const { held = [] } = await navigator.locks.query();
  const names = held.flatMap(({ name }) => name ?? []);
  return new Set(names.filter((name) => name.startsWith(PREFIX)).map((name) => name.slice(PREFIX.length)));
}
