import type { Entry } from "../entry.ts";
import { STAGE } from "../entry.ts";
import type { PlanContext } from "../plan.ts";
import type { Exclusion } from "../scope.ts";
import type { TreeView } from "../trees.ts";

/** How a node stands on the server, as far as this replica goes. */
export type Standing =
  | { readonly kind: "live"; readonly path: string }
  /** Live, and left out here: by the choice of folders, or by `.ledgeignore`. */
  | { readonly kind: Exclusion; readonly path: string }
  /** Live, and it is not here because this system cannot hold its name, or something that is not synced has its place. */
  | { readonly kind: "name"; readonly problem: string }
  /** Live, below such a folder. */
  | { readonly kind: "name"; readonly problem: null }
  /** In the trash, purged, or moved out of the folder that this replica stands for. */
  | { readonly kind: "deleted" }
  /** In a shared folder that this account has no more (M9), or that folder itself. */
  | { readonly kind: "lost" }
  /** The server does not know it. */
  | { readonly kind: "none" }
  /** A folder above it was not told yet. */
  | { readonly kind: "unknown" };

/** Whether the server has the node as far as this replica goes, and yet it is not to be here. */
export function isLeftOut({ kind }: Standing): boolean {
  return kind === "chosen" || kind === "name";
}

/** Whether the server has the node as far as this replica goes, and changes of it are to go up. */
export function isOnServer(standing: Standing): boolean {
  return standing.kind === "live" || isLeftOut(standing);
}

const DELETED: Standing = { kind: "deleted" };
const LOST: Standing = { kind: "lost" };
const NONE: Standing = { kind: "none" };
const UNKNOWN: Standing = { kind: "unknown" };

/** Where there is nothing, however deep, nothing is to be synced. */
const NOWHERE: LocalPath = { path: "", isIgnored: true };

interface LocalPath {
  readonly path: string;
  readonly isIgnored: boolean;
}

/** Standings of nodes with their ancestors counted in, worked out once a plan. */
export class Reach {
  readonly #view: TreeView;
  readonly #context: PlanContext;
  readonly #standings = new Map<string, Standing>();
  /** Null for what is staged, with all below it. */
  readonly #localPaths = new Map<string, LocalPath | null>();

  constructor(view: TreeView, context: PlanContext) {
    this.#view = view;
    this.#context = context;
    this.#standings.set(view.rootId, { kind: "live", path: "" });
    this.#localPaths.set(view.rootId, { path: "", isIgnored: false });
  }

  of(id: string): Standing {
    const known = this.#standings.get(id);
    if (known) return known;
    // Should the records be in a circle, while changes are still to be pulled, it ends here.
    this.#standings.set(id, UNKNOWN);
    const standing = this.#find(this.#view.get(id));
    this.#standings.set(id, standing);
    return standing;
  }

  /**
   * Whether `.ledgeignore` matches the entry, or a folder above it, where it is on this disk. What lies in a folder that
   * was forgotten for it is nowhere any more.
   */
  isIgnoredHere(id: string): boolean {
    return this.#view.get(id)?.local ? (this.#localPath(id)?.isIgnored ?? false) : false;
  }

  #find(entry: Entry | undefined): Standing {
    const remote = entry?.remote;
    if (!remote) return NONE;
    if (remote.state === "lost") return LOST;
    if (remote.state !== "live" || remote.parent === "") return DELETED;
    const parent = this.of(remote.parent);
    if (parent.kind === "none") return UNKNOWN;
    if (parent.kind === "name") return { kind: "name", problem: null };
    if (parent.kind === "deleted" || parent.kind === "lost" || parent.kind === "unknown") return parent;
    const path = joined(parent.path, remote.name);
    if (parent.kind !== "live") return { kind: parent.kind, path };
    const exclusion = this.#context.exclusion(path, remote.type, entry.id);
    if (exclusion) return { kind: exclusion, path };
    // What is here already under a name that it can have goes on to be synced, but for its name.
    const problem = entry.local ? null : this.#context.nameProblem(remote.name);
    if (problem !== null) return { kind: "name", problem };
    const obstacle = entry.local || entry.synced ? null : this.#context.obstacle(remote);
    if (obstacle !== null) return { kind: "name", problem: obstacle };
    return { kind: "live", path };
  }

  #localPath(id: string): LocalPath | null {
    const known = this.#localPaths.get(id);
    if (known !== undefined) return known;
    this.#localPaths.set(id, null);
    const local = this.#view.get(id)?.local;
    const parent = !local ? NOWHERE : local.parent === STAGE ? null : this.#localPath(local.parent);
    if (!local || !parent) return parent;
    const path = joined(parent.path, local.name);
    const isIgnored = parent.isIgnored || this.#context.exclusion(path, local.type, id) === "ignored";
    this.#localPaths.set(id, { path, isIgnored });
    return { path, isIgnored };
  }
}

function joined(folder: string, name: string): string {
  return folder === "" ? name : `${folder}/${name}`;
}
