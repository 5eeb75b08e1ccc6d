/** Milliseconds that listeners wait for more to be told of at once. */
const TELL_AFTER = 20;

/** Whoever draws what changes: told soon after the first of many changes, or at once. */
export class Listeners {
  readonly #listeners = new Set<() => void>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  add(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  tellSoon(): void {
    this.#timer ??= setTimeout(() => this.tellNow(), TELL_AFTER);
  }

  tellNow(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    for (const listener of this.#listeners) listener();
  }
}
