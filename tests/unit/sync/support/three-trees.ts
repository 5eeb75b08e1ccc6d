import type { LocalState, RemoteState, SyncedState } from "../../../../client/sync/entry.ts";
import { conflictName } from "../../../../client/sync/conflict-name.ts";
import type { PlanContext } from "../../../../client/sync/plan.ts";
import { plan } from "../../../../client/sync/plan.ts";
import type { Plan } from "../../../../client/sync/steps.ts";
import { Trees } from "../../../../client/sync/trees.ts";
import { forgetfulStore } from "./memory-store.ts";

export const ROOT = "root";

/** `folder/name`, and for a file its content; `null` stands for bytes that were not read. */
interface State {
  readonly at: string;
  readonly content?: string | null;
  readonly executable?: boolean;
}

interface Remote extends State {
  readonly version?: number;
  readonly state?: RemoteState["state"];
  readonly seq?: number;
}

export interface Sketch {
  readonly remote?: Remote;
  readonly local?: State & { readonly size?: number };
  readonly synced?: State & { readonly version?: number };
}

export function file(at: string, content: string | null, more: Omit<Remote, "at" | "content"> = {}): Remote {
  return { at, content, ...more };
}

export function folder(at: string, more: Omit<Remote, "at" | "content"> = {}): Remote {
  return { at, ...more };
}

/** On both sides and agreed on. */
export function same(state: Remote): Sketch {
  return { remote: state, local: state, synced: state };
}

/** Trees with these entries; `root` is the replica's root. */
export function treesOf(entries: Readonly<Record<string, Sketch>>): Trees {
  const trees = new Trees(forgetfulStore());
  trees.setMeta("root", ROOT);
  for (const [id, { remote, local, synced }] of Object.entries(entries)) {
    if (remote) trees.setRemote(id, remoteOf(remote));
    if (local) trees.setLocal(id, localOf(id, local));
    if (synced) trees.setSynced(id, syncedOf(synced));
  }
  return trees;
}

export function contextOf(options: Partial<PlanContext> = {}): PlanContext {
  let made = 0;
  return {
    seqIn: () => 100,
    isReadOnly: () => false,
    moving: new Map(),
    canMoveAcross: () => true,
    unlisted: new Set(),
    inFlight: new Set(),
    resting: new Map(),
    exclusion: () => null,
    nameProblem: () => null,
    obstacle: () => null,
    isUnreadable: () => false,
    conflictName: (name, type, why) => conflictName(name, type, why, "here", 0),
    isOwnVersion: () => false,
    wasBrought: () => false,
    newId: () => `new${++made}`,
    limit: 1000,
    ...options,
  };
}

export function planOf(entries: Readonly<Record<string, Sketch>>, options: Partial<PlanContext> = {}): Plan {
  return plan(treesOf(entries), contextOf(options));
}

/** All steps of a plan, in order, and what waits, in brief. */
export function brief({ bookkeeping, local, upward, waiting }: Plan): unknown[] {
  return [...bookkeeping, ...local, ...upward, ...waiting.map(({ id, reason }) => `${id} waits: ${reason}`)];
}

function placeOf(at: string): { parent: string; name: string } {
  const slash = at.indexOf("/");
  return { parent: at.slice(0, slash), name: at.slice(slash + 1) };
}

function typeOf({ content }: State): "file" | "folder" {
  return content === undefined ? "folder" : "file";
}

function remoteOf(state: Remote): RemoteState {
  const { content = null, executable = false, version, seq = 1 } = state;
  const type = typeOf(state);
  const size = content?.length ?? 0;
  const numbered = version ?? (type === "file" ? 1 : 0);
  return {
    ...placeOf(state.at),
    type,
    state: state.state ?? "live",
    version: numbered,
    content,
    size,
    mtime: 0,
    executable,
    seq,
  };
}

function localOf(id: string, state: State & { readonly size?: number }): LocalState {
  const { content = null, executable = false, size = content?.length ?? 0 } = state;
  const type = typeOf(state);
  const stamp = { type, size, mtime: 0, executable, identity: id, modified: "1", changed: "1" };
  return { ...placeOf(state.at), type, stamp, content };
}

export function syncedOf(state: State & { readonly version?: number }): SyncedState {
  const { content = null, executable = false } = state;
  const type = typeOf(state);
  return { ...placeOf(state.at), type, version: state.version ?? (type === "file" ? 1 : 0), content, executable };
}
