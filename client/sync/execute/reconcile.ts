import { numberedNames } from "../../../core/names.ts";
import { ReplicaChanged } from "../../ports/replica-files.ts";
import type { LocalState, RemoteState, SyncedState } from "../entry.ts";
import { mergeText } from "../merge-text.ts";
import type { LocalStep } from "../steps.ts";
import { wasBrought } from "./own-versions.ts";
import { Outdated, pathIn, requireLocal, Surprised, systemCode, type ExecuteContext } from "./context.ts";
import { requireRemote } from "./local.ts";

type Reconcile = Extract<LocalStep, { type: "reconcile" }>;

/** What is merged has at most so many bytes on each side (Y4). */
const MERGED_BYTES = 1024 * 1024;
/** Names that are tried for a conflict copy. */
const MOST_NUMBERED = 1_000;

/** Two edits of one base, both here as they were when the step was planned. */
interface Edits {
  readonly local: LocalState & { readonly content: string };
  readonly remote: RemoteState & { readonly content: string };
  readonly path: string;
}

/**
 * Settles two edits of one base (Y4). Afterwards either the merged bytes are in place, an edit of the remote version that
 * goes up; or the local edit has a copy of its own, and the local bytes count as synced, so that the remote ones come over
 * them. Cut off anywhere, it is planned again and finds what it did.
 */
export async function reconcile(context: ExecuteContext, step: Reconcile, signal: AbortSignal): Promise<void> {
  const edits = editsOf(context, step.id);
  if (isPastVersion(context, step, edits)) {
    // No edit at all: an earlier run put that version here and was cut off before it could note it.
    takeRemoteAsBase(context, step.id, edits.remote, edits.local.content, bitOf(edits));
    return;
  }
  const merged = await merge(context, step, edits, signal);
  if (merged) await placeMerged(context, step, edits, merged);
  else await keepBeside(context, step, edits, signal);
}

function editsOf(context: ExecuteContext, id: string): Edits {
  const { entry, local, path } = requireLocal(context, id);
  const remote = requireRemote(entry);
  if (local.type !== "file" || local.content === null || remote.content === null)
    throw new Outdated("its bytes are not known");
  return { local: { ...local, content: local.content }, remote: { ...remote, content: remote.content }, path };
}

/** Whether the local bytes are a version that was brought here after the base. */
function isPastVersion(context: ExecuteContext, { id, base }: Reconcile, { local, remote }: Edits): boolean {
  return wasBrought(context, id, base?.version ?? 0, remote.version - 1, local.content);
}

/** The merged bytes, or null where these edits cannot be merged. */
async function merge(
  context: ExecuteContext,
  { id, base }: Reconcile,
  { local, remote, path }: Edits,
  signal: AbortSignal,
): Promise<Uint8Array | null> {
  if (Math.max(local.stamp.size, remote.size) > MERGED_BYTES || !base) return null;
  const origin = originOf(context, id, base);
  if (!origin) return null;
  const ours = await readLocal(context, path, local);
  const read = (file: { version: number; content: string }): Promise<Uint8Array> =>
    context.watchdog.guard(signal, (inner) =>
      context.remote.read(
        { node: id, size: remote.size, mtime: 0, executable: false, ...file },
        { signal: inner, realm: remote.realm },
      ),
    );
  const theirs = await read({ version: remote.version, content: remote.content });
  return mergeText(await read(origin), ours, theirs);
}

/** The base as a version of the server, where it is one: what was kept beside is synced without ever having been there. */
function originOf(
  { store }: ExecuteContext,
  id: string,
  { version, content }: SyncedState,
): { version: number; content: string } | null {
  return content !== null && store.recallVersion(id, version) === content ? { version, content } : null;
}

async function readLocal({ files }: ExecuteContext, path: string, local: LocalState): Promise<Uint8Array> {
  const handle = await files.openRead(path);
  try {
    const bytes = new Uint8Array(local.stamp.size);
    let length = 0;
    while (length < bytes.length) {
      const read = await handle.read(bytes.subarray(length), length);
      if (read === 0) throw new ReplicaChanged(`${path} was cut off while it was read`);
      length += read;
    }
    return bytes;
  } finally {
    await handle.close();
  }
}

