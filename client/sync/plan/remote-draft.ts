import type { Entry, Place } from "../entry.ts";
import { slotKey } from "../entry.ts";
import type { TreeView } from "../trees.ts";

/** The server's tree as the plan's upward steps leave it. */
export class RemoteDraft {
  readonly #view: TreeView;
  /** Where the plan puts nodes that it creates or moves. */
  readonly #places = new Map<string, Place>();
  readonly #arrivals = new Map<string, Set<string>>();
  readonly #trashed = new Set<string>();

  constructor(view: TreeView) {
    this.#view = view;
  }

  /** Null for what is not live there. */
  placeOf(id: string): Place | null {
    const place = this.#places.get(id);
    if (place || this.#trashed.has(id)) return place ?? null;
    const remote = this.#view.get(id)?.remote;
    return remote?.state === "live" ? remote : null;
  }

  /** Whether the node is live with all that is above it, up to the replica's root. */
  isThere(id: string): boolean {
    return this.ancestors(id) !== null;
  }

  /** The node and the folders above it, without the replica's root; null where that is not reached. */
  ancestors(id: string): string[] | null {
    const line: string[] = [];
    for (let at = id; at !== this.#view.rootId;) {
      const place = this.placeOf(at);
      // Records can be in a circle while changes are still to be pulled.
      if (!place || line.length > 10_000) return null;
      line.push(at);
      at = place.parent;
    }
    return line;
  }

  /** Who else has the slot. */
  occupants(place: Place, besides: string): Entry[] {
    const slot = slotKey(place);
    const entries = this.#view.remoteAt(slot).filter(({ id }) => !this.#places.has(id) && !this.#trashed.has(id));
    for (const id of this.#arrivals.get(slot) ?? []) {
      const entry = this.#view.get(id);
      if (entry) entries.push(entry);
    }
    return entries.filter(({ id }) => id !== besides);
  }

  /** Whether the plan has put the node where it is. */
  isPlaced(id: string): boolean {
    return this.#places.has(id);
  }

  put(id: string, place: Place): void {
    const before = this.#places.get(id);
    if (before) this.#arrivals.get(slotKey(before))?.delete(id);
    this.#places.set(id, place);
    const slot = slotKey(place);
    const there = this.#arrivals.get(slot);
    if (there) there.add(id);
    else this.#arrivals.set(slot, new Set([id]));
  }

  trash(id: string): void {
    this.#trashed.add(id);
  }
}
