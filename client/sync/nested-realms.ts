import type { Realm, RemoteNode } from "../ports/sync-remote.ts";
import type { RemoteState } from "./entry.ts";
import { readOnlyRealms } from "./realms.ts";
import type { Trees } from "./trees.ts";

/*
 * Somebody may have a folder twice: by itself, and in another one that is shared with them. What is in both is in one place here:
 * that in which it may be changed or, where it may in both or in none, the outer one. So the mount of the inner one may be empty,
 * which nobody is hurt by: who removes a mount removes nothing from what it stands for.
 */

/** Whether what is told of a node is no news, because it is in the tree by another realm that goes before. */
export function isToldElsewhere(trees: Trees, known: RemoteState, { realm, parent }: RemoteNode): boolean {
  const outer = outerOf(trees, known.realm, realm);
  if (outer === null) return false;
  const readOnly = readOnlyRealms(trees);
  const [isKnownHeld, isNewHeld] = [isHeld(readOnly, known.realm), isHeld(readOnly, realm)];
  const isPreferred = isKnownHeld === isNewHeld ? known.realm === outer : isNewHeld;
  if (!isPreferred) return false;
  // Told by the outer one, it may have left the inner one.
  const isStillIn = parent === known.realm || trees.get(parent ?? "")?.remote?.realm === known.realm;
  return known.realm === outer || isStillIn;
}

/** What went from one of an owner's folders to another takes along what is below it. */
export function takeAlong(trees: Trees, folder: string, from: Realm, to: Realm): void {
  for (const { id, remote } of trees.remoteChildren(folder)) {
    if (!remote || remote.realm !== from) continue;
    const { realm: _, ...rest } = remote;
    trees.setRemote(id, to === undefined ? rest : { ...rest, realm: to });
    if (remote.type === "folder") takeAlong(trees, id, from, to);
  }
}

function isHeld(readOnly: ReadonlySet<string>, realm: Realm): boolean {
  return realm !== undefined && readOnly.has(realm);
}

/** Of two realms of which one is in the other the outer one; null where neither is. */
function outerOf(trees: Trees, a: Realm, b: Realm): Realm | null {
  if (a === undefined || b === undefined) return null;
  const within = (inner: string): Realm => {
    const root = trees.get(inner)?.remote;
    return root?.state === "live" ? root.realm : undefined;
  };
  if (within(a) === b) return b;
  return within(b) === a ? a : null;
}
