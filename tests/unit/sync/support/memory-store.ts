import type { TreeStore } from "../../../../client/ports/tree-store.ts";

/** A store that forgets: for trees that live as long as a test. */
export function forgetfulStore(): TreeStore {
  return {
    load: () => ({ entries: [], meta: [] }),
    save: () => undefined,
    rememberChunks: () => undefined,
    recallChunks: () => null,
    rememberVersion: () => undefined,
    recallVersion: () => null,
    close: () => undefined,
  };
}
