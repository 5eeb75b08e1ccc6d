import { localPath } from "../local-path.ts";
import { STAGE, type Entry, type LocalState, type RemoteState } from "../entry.ts";
import type { LocalStep } from "../steps.ts";
import { agree, Outdated, pathIn, requireEntry, requireLocal, Surprised, systemCode } from "./context.ts";
import type { ExecuteContext } from "./context.ts";

type StepOf<T extends LocalStep["type"]> = Extract<LocalStep, { type: T }>;

/** Makes the remote folder here. */
export async function makeFolder(context: ExecuteContext, { id }: StepOf<"makeFolder">): Promise<void> {
  const { trees, files, gate } = context;
  await gate.alone(async () => {
    const entry = requireEntry(context, id);
    const { parent, name } = requireRemote(entry);
    if (entry.local) throw new Outdated("the folder is here");
    const stamp = await files.makeFolder(pathIn(context, { parent, name }));
    trees.transaction(() => {
      trees.setLocal(id, { parent, name, type: "folder", stamp, content: null });
      agree(context, id, { parent, name, type: "folder", version: 0, content: null, executable: false });
    });
  });
}

/** Moves or renames here. */
export async function moveLocal(context: ExecuteContext, step: StepOf<"moveLocal">): Promise<void> {
  const { gate, onConflict } = context;
  await gate.alone(async () => {
    const { path } = requireLocal(context, step.id);
    const to = pathIn(context, step);
    if (to === path) throw new Outdated("it is there already");
    await move(context, step.id, step, to);
    if (step.why !== "remote") onConflict({ path, conflictPath: to });
  });
}

/** Moves out of the way for a moment. */
export async function stage(context: ExecuteContext, { id }: StepOf<"stage">): Promise<void> {
  await context.gate.alone(() => move(context, id, { parent: STAGE, name: id }, `.ledge/stage/${id}`));
}

async function move(
  context: ExecuteContext,
  id: string,
  { parent, name }: { readonly parent: string; readonly name: string },
  to: string,
): Promise<void> {
  const { entry, local, path } = requireLocal(context, id);
  if (to.startsWith(`${path}/`)) throw new Outdated("a folder cannot go into itself");
  const stamp = await context.files.move(path, to, local.stamp);
  const { trees } = context;
  trees.transaction(() => {
    trees.setLocal(id, { ...local, parent, name, stamp });
    const { remote, synced } = entry;
    if (synced && remote?.state === "live" && remote.parent === parent && remote.name === name) {
      trees.setSynced(id, { ...synced, parent, name });
    }
  });
}

/** Moves a file, or a folder that holds nothing but what is ignored, to the local trash. */
export async function trashLocal(context: ExecuteContext, { id, entryType }: StepOf<"trashLocal">): Promise<void> {
  await context.gate.alone(async () => {
    const { local, path } = requireLocal(context, id);
    if (local.type !== entryType) throw new Outdated(`it is not a ${entryType} any more`);
    if (entryType === "file") await context.files.trash(path, local.stamp);
    else await trashFolder(context, id, local, path);
    // Without a base too: should it be wanted here again by now, its absence must not read as a deletion of this side.
    context.trees.transaction(() => {
      context.trees.setLocal(id, null);
      context.trees.setSynced(id, null);
    });
  });
}

async function trashFolder(context: ExecuteContext, id: string, local: LocalState, path: string): Promise<void> {
  const { files, trees } = context;
  for (const child of trees.localChildren(id)) throw new Outdated(`${child.id} is still in it`);
  try {
    await files.removeFolder(path);
    return;
  } catch (error) {
    if (systemCode(error) !== "ENOTEMPTY" && systemCode(error) !== "EEXIST") throw error;
  }
  // Only what is left out of sync may go along.
  const others = (await files.list(path)).filter(({ name, stamp }) => {
    if (name === null || (stamp?.type !== "file" && stamp?.type !== "folder")) return true;
    return !context.isIgnored(`${path}/${name}`, stamp.type);
  });
  if (others.length > 0) {
    const names = others.flatMap(({ name }) => (name === null ? [] : [`${path}/${name}`]));
    throw new Surprised(`the folder holds ${others[0]?.name ?? "an entry without a valid name"}`, names);
  }
  await files.trash(path, local.stamp);
}

/** Sets the executable bit as the remote version, whose bytes are here, has it. */
export async function setExecutable(context: ExecuteContext, { id }: StepOf<"setExecutable">): Promise<void> {
  const { trees, files, gate } = context;
  await gate.effect(async () => {
    const { entry, local, path } = requireLocal(context, id);
    const remote = requireRemote(entry);
    const { synced } = entry;
    if (!synced || local.content === null) throw new Outdated("its bytes are not known");
    const stamp = await files.setExecutable(path, remote.executable, local.stamp);
    trees.transaction(() => {
      trees.setLocal(id, { ...local, stamp });
      const version = remote.content === synced.content ? remote.version : synced.version;
      agree(context, id, { ...synced, version, executable: remote.executable });
    });
  });
}

/** Learns the content of the local bytes. */
export async function hash(context: ExecuteContext, { id }: StepOf<"hash">, signal: AbortSignal): Promise<void> {
  const { remote, trees, watchdog } = context;
  const { local, path } = requireLocal(context, id);
  const hashed = await watchdog.guard(signal, (inner, alive) =>
    remote.hash(path, local.stamp, { signal: inner, onBytes: alive }),
  );
  const now = trees.get(id)?.local;
  if (now?.stamp !== local.stamp) throw new Outdated("it changed");
  trees.setLocal(id, { ...now, content: hashed.content });
}

export function requireRemote(entry: Entry): RemoteState {
  if (entry.remote?.state !== "live") throw new Outdated("it is not on the server");
  return entry.remote;
}

/** Whether the place that a step needs is there by now. */
export function isPlaceable(context: ExecuteContext, id: string): boolean {
  const entry = context.trees.get(id);
  if (entry?.local || !entry?.remote) return true;
  return localPath(context.trees, entry.remote.parent) !== null;
}

/** Whether a step changes where things are, and so must run alone and in order. */
export function changesPaths({ type }: LocalStep): boolean {
  return ["makeFolder", "moveLocal", "stage", "trashLocal", "letGo"].includes(type);
}
