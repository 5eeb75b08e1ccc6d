/**
 * Maps `items` in order while up to `depth` mappings run ahead of the reader. Rejects with the first failure in order;
 * stopping early stops the source.
 */
export async function* ahead<T, R>(
  items: AsyncIterable<T>,
  depth: number,
  map: (item: T) => Promise<R>,
): AsyncGenerator<R> {
  const source = items[Symbol.asyncIterator]();
  const running: Promise<R>[] = [];
  let ended = false;
  try {
    for (;;) {
      while (!ended && running.length < depth) {
        const next = await source.next();
        if (next.done) {
          ended = true;
          break;
        }
        const mapped = map(next.value);
        // Its failure is thrown when its turn comes; until then it is not unhandled.
        mapped.catch(() => undefined);
        running.push(mapped);
      }
      const first = running.shift();
      if (first === undefined) return;
      yield await first;
    }
  } finally {
    if (!ended) await source.return?.();
  }
}
