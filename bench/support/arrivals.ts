import { watch } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { now } from "../device/messages.ts";

/** Sees what comes into one folder, by the system's own events. */
export interface Arrivals {
  /** Resolves with the time (see `now`) at which the file was seen to have those bytes. Rejects after two minutes. */
  expect(name: string, bytes: Buffer): Promise<number>;
  close(): void;
}

const PATIENCE_MS = 120_000;

export function watchArrivals(folder: string): Arrivals {
  let look: ((name: string) => Promise<void>) | null = null;
  const watcher = watch(folder, (_, name) => {
    if (name !== null) void look?.(name);
  });
  return {
    expect: (name, bytes) =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(() => reject(new Error(`${name} did not arrive`)), PATIENCE_MS);
        look = async (changed) => {
          if (changed !== name) return;
          const seen = now();
          const found = await readFile(join(folder, name)).catch(() => null);
          if (!found?.equals(bytes)) return;
          clearTimeout(timer);
          look = null;
          resolve(seen);
        };
      }),
    close: () => watcher.close(),
  };
}
