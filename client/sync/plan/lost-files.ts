import type { Realm } from "../../ports/sync-remote.ts";
import type { Entry } from "../entry.ts";
import { sameName } from "../entry.ts";
import type { PlanContext } from "../plan.ts";
import { realmInside } from "../realms.ts";
import type { TreeView } from "../trees.ts";
import { isUnchangedThere } from "./merged.ts";
import type { Pass } from "./pass.ts";
import type { Reach } from "./reach.ts";

/**
 * Files that are missing here and unchanged there: what a new file of the same bytes may be (Y8). They were synced, or were
 * put in place just before that would have been recorded.
 */
export class LostFiles {
  readonly #view: TreeView;
  readonly #context: PlanContext;
  readonly #reach: Reach;
  readonly #taken = new Set<string>();
  /** What may be lost; of it, what is, for the sizes that were asked for. */
  #bySize: Map<number, Entry[]> | null = null;
  readonly #lostBySize = new Map<number, Entry[]>();
  #newBySize: Map<number, Entry[]> | null = null;

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
    const realm = realmInside(this.#view, local.parent);
    for (const { id, remote, synced } of this.#candidates(local.stamp.size)) {
      const isHome = remote?.realm === realm;
      if (!isHome && !this.#canMove(id, remote?.realm, realm)) continue;
      const past = synced ?? remote;
      if (past?.content !== local.content) continue;
      const isNamed = sameName(past.name, local.name);
      const likeness = (isHome ? 4 : 0) + (isNamed ? 2 : 0) + (past.parent === local.parent ? 1 : 0);
      if (!best || likeness > best.likeness || (likeness === best.likeness && id < best.id)) best = { id, likeness };
    }
    if (best) this.#taken.add(best.id);
    return best?.id ?? null;
  }

  /** New files here that may be this one, which is still to come, put in place already: of its size. */
  mayBeHere({ id, remote }: Entry): readonly Entry[] {
    // Asked first: of what comes, hardly anything was here, and looking for new files looks at all that is dirty.
    if (remote?.type !== "file" || remote.size === 0 || !this.#wasPutHere(id)) return [];
    this.#newBySize ??= Map.groupBy(
      this.#dirty(({ remote, local, synced }) => local?.type === "file" && !remote && !synced),
      ({ local }) => local?.stamp.size ?? 0,
    );
    return this.#newBySize.get(remote.size) ?? [];
  }

  #canMove(id: string, from: Realm, to: Realm): boolean {
    const { isReadOnly, canMoveAcross } = this.#context;
    return !isReadOnly(from) && !isReadOnly(to) && canMoveAcross(id);
  }

  #candidates(size: number): Entry[] {
    this.#bySize ??= Map.groupBy(
      this.#dirty((entry) => !entry.local && this.#isLost(entry)),
      ({ remote }) => remote?.size ?? 0,
    );
    let found = this.#lostBySize.get(size);
    if (!found) {
      found = (this.#bySize.get(size) ?? []).filter(({ id, synced }) => synced !== null || this.#wasPutHere(id));
      this.#lostBySize.set(size, found);
    }
    return found.filter(({ id }) => !this.#taken.has(id));
  }

  #dirty(isWanted: (entry: Entry) => boolean): Entry[] {
    const wanted: Entry[] = [];
    for (const id of this.#view.dirty()) {
      const entry = this.#view.get(id);
      if (entry && isWanted(entry)) wanted.push(entry);
    }
    return wanted;
  }

  #isLost(entry: Entry): boolean {
    const { id, remote, synced } = entry;
    // Of many that are still to come, few have a size that is asked for: the rest is asked then.
    if (!synced) return remote?.type === "file" && remote.state === "live";
    return synced.type === "file" && isUnchangedThere(entry) && this.#isFree(id);
  }

  #isFree(id: string): boolean {
    const { inFlight, resting, isUnreadable } = this.#context;
    return !inFlight.has(id) && !resting.has(id) && !isUnreadable(id) && this.#reach.of(id).kind === "live";
  }

  /** Whether what is still to come was put in place here already, under a name that it has no more. */
  #wasPutHere(id: string): boolean {
    const remote = this.#view.get(id)?.remote;
    if (!remote || remote.content === null || !this.#isFree(id)) return false;
    return this.#context.wasBrought(id, 0, remote.version, remote.content);
  }
}

/** Whether a file that is to come was found to be here, or may be: it was put in place, cut off, and moved on there. */
export function isHereAlready(pass: Pass, entry: Entry): boolean {
  for (const found of pass.lost.mayBeHere(entry)) {
    if (pass.reach.isIgnoredHere(found.id)) continue;
    const content = found.local?.content ?? null;
    if (content === null) {
      if (pass.isFree(found.id)) pass.locally({ type: "hash", id: found.id });
      pass.waitFor(entry.id, [found.id]);
      return true;
    }
    if (content !== entry.remote?.content || !pass.isFree(found.id)) continue;
    pass.adopt(entry.id, found.id);
    return true;
  }
  return false;
}

/** A new file with the bytes of one that is missing is that one, moved (Y8). */
export function goesOnAsLost(pass: Pass, found: Entry): boolean {
  const { id, local } = found;
  if (!local || local.type !== "file" || !pass.lost.hasSize(local.stamp.size)) return false;
  if (local.content === null) {
    pass.locally({ type: "hash", id });
    return true;
  }
  const lost = pass.lost.take(found);
  if (lost !== null) pass.adopt(lost, id);
  return lost !== null;
}
