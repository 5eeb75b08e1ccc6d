import { useEffect, useLayoutEffect, useState } from "react";
import type { Entry } from "../drive/drive.ts";
import { language } from "../strings/strings.ts";
import { OrderedEntries, type Order, type OrderedRows } from "./ordered-entries.ts";
import { runSliced } from "./sliced.ts";

interface Wish {
  readonly entries: readonly Entry[];
  readonly order: Order;
  readonly filter: string;
}

/** In order, filtered. */
export interface Shown extends OrderedRows {
  /** What they were made of; null before the first time. */
  readonly of: Wish | null;
}

/**
 * Orders and filters in slices. Another order or filter begins anew at once; a folder that changed meanwhile has its turn
 * when the work is done, so that pages that stream in do not starve it.
 */
class Lister {
  readonly #ordered = new OrderedEntries(language);
  readonly #publish: (shown: Shown) => void;
  #running: { wish: Wish; stop: () => void } | null = null;
  #next: Wish | null = null;

  constructor(publish: (shown: Shown) => void) {
    this.#publish = publish;
  }

  want(wish: Wish): void {
    const running = this.#running?.wish;
    if (running?.order === wish.order && running.filter === wish.filter) {
      this.#next = wish;
      return;
    }
    this.stop();
    this.#run(wish);
  }

  stop(): void {
    this.#running?.stop();
    this.#running = null;
    this.#next = null;
  }

  #run(wish: Wish): void {
    let isDone = false;
    const stop = runSliced(this.#ordered.take(wish.entries, wish.order, wish.filter), ({ rows, ids }) => {
      isDone = true;
      this.#running = null;
      this.#publish({ rows, ids, of: wish });
      const next = this.#next;
      this.#next = null;
      if (next) this.#run(next);
    });
    if (!isDone) this.#running = { wish, stop };
  }
}

/** What is to be shown of a folder's entries. Small folders are ready before the first paint. */
export function useShownEntries(entries: readonly Entry[], order: Order, filter: string): Shown {
  const [shown, setShown] = useState<Shown>({ rows: [], ids: [], of: null });
  const [lister] = useState(() => new Lister(setShown));
  useLayoutEffect(() => lister.want({ entries, order, filter }), [lister, entries, order, filter]);
  useEffect(() => () => lister.stop(), [lister]);
  return shown;
}
