import { mkdtempSync, rmSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { NodeReplicaFiles } from "../../client/ports/node-replica-files.ts";
import type { ReplicaFiles } from "../../client/ports/replica-files.ts";
import { openReplica } from "../../client/ports/replica-link.ts";
import { readMeta, sqliteTreeStore } from "../../client/ports/sqlite-tree-store.ts";
import type { TreeStore } from "../../client/ports/tree-store.ts";
import type { SyncEngine } from "../../client/sync/engine.ts";
import { HttpSyncRemote, type HttpSyncRemoteOptions } from "../../client/sync/http-sync-remote.ts";
import type { Step } from "../../client/sync/steps.ts";
import { newId } from "../../protocol/new-id.ts";
import type { Changes, Node } from "../../protocol/tree.ts";
import type { CliContext } from "../context.ts";
import { plural, printable } from "../output.ts";
import { parseRemotePath } from "../remote-path.ts";
import { readLink, type Link } from "./link.ts";
import { openLinkedFolder, statePath, type LinkRequest } from "./linked-folder.ts";
import { findFolder, requireSyncable, type LocalFolder } from "./local-folder.ts";
import { isThere } from "./replica-report.ts";
import { syncEngine } from "./session.ts";
import { stepLine } from "./step-lines.ts";
import { waitingLine } from "./waiting-line.ts";

/** What a preview looks at. */
interface Looked {
  readonly root: string;
  readonly link: Link;
  readonly store: TreeStore;
  readonly files: ReplicaFiles;
  readonly makeRemote?: (options: HttpSyncRemoteOptions) => HttpSyncRemote;
  close(): void;
}

/** Says what a sync would do now. Nothing is changed here or there; a folder that is not linked is not linked by it. */
export async function previewSync(context: CliContext, request: LinkRequest): Promise<void> {
  const folder = await findFolder(request.folder);
  await requireSyncable(context.env, folder, request.relink);
  const looked = (await isLinkedHere(folder)) && !request.relink ? linked : unlinked;
  const over = await looked(context, request, folder);
  const sharing = new AbortController();
  try {
    const limits = { up: undefined, down: undefined };
    const parts = { ...over, watcher: null, limits, onEvent: () => undefined, signal: sharing.signal };
    await printPlan(context, await syncEngine(context, parts), over.root);
  } finally {
    sharing.abort();
    over.close();
  }
}

async function printPlan(context: CliContext, engine: SyncEngine, root: string): Promise<void> {
  const { plan, pathOf } = await engine.preview(context.signal);
  let count = 0;
  for (const step of [...plan.bookkeeping, ...plan.local, ...plan.upward, ...plan.across] satisfies Step[]) {
    const path = pathOf(step.id);
    const line = stepLine(step, path, isThere(join(root, path)));
    if (line === null) continue;
    count++;
    context.result({ ...step, path }, printable(line));
  }
  for (const each of plan.waiting) {
    const path = pathOf(each.id);
    // What is in folders that are not here yet is planned when they are; people want to see it now.
    const isNew = each.reason === "order" && !isThere(join(root, path));
    const line = isNew ? `down ${path}: new on the server` : waitingLine({ ...each, path });
    context.result({ type: "waiting", path, ...each }, printable(line));
    if (isNew) count++;
  }
  context.note(count === 0 ? "nothing would be done" : `${plural(count, "step")}, of which nothing was done`);
}

async function isLinkedHere({ root, isLinked }: LocalFolder): Promise<boolean> {
  if (!isLinked || !readLink(readMeta(statePath(root)) ?? [])) return false;
  return !(await openReplica(root)).isCopy;
}

async function linked(context: CliContext, request: LinkRequest): Promise<Looked> {
  const folder = await openLinkedFolder(context, request);
  return { ...folder, files: new NodeReplicaFiles(folder.root, folder.id) };
}

/** As it would be after linking: the state is in memory, and what is missing on either side is taken for empty. */
async function unlinked(context: CliContext, request: LinkRequest, folder: LocalFolder): Promise<Looked> {
  const api = await context.api();
  const { url } = await context.access();
  const { path: remote } = parseRemotePath(request.remote ?? "/");
  const { id: account, home } = await api.account();
  const there = await api.findNode(remote);
  const top = there ?? (await api.node(home.root)).node;
  if (!there) context.note(`${remote} would be made on the server`);
  const root = folder.exists ? folder.root : mkdtempSync(join(tmpdir(), "ledge-preview-"));
  const device = { id: newId(), name: request.name ?? hostname() };
  return {
    root,
    link: { url, account, remote, rootId: top.id, device, proof: "" },
    store: sqliteTreeStore(":memory:"),
    files: new UnlinkedFiles(root, ""),
    makeRemote: (options) => (there ? new HttpSyncRemote(options) : new EmptyRemote(options, top)),
    close: () => (folder.exists ? undefined : rmSync(root, { recursive: true })),
  };
}

class UnlinkedFiles extends NodeReplicaFiles {
  override async isLinked(): Promise<boolean> {
    return true;
  }
}

/** A server that has nothing in the folder yet. */
class EmptyRemote extends HttpSyncRemote {
  readonly #folder: Node;

  constructor(options: HttpSyncRemoteOptions, folder: Node) {
    super(options);
    this.#folder = folder;
  }

  override async changes(): Promise<Changes> {
    return { changes: [this.#folder], cursor: "", upToDate: true, space: this.#folder.space, epoch: newId() };
  }
}
