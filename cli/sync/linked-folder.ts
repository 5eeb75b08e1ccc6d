import { hash } from "node:crypto";
import { hostname } from "node:os";
import { join } from "node:path";
import type { Account, Api } from "../../client/api.ts";
import { acquireReplicaLock, type ReplicaLock } from "../../client/ports/replica-lock.ts";
import { openReplica, recoverStaged, relinkReplica } from "../../client/ports/replica-link.ts";
import { ownPlaces } from "../../client/ports/replica-paths.ts";
import { readMeta, sqliteTreeStore } from "../../client/ports/sqlite-tree-store.ts";
import type { TreeStore } from "../../client/ports/tree-store.ts";
import { LedgeError } from "../../protocol/errors.ts";
import { newId } from "../../protocol/new-id.ts";
import type { CliContext } from "../context.ts";
import { UsageError } from "../exit-codes.ts";
import { ensureFolder, parseRemotePath } from "../remote-path.ts";
import { keepLink, keepLinkBeside, readLink, readLinkBeside, type Link } from "./link.ts";
import { findFolder, makeFolder, requireSyncable } from "./local-folder.ts";
import { register, registeredReplicas } from "./registry.ts";
import { askAsDevice } from "./require-device.ts";

export interface LinkRequest {
  readonly folder: string;
  readonly remote: string | undefined;
  /** The device's name. */
  readonly name: string | undefined;
  /** Forget what the folder was in sync with. */
  readonly relink: boolean;
}

/** A folder that this process alone syncs, until it is closed. */
export interface LinkedFolder {
  readonly root: string;
  readonly id: string;
  readonly link: Link;
  readonly store: TreeStore;
  close(): void;
}

export function statePath(root: string): string {
  return join(ownPlaces(root).own, "state.db");
}

/** Opens a folder that is in sync, or links it; makes both sides where they are missing. */
export async function openLinkedFolder(context: CliContext, request: LinkRequest): Promise<LinkedFolder> {
  const api = await context.api();
  const folder = await findFolder(request.folder);
  await requireSyncable(context.env, folder, request.relink);
  await makeFolder(folder);
  const { root, isNew } = await openReplica(folder.root);
  const lock = acquireReplicaLock(root);
  let replica: Replica | null = null;
  try {
    replica = await openState(context, root, isNew, request.relink);
    const link = await bringUpLink(context, api, replica, request);
    keepLink(replica.store, link);
    await keepLinkBeside(root, link);
    await register(context.env, { id: replica.id, root, url: link.url, remote: link.remote });
    return { ...replica, link, close: () => close(replica, lock) };
  } catch (error) {
    close(replica, lock);
    throw error;
  }
}

interface Replica {
  readonly root: string;
  readonly id: string;
  readonly store: TreeStore;
  /** What it is in sync with. */
  readonly link: Link | null;
  /** Where it was linked before that is known of it: that remote folder is meant where no other is named. */
  readonly before: Pick<Link, "remote"> | null;
}

function close(replica: Replica | null, lock: ReplicaLock): void {
  replica?.store.close();
  lock.release();
}

/** Looks again at what the folder is, now that nobody else links it. */
async function openState(context: CliContext, root: string, isNew: boolean, relink: boolean): Promise<Replica> {
  const { id, isCopy } = await openReplica(root);
  const registered = (await registeredReplicas(context.env)).find((each) => each.root === root) ?? null;
  const store = sqliteTreeStore(statePath(root));
  const known = readLink(readMeta(statePath(root)) ?? []);
  // Without it the state is a fresh one, which knows nothing of what is staged.
  if (!known) recoverStaged(root);
  const link = known ?? readLinkBeside(root);
  if (isNew || !(isCopy || relink)) return { root, id, store, link, before: link ?? registered };
  store.close();
  if (isCopy && !relink)
    context.note(`${root} is a copy of a folder that is in sync: from now on it is in sync by itself, as a new device`);
  const anew = await relinkReplica(root);
  return { root, id: anew, store: sqliteTreeStore(statePath(root)), link: null, before: link ?? registered };
}

async function bringUpLink(context: CliContext, api: Api, replica: Replica, request: LinkRequest): Promise<Link> {
  const { url, token } = await context.access();
  const proof = hash("sha256", `${url} ${token}`);
  const { link } = replica;
  if (!link) return makeLink(api, { url, proof }, request, replica.before);
  const isSameAccess = link.proof === proof;
  if (!isSameAccess) requireAccount(replica.root, link, url, await api.account());
  await requireRemote(api, replica.root, link, request.remote);
  const id = isSameAccess ? link.device.id : await ownDeviceId(api, link);
  return { ...link, url, proof, device: { id, name: request.name ?? link.device.name } };
}

/** The link's device, or a new one where that stays with the credential that it was made with (W1). */
async function ownDeviceId(api: Api, link: Link): Promise<string> {
  try {
    await askAsDevice(api, link);
  } catch (error) {
    if (error instanceof LedgeError && error.code === "forbidden") return newId();
    // That it was revoked, or anything else, is said to whoever syncs.
  }
  return link.device.id;
}

async function makeLink(
  api: Api,
  access: Pick<Link, "url" | "proof">,
  request: LinkRequest,
  before: Pick<Link, "remote"> | null,
): Promise<Link> {
  const { id: account, home } = await api.account();
  const { path: remote } = parseRemotePath(request.remote ?? before?.remote ?? "/");
  const rootId = remote === "/" ? home.root : (await ensureFolder(api, remote)).node.id;
  return { ...access, account, remote, rootId, device: { id: newId(), name: request.name ?? hostname() } };
}

function requireAccount(root: string, link: Link, url: string, { id, email }: Account): void {
  if (id === link.account) return;
  const other = link.url === url ? "another account there" : "that";
  throw new UsageError(
    `${root} is in sync with ${link.url}, and this is ${email} on ${url}: sign in to ${other}, or link it anew with --relink`,
  );
}

async function requireRemote(api: Api, root: string, link: Link, asked: string | undefined): Promise<void> {
  if (asked === undefined) return;
  const { path } = parseRemotePath(asked);
  if (path === link.remote || (await api.findNode(path))?.id === link.rootId) return;
  throw new UsageError(`${root} is in sync with ${link.remote}, not with ${path}: --relink links it anew`);
}
