import { STAGE, samePlace } from "../entry.ts";
import { isInOtherRealm } from "./emigrate.ts";
import { isPassingName } from "./merged.ts";
import { freePassingName } from "./move-up.ts";
import type { UpwardStep } from "../steps.ts";
import type { Pass } from "./pass.ts";
import { isOnServer } from "./reach.ts";

/**
 * Finds entries that wait for each other in a circle, and puts one out of the way that is to move anyhow: to the stage on
 * this disk, or to a passing name on the server. Then what waited for its place can go on (Y12). Each circle is broken
 * once a plan.
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
  const moves = circle.map((id) => moveOf(pass, id));
  const staged = circle.find((_, i) => moves[i] === "here");
  if (staged !== undefined) return pass.locally({ type: "stage", id: staged });
  const passing = circle.find((_, i) => moves[i] === "there");
  if (passing !== undefined) return pass.upward(passingMove(pass, passing));
  // Of two that exchanged their places across realms each waits for what the other one went on as.
  const emigrated = circle.find((id) => canMakeRoom(pass, id));
  const parent = emigrated && pass.view.get(emigrated)?.remote?.parent;
  if (emigrated !== undefined && parent !== undefined)
    pass.upward({ type: "moveRemote", id: emigrated, name: freePassingName(pass, emigrated, parent) });
}

/** Whether the entry went on in another realm, and only waits to go from where it was. */
function canMakeRoom(pass: Pass, id: string): boolean {
  const { remote, local, synced } = pass.view.get(id) ?? {};
  if (remote?.state !== "live" || local || synced?.heir === undefined) return false;
  return pass.isFree(id) && !isPassingName(id, remote.name);
}

/** To the folder where it belongs, if it can go there: it may be what the folder it leaves waits for. */
function passingMove(pass: Pass, id: string): UpwardStep {
  const entry = pass.view.get(id);
  const parent = entry && pass.placeOf(entry)?.parent;
  const above = parent === undefined ? null : pass.remote.ancestors(parent);
  const isAcross = entry !== undefined && isInOtherRealm(pass, entry);
  const isPossible = parent !== entry?.remote?.parent && above !== null && !above.includes(id) && !isAcross;
  const folder = parent !== undefined && isPossible ? parent : null;
  const name = freePassingName(pass, id, folder ?? entry?.remote?.parent ?? pass.view.rootId);
  return { type: "moveRemote", id, name, ...(folder === null ? {} : { parent: folder }) };
}

/** Where the entry is to move; null where it is not, or cannot be put out of the way. */
function moveOf(pass: Pass, id: string): "here" | "there" | null {
  const entry = pass.view.get(id);
  const place = entry ? pass.placeOf(entry) : null;
  const standing = pass.reach.of(id);
  if (!entry?.remote || !entry.local || !place || !pass.isFree(id) || !isOnServer(standing)) return null;
  if (!samePlace(place, entry.remote)) return isPassingName(id, entry.remote.name) ? null : "there";
  return standing.kind !== "live" || entry.local.parent === STAGE || samePlace(place, entry.local) ? null : "here";
}
