import { nextFreeName } from "../../../core/names.ts";
import type { Place } from "../entry.ts";
import { LetGo, letGoName } from "../let-go.ts";
import type { LocalStep } from "../steps.ts";
import type { Trees } from "../trees.ts";
import { requireEntry, requireLocal, Outdated, pathIn, type ExecuteContext } from "./context.ts";

/**
 * Lets a folder alone that stood for a shared one: it gets a name that says so, and is known by its identity from then on
 * (M9). Nothing in it is touched. Cut off between the two, the next attempt finds the name and leaves it.
 */
export async function letGo(context: ExecuteContext, { id }: Extract<LocalStep, { type: "letGo" }>): Promise<void> {
  const { trees, gate } = context;
  await gate.alone(async () => {
    if (requireEntry(context, id).remote?.state !== "lost") throw new Outdated("it is shared again");
    if (trees.get(id)?.local) await rename(context, id);
    trees.transaction(() => {
      const local = trees.get(id)?.local;
      if (local) new LetGo(trees).add(local.stamp.identity);
      forget(trees, id);
    });
  });
}

async function rename(context: ExecuteContext, id: string): Promise<void> {
  const { trees, files } = context;
  const { local, path } = requireLocal(context, id);
  const wanted = letGoName(local.name);
  if (wanted === local.name) return;
  const taken = new Set<string>();
  const place = (name: string): Place => ({ parent: local.parent, name });
  for (const { name } of await files.list(pathOfFolder(path))) if (name !== null) taken.add(name.toLowerCase());
  const isTaken = (name: string): boolean => taken.has(name.toLowerCase());
  const name = isTaken(wanted) ? nextFreeName(wanted, "folder", isTaken) : wanted;
  const stamp = await files.move(path, pathIn(context, place(name)), local.stamp);
  trees.setLocal(id, { ...local, name, stamp });
}

function pathOfFolder(path: string): string {
  return path.includes("/") ? path.slice(0, path.lastIndexOf("/")) : "";
}

/**
 * What is in the folder here is of no tree any more; what was of the shared folder and is elsewhere here is new. What is on the
 * server elsewhere, and was moved into it here, comes again.
 */
function forget(trees: Trees, mount: string): void {
  const realm = trees.get(mount)?.remote?.mount;
  const below = [mount];
  for (const id of below) for (const child of trees.localChildren(id)) below.push(child.id);
  for (const id of below) {
    trees.setLocal(id, null);
    trees.setSynced(id, null);
  }
  // It may be shared again by now, and stand elsewhere: what is told of there is not lost.
  const lost = [...trees.all()].filter(({ remote }) => remote?.state === "lost" && remote.realm === realm);
  for (const { id } of realm === undefined ? [] : lost) {
    trees.setRemote(id, null);
    trees.setSynced(id, null);
  }
  trees.setRemote(mount, null);
}
