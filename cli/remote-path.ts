import { nameProblem } from "../core/names.ts";
import type { Api } from "../client/api.ts";
import type { SpaceApi } from "../client/space-api.ts";
import { LedgeError } from "../protocol/errors.ts";
import { LIMITS } from "../protocol/limits.ts";
import type { Node } from "../protocol/tree.ts";
import { UsageError } from "./exit-codes.ts";

/** A path on the server as the user wrote it, in parts. */
export interface RemotePath {
  /** Absolute, without a trailing slash; "/" is the root. */
  readonly path: string;
  /** "" for the root. */
  readonly name: string;
  readonly parent: string;
  /** Written with a trailing slash (or as the root): a folder is meant. */
  readonly wantsFolder: boolean;
  /** Written with a trailing "/.": what is in the folder is meant. */
  readonly wantsContents: boolean;
}

export function parseRemotePath(text: string): RemotePath {
  const absolute = text.startsWith("/") ? text : `/${text}`;
  const wantsContents = /\/\.\/?$/.test(absolute);
  const segments = absolute.split("/").filter((segment) => segment !== "" && segment !== ".");
  if (segments.includes("..")) throw new UsageError(`${text}: ".." has no meaning on the server`);
  for (const segment of segments) {
    const problem = nameProblem(segment);
    if (problem !== null) throw new UsageError(`${text}: ${problem}`);
  }
  const path = `/${segments.join("/")}`;
  if (path.length > LIMITS.pathLength) throw new UsageError(`a path has at most ${LIMITS.pathLength} characters`);
  return {
    path,
    name: segments.at(-1) ?? "",
    parent: `/${segments.slice(0, -1).join("/")}`,
    wantsFolder: segments.length === 0 || absolute.endsWith("/") || wantsContents,
    wantsContents,
  };
}

/** A node, and the routes of the space that it is in: the account's own, or a shared folder's. */
export interface Located {
  readonly api: SpaceApi;
  readonly node: Node;
}

/** A folder to put something into, likewise. */
export interface Inside {
  readonly api: SpaceApi;
  /** The space's id: as in `Node.space`. */
  readonly space: string;
  readonly folder: string;
}

/** The live node at a path, through what is mounted on the way; null where there is none. A mount itself is the account's own. */
export async function locate(api: Api, path: string, signal?: AbortSignal): Promise<Located | null> {
  const node = await api.findNode(path, signal);
  if (node !== null) return { api, node };
  const { parent, name } = parseRemotePath(path);
  // From the path upward: where nothing is mounted this is over at the first folder that is there.
  for (let above = parent, below = `/${name}`; above !== "/";) {
    const folder = await api.findNode(above, signal);
    if (folder?.mount !== undefined) {
      const space = api.inSpace(folder.mount);
      const found = await space.findNode(below, signal);
      return found && { api: space, node: found };
    }
    if (folder !== null) return null;
    const next = parseRemotePath(above);
    below = `/${next.name}${below}`;
    above = next.parent;
  }
  return null;
}

/** Where what is in a folder is: of a mount, in the shared folder that it stands for. */
export function inside(api: Api, located: Located): Inside {
  const { mount, id, space } = located.node;
  if (mount === undefined) return { api: located.api, space, folder: id };
  return { api: api.inSpace(mount), space: mount, folder: mount };
}

/** The live node at a path; rejects with `not_found` (naming the path) or `not_a_folder`. */
export async function requireLocated(api: Api, remote: RemotePath): Promise<Located> {
  const located = await locate(api, remote.path);
  if (located === null) throw new LedgeError("not_found", `${remote.path}: no such file or folder`);
  if (remote.wantsFolder && located.node.type !== "folder")
    throw new LedgeError("not_a_folder", `${remote.path} is a file`);
  return located;
}

/** As `requireLocated`, for what only the account's own files have. */
export async function requireOwn(api: Api, remote: RemotePath): Promise<Node> {
  const located = await requireLocated(api, remote);
  if (located.api !== api) throw new UsageError(`${remote.path} is somebody else's: only its owner can do that`);
  return located.node;
}

/** The folder at a path, made with those above it where it is not there. */
export async function ensureFolder(api: Api, path: string): Promise<Located> {
  const { path: clean, name, parent } = parseRemotePath(path);
  const there = await locate(api, clean);
  if (there !== null) {
    if (there.node.type !== "folder") throw new LedgeError("not_a_folder", `${clean} is a file`);
    return there;
  }
  const above = inside(api, await ensureFolder(api, parent));
  const node = await above.api.commitOne({ type: "createFolder", parent: above.folder, name, onConflict: "reuse" });
  return { api: above.api, node };
}

/** Where something that is moved or copied goes: into the folder that `target` is, or to the name that it gives. */
export interface Destination {
  readonly api: SpaceApi;
  /** Of the space that it is in. */
  readonly space: string;
  readonly parent: string;
  /** Absent: under its own name. */
  readonly name?: string;
}

export async function destination(api: Api, target: RemotePath): Promise<Destination> {
  const there = await locate(api, target.path);
  if (there?.node.type === "folder") return into(inside(api, there));
  if (target.wantsFolder) throw new LedgeError("not_found", `${target.path}: no such folder`);
  const parent = await requireLocated(api, { ...parseRemotePath(target.parent), wantsFolder: true });
  return { ...into(inside(api, parent)), name: target.name };
}

function into({ api, space, folder }: Inside): Destination {
  return { api, space, parent: folder };
}
