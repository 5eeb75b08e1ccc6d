import { STAGE, samePlace } from "../entry.ts";
import { mergedPlace } from "./merged.ts";
import type { Pass } from "./pass.ts";

/**
 * Finds entries that wait for each other in a circle, and stages one that is to move on this disk: then what it was in the
 * way of can go on (Y12). Each circle is broken once a plan.
 */
export function breakCircles(pass: Pass): void {
  const waits = new Map<string, readonly string[]>();
  for (const { id, blockers } of pass.blocked()) waits.set(id, blockers);
  const done = new Set<string>();
  for (const start of waits.keys()) {
    const path: string[] = [];
    const onPath = new Set<string>();
    const branches: string[][] = [[start]];
    while (branches.length > 0) {
      const id = branches.at(-1)?.pop();
      if (id === undefined) {
        branches.pop();
        const left = path.pop();
        if (left !== undefined) {
          onPath.delete(left);
          done.add(left);
        }
      } else if (onPath.has(id)) stageOne(pass, path.slice(path.indexOf(id)));
      else if (!done.has(id) && waits.has(id) && !pass.isStepped(id)) {
        path.push(id);
        onPath.add(id);
        branches.push([...(waits.get(id) ?? [])]);
      }
    }
  }
}

function stageOne(pass: Pass, circle: readonly string[]): void {
  if (circle.some((id) => pass.isStepped(id))) return;
  const id = circle.find((each) => canBeStaged(pass, each));
  if (id !== undefined) pass.locally({ type: "stage", id });
}

function canBeStaged(pass: Pass, id: string): boolean {
  const entry = pass.view.get(id);
  if (!entry?.remote || !entry.local || entry.local.parent === STAGE || !pass.isFree(id)) return false;
  const place = mergedPlace(entry);
  if (pass.reach.of(id).kind !== "live" || !place) return false;
  return samePlace(place, entry.remote) && !samePlace(place, entry.local);
}
