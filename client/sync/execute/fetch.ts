import { EARLY_PREFIX } from "../../ports/sync-remote.ts";
import type { LocalState, RemoteState } from "../entry.ts";
import { IGNORE_FILE } from "../ignore-rules.ts";
import { remotePath } from "../local-path.ts";
import type { LocalStep } from "../steps.ts";
import { rememberBrought } from "./own-versions.ts";
import { agree, Outdated, pathIn, requireEntry, requireLocal, Surprised, type ExecuteContext } from "./context.ts";
import { requireRemote } from "./local.ts";

/** The disk has no room for what is to be fetched. */
export class DiskFull extends Error {
  override readonly name = "DiskFull";
}

/** The name under which a version grows: the same at every attempt, so that what arrived is not fetched again. */
export function partialName(id: string, content: string): string {
  return `${id}-${content.slice(0, 16)}`;
}

/** Brings the remote version here: to the remote place, or over local bytes that are those of the synced version (Y3, Y13). */
export async function fetchStep(
  context: ExecuteContext,
  { id }: Extract<LocalStep, { type: "fetch" }>,
  signal: AbortSignal,
): Promise<void> {
  const { remote: server, files, gate, watchdog, transfers, trees } = context;
  const entry = requireEntry(context, id);
  const remote = requireRemote(entry);
  const target = whereTo(context, id);
  const content = requireContent(remote);
  if (!target.local && (await files.stat(target.path)) !== null) {
    throw new Surprised("something is in its place", [target.path]);
  }
  await requireRoom(context, remote.size);
  const name = partialName(id, content);
  const { version, size, mtime, executable } = remote;
  const base = target.local?.content ? { path: target.path, content: target.local.content } : null;
  await transfers.track({ id, path: target.path, direction: "down", size }, (onBytes) =>
    watchdog.guard(signal, (inner, alive) =>
      server.fetch({ node: id, version, content, size, mtime, executable }, name, base, {
        signal: inner,
        realm: remote.realm,
        onBytes: (bytes) => {
          alive();
          onBytes(bytes);
        },
      }),
    ),
  );
  let placed = "";
  await gate.effect(async () => {
    const now = requireRemote(requireEntry(context, id));
    if (now.content !== content || now.version !== version) {
      await files.removePartial(name);
      throw new Outdated("there is a newer version");
    }
    const { local, path } = whereTo(context, id);
    // Before it is in place: should this be cut off between, the bytes are still known for what they are.
    rememberBrought(context, id, version, content);
    const stamp = await files.place(name, path, local?.stamp ?? null);
    trees.transaction(() => {
      const { parent, name: as } = local ?? now;
      const agreed = (local ? trees.get(id)?.synced : null) ?? now;
      trees.setLocal(id, { parent, name: as, type: "file", stamp, content });
      agree(context, id, { parent: agreed.parent, name: agreed.name, type: "file", version, content, executable });
    });
    placed = path;
  });
  // Its rules are to hold before the step is over: what is new here waits for that (Y15).
  if (placed === IGNORE_FILE || placed.endsWith(`/${IGNORE_FILE}`)) await context.observe([placed]);
}

/** Where a version is to be put, and what must be there: nothing, or the synced bytes. */
function whereTo(context: ExecuteContext, id: string): { local: LocalState | null; path: string } {
  const entry = requireEntry(context, id);
  if (!entry.local) return { local: null, path: pathIn(context, requireRemote(entry)) };
  const { local, path } = requireLocal(context, id);
  if (local.type !== "file" || local.content === null || local.content !== entry.synced?.content) {
    throw new Outdated("it was changed here");
  }
  return { local, path };
}

function requireContent(remote: RemoteState): string {
  if (remote.type !== "file" || remote.content === null) throw new Outdated("it is not a file");
  return remote.content;
}

/** Removes partial files that no fetch will go on with. Answers whether any are left. */
export async function removeStalePartials(context: ExecuteContext): Promise<boolean> {
  let isAnyLeft = false;
  try {
    for (const name of await context.files.listPartials()) {
      if (name.startsWith(EARLY_PREFIX)) continue;
      if (isWanted(context, name)) isAnyLeft = true;
      else await context.files.removePartial(name);
    }
    return isAnyLeft;
  } catch {
    return true;
  }
}

function isWanted({ trees, isExcluded }: ExecuteContext, name: string): boolean {
  const id = name.slice(0, name.indexOf("-"));
  const { remote, local } = trees.get(id) ?? {};
  const path = remotePath(trees, id);
  if (!remote?.content || remote.content === local?.content || path === null) return false;
  return name === partialName(id, remote.content) && !isExcluded(path, "file", id);
}

async function requireRoom({ files, settings }: ExecuteContext, size: number): Promise<void> {
  const free = await files.freeBytes();
  if (free >= size + settings.diskReserve) return;
  throw new DiskFull(`the disk is full: ${size} bytes are to be fetched and ${free} are free`);
}
