import { lstatSync } from "node:fs";
import { join, relative, sep } from "node:path";
import type { subscribe } from "@parcel/watcher";
import { PathBatch } from "./path-batch.ts";
import { isOwn, OWN_FOLDER } from "./replica-paths.ts";
import type { Watcher } from "./watcher.ts";

/** What @parcel/watcher says when events were lost; on Windows the subscription is over then (src/windows, src/macos). */
const LOSS = /dropped|overflow|lost/i;

/** Watches by way of the system's recursive watching, for macOS (FSEvents) and Windows (ReadDirectoryChangesW). */
export function parcelWatcher(root: string): Watcher {
  return {
    watch: async (onPaths, signal) => {
      // Loaded here: where its binary is missing, only watching is not possible.
      const parcel = await import("@parcel/watcher");
      const batch = new PathBatch(onPaths);
      try {
        while (!signal.aborted) {
          const subscription = await subscribeOnce(parcel.subscribe, root, batch);
          batch.addAll();
          const abort = Promise.withResolvers<void>();
          const onAbort = (): void => abort.resolve();
          signal.addEventListener("abort", onAbort, { once: true });
          if (signal.aborted) onAbort();
          try {
            await Promise.race([subscription.lost, abort.promise]);
          } finally {
            signal.removeEventListener("abort", onAbort);
            await subscription.unsubscribe();
          }
        }
      } finally {
        batch.close();
      }
    },
  };
}

type Subscribe = typeof subscribe;

interface Subscription {
  /** Resolves when events were lost, rejects when watching is over. */
  readonly lost: Promise<void>;
  unsubscribe(): Promise<void>;
}

async function subscribeOnce(subscribe: Subscribe, root: string, batch: PathBatch): Promise<Subscription> {
  const lost = Promise.withResolvers<void>();
  lost.promise.catch(() => undefined);
  const { unsubscribe } = await subscribe(
    root,
    (error, events) => {
      if (error && LOSS.test(error.message)) lost.resolve();
      else if (error) lost.reject(error);
      for (const { path } of events ?? []) {
        const names = relative(root, path).split(sep);
        if (names[0] === "" && !lstatSync(root, { throwIfNoEntry: false })?.isDirectory())
          lost.reject(new Error(`${root} was moved or removed`));
        else if (names[0] !== "" && !isOwn(names[0])) batch.add(names.join("/"));
      }
    },
    { ignore: [join(root, OWN_FOLDER)] },
  );
  return { lost: lost.promise, unsubscribe };
}
