import type { Entry } from "../entry.ts";
import { sameName } from "../entry.ts";
import type { PlanContext } from "../plan.ts";
import type { TreeView } from "../trees.ts";
import { isUnchangedThere } from "./merged.ts";
import type { Reach } from "./reach.ts";

/** Synced files that are missing here and unchanged there: what a new file of the same bytes may be (Y8). */
export class LostFiles {
  readonly #view: TreeView;
  readonly #context: PlanContext;
  readonly #reach: Reach;
  readonly #taken = new Set<string>();
  #bySize: Map<number, Entry[]> | null = null;

  constructor(view: TreeView, context: PlanContext, reach: Reach) {
    this.#view = view;
    this.#context = context;
    this.#reach = reach;
  }

  /** Whether a new file of that size must be hashed to tell. Empty files are all equal, and nobody's. */
  hasSize(size: number): boolean {
    return size > 0 && this.#candidates(size).length > 0;
  }

  /** Takes the missing file that the new one goes on with: one of the same name or folder before others. */
  take(found: Entry): string | null {
    const { local } = found;
    if (!local || local.content === null || local.stamp.size === 0) return null;
    let best: { id: string; likeness: number } | null = null;
    for (const { id, synced } of this.#candidates(local.stamp.size)) {
      if (!synced || synced.content !== local.content) continue;
      const likeness = (sameName(synced.name, local.name) ? 2 : 0) + (synced.parent === local.parent ? 1 : 0);
      if (!best || likeness > best.likeness || (likeness === best.likeness && id < best.id)) best = { id, likeness };
    }
    if (best) this.#taken.add(best.id);
    return best?.id ?? null;
  }

  #candidates(size: number): Entry[] {
    this.#bySize ??= this.#collect();
    return (this.#bySize.get(size) ?? []).filter(({ id }) => !this.#taken.has(id));
  }

  #collect(): Map<number, Entry[]> {
    const bySize = new Map<number, Entry[]>();
    for (const id of this.#view.dirty()) {
      const entry = this.#view.get(id);
      if (!entry || entry.local || !this.#isLost(entry)) continue;
      const size = entry.remote?.size ?? 0;
      const others = bySize.get(size);
      if (others) others.push(entry);
      else bySize.set(size, [entry]);
    }
    return bySize;
  }

  #isLost(entry: Entry): boolean {
    const { id, synced } = entry;
    if (synced?.type !== "file" || !isUnchangedThere(entry)) return false;
    const { inFlight, resting, isUnreadable } = this.#context;
    return !inFlight.has(id) && !resting.has(id) && !isUnreadable(id) && this.#reach.of(id).kind === "live";
  }
}
