import { nameProblem } from "../core/names.ts";
import type { Api } from "../client/api.ts";
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

/** The live node at a path; rejects with `not_found` (naming the path) or `not_a_folder`. */
export async function requireNode(api: Api, remote: RemotePath): Promise<Node> {
  const node = await api.findNode(remote.path);
  if (node === null) throw new LedgeError("not_found", `${remote.path}: no such file or folder`);
  if (remote.wantsFolder && node.type !== "folder") throw new LedgeError("not_a_folder", `${remote.path} is a file`);
  return node;
}

/** The folder at a path, made with those above it where it is not there. */
export async function ensureFolder(api: Api, path: string): Promise<Node> {
  const { path: clean, name, parent } = parseRemotePath(path);
  const there = await api.findNode(clean);
  if (there !== null) {
    if (there.type !== "folder") throw new LedgeError("not_a_folder", `${clean} is a file`);
    return there;
  }
  const above = await ensureFolder(api, parent);
  return api.commitOne({ type: "createFolder", parent: above.id, name, onConflict: "reuse" });
}

/** Where something that is moved or copied goes: into the folder that `target` is, or to the name that it gives. */
export interface Destination {
  readonly parent: string;
  /** Absent: under its own name. */
  readonly name?: string;
}

export async function destination(api: Api, target: RemotePath): Promise<Destination> {
  const there = await api.findNode(target.path);
  if (there?.type === "folder") return { parent: there.id };
  if (target.wantsFolder) throw new LedgeError("not_found", `${target.path}: no such folder`);
  const parent = await requireNode(api, { ...parseRemotePath(target.parent), wantsFolder: true });
  return { parent: parent.id, name: target.name };
}