async function placeMerged(context: ExecuteContext, step: Reconcile, edits: Edits, bytes: Uint8Array): Promise<void> {
  const { files, gate, trees } = context;
  const { id, base } = step;
  const { remote } = edits;
  const executable = base !== null && bitOf(edits) !== base.executable ? bitOf(edits) : remote.executable;
  const partial = `${id}-merge`;
  const handle = await files.openPartial(partial);
  try {
    await handle.truncate(0);
    await handle.write(bytes, 0);
    await handle.finish({ mtime: Math.max(edits.local.stamp.mtime, remote.mtime), executable });
    await handle.sync();
  } finally {
    await handle.close();
  }
  await gate.effect(async () => {
    const { local, path } = stillThere(context, id, edits);
    // The stamp that the bytes were read under: `place` refuses whatever was written since.
    const stamp = await files.place(partial, path, local.stamp);
    trees.transaction(() => {
      trees.setLocal(id, { ...local, stamp, content: null });
      takeRemoteAsBase(context, id, remote, remote.content, remote.executable);
    });
  });
}

async function keepBeside(context: ExecuteContext, step: Reconcile, edits: Edits, signal: AbortSignal): Promise<void> {
  const { gate, trees, onConflict } = context;
  const { id } = step;
  const copy = await freeCopy(context, step, edits, signal);
  await gate.effect(async () => {
    const { local, path } = stillThere(context, id, edits);
    if (!copy.exists) {
      try {
        await context.files.copy(path, copy.path, local.stamp);
      } catch (error) {
        if (systemCode(error) === "EEXIST")
          throw new Surprised("the name for the copy was just taken", [copy.path], { cause: error });
        throw error;
      }
    }
    trees.transaction(() => takeRemoteAsBase(context, id, edits.remote, edits.local.content, bitOf(edits)));
    onConflict({ path, conflictPath: copy.path });
  });
  await context.observe([copy.path]);
}

/** The first of the conflict names that is free, or holds the same bytes already. */
async function freeCopy(
  context: ExecuteContext,
  step: Reconcile,
  { local }: Edits,
  signal: AbortSignal,
): Promise<{ path: string; exists: boolean }> {
  const { files, remote, watchdog } = context;
  const numbered = numberedNames(step.name, "file");
  for (let n = 1; n <= MOST_NUMBERED; n++) {
    const path = pathIn(context, { parent: local.parent, name: n === 1 ? step.name : numbered(n).name });
    const stamp = await files.stat(path);
    if (stamp === null) return { path, exists: false };
    if (stamp.type !== "file" || stamp.size !== local.stamp.size) continue;
    const found = await watchdog.guard(signal, (inner, alive) =>
      remote.hash(path, stamp, { signal: inner, onBytes: alive }),
    );
    if (found.content === local.content) return { path, exists: true };
  }
  throw new Error(`there are ${MOST_NUMBERED} conflict copies of this name`);
}

/** The local state, where it and the remote one are those that the work was done for. */
function stillThere(context: ExecuteContext, id: string, edits: Edits): { local: LocalState; path: string } {
  const { entry, local, path } = requireLocal(context, id);
  const { content, version } = requireRemote(entry);
  const isSame =
    local.stamp === edits.local.stamp && content === edits.remote.content && version === edits.remote.version;
  if (!isSame) throw new Outdated("it changed meanwhile");
  return { local, path };
}

/** The local edit's executable bit; the remote one where the disk has none. */
function bitOf({ local, remote }: Edits): boolean {
  return local.stamp.executable ?? remote.executable;
}

/**
 * Makes the remote version the base, with the bytes that count as agreed on. What that version really holds is remembered,
 * lest these bytes, which may have been sent under its number and refused, be taken for it.
 */
function takeRemoteAsBase(
  context: ExecuteContext,
  id: string,
  remote: Edits["remote"],
  content: string,
  executable: boolean,
): void {
  const { parent, name } = context.trees.get(id)?.synced ?? remote;
  const { version } = remote;
  context.trees.setSynced(id, { parent, name, type: "file", version, content, executable });
  context.store.rememberVersion(id, version, remote.content);
}
