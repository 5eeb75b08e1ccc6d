/**
 * The seqs that this page's edits gave to nodes. An edit that was undone leaves its node with a new seq that stands for the
 * one before the edit: so what was done before it can be undone next, although the node's seq is another one by then.
 */
export class OwnChanges {
  /** By node, ascending. */
  readonly #seqs = new Map<string, number[]>();
  /** By node and seq of a change, the seq that it was made on. */
  readonly #before = new Map<string, number>();
  /** By node and seq, an older seq at which the node was the same. */
  readonly #same = new Map<string, number>();

  /** @param seen - The seq that was known of the node when the edit was made: earlier edits may have been on their way. */
  done(node: string, seq: number, seen: number): void {
    const seqs = this.#seqs.get(node) ?? [];
    this.#before.set(keyOf(node, seq), Math.max(seen, ...seqs.filter((each) => each < seq)));
    this.#seqs.set(node, [...seqs, seq]);
  }

  /** The change of seq `change` was undone by that of seq `by`. */
  undone(node: string, change: number, by: number): void {
    const before = this.#before.get(keyOf(node, change));
    if (before !== undefined) this.#same.set(keyOf(node, by), before);
  }

  /** Whether nothing but what was undone has happened to the node between the two. */
  isSame(node: string, then: number, now: number): boolean {
    for (let seq: number | undefined = now; seq !== undefined; seq = this.#same.get(keyOf(node, seq))) {
      if (seq === then) return true;
    }
    return false;
  }
}

function keyOf(node: string, seq: number): string {
  return `${node} ${seq}`;
}
