import type { RealmMove, RealmMoveState } from "../../client/ports/sync-remote.ts";
import { LedgeError, type ErrorCode } from "../../protocol/errors.ts";
import type { Node, OperationInput } from "../../protocol/tree.ts";
import type { SimServer } from "./sim-server.ts";
import type { SimSharedFolders } from "./sim-shared.ts";

interface Job {
  readonly move: RealmMove;
  state: RealmMoveState["state"];
  node: string | null;
  error: RealmMoveState["error"];
  looks: number;
}

/** Moves between a member's home and a folder that somebody shares with them (SPEC M11): anew there, whole and at once, with all versions. */
export class SimMover {
  /** Looks at a move before it is over. */
  looks = 0;
  /** What the next ones are refused for. */
  refusal: ErrorCode | null = null;
  isThere = true;
  /** All that were asked for, by their ids. */
  readonly jobs = new Map<string, Job>();
  readonly #home: SimServer;
  readonly #owner: SimServer;
  readonly #shared: SimSharedFolders;
  readonly #folder: string;
  readonly #newId: () => string;

  constructor(home: SimServer, owner: SimServer, shared: SimSharedFolders, folder: string, newId: () => string) {
    this.#home = home;
    this.#owner = owner;
    this.#shared = shared;
    this.#folder = folder;
    this.#newId = newId;
  }

  begin(move: RealmMove): RealmMoveState {
    const known = this.jobs.get(move.id);
    if (known) return this.#told(known);
    if (this.refusal) throw new LedgeError(this.refusal);
    for (const { realm } of [move.from, move.to]) {
      if (realm !== undefined && realm !== this.#folder) throw new LedgeError("not_found");
      if (realm !== undefined && this.#shared.roles.get(realm) === "viewer") throw new LedgeError("forbidden");
    }
    this.#requireLive(this.#server(move.from.realm), move.from.node, "not_found");
    this.#requireLive(this.#server(move.to.realm), move.to.parent, "parent_not_found");
    const job: Job = { move, state: "copying", node: null, error: null, looks: this.looks };
    this.jobs.set(move.id, job);
    return this.look(move.id);
  }

  look(id: string): RealmMoveState {
    const job = this.jobs.get(id);
    if (!job) throw new LedgeError("not_found");
    if (job.state === "copying" && job.looks-- <= 0) this.#finish(job);
    return this.#told(job);
  }

  cancel(id: string): RealmMoveState {
    const job = this.jobs.get(id);
    if (!job) throw new LedgeError("not_found");
    if (job.state !== "copying") throw new LedgeError("transfer_ended");
    job.state = "cancelled";
    return this.#told(job);
  }

  #told({ state, node, error, looks }: Job): RealmMoveState {
    return { state, node, bytes: 0, totalBytes: null, revision: `${state} ${looks}`, error };
  }

  #finish(job: Job): void {
    const { from, to, name } = job.move;
    const [source, target] = [this.#server(from.realm), this.#server(to.realm)];
    try {
      this.#requireLive(source, from.node, "not_found");
      const node = this.#newId();
      const operations = this.#copied(source, target, from.node, { id: node, parent: to.parent, name });
      const { results } = target.commit(operations, this.#newId());
      const failed = results.find((result) => !result.ok);
      if (failed?.ok === false) throw new LedgeError(failed.code as ErrorCode, failed.detail);
      source.commit([{ type: "trash", node: from.node }], this.#newId());
      Object.assign(job, { state: "done", node });
    } catch (error) {
      if (!(error instanceof LedgeError)) throw error;
      Object.assign(job, { state: "failed", error: { code: error.code, detail: error.message } });
    }
  }

  #copied(
    source: SimServer,
    target: SimServer,
    id: string,
    at: { readonly id: string; readonly parent: string; readonly name: string },
  ): OperationInput[] {
    const node = source.space.nodes.get(id) as Node;
    if (node.type === "folder") {
      const below = source.space.children(id).flatMap((child) => {
        if (child.mount !== undefined) throw new LedgeError("mount_in_shared");
        return this.#copied(source, target, child.id, { id: this.#newId(), parent: at.id, name: child.name });
      });
      return [{ type: "createFolder", ...at }, ...below];
    }
    return [...source.space.versions]
      .filter(([key]) => key.startsWith(`${id}/`))
      .sort(([a], [b]) => versionOf(a) - versionOf(b))
      .map(([, { content, mtime, executable }], i) => {
        const chunks = (source.space.contents.get(content) ?? []).map((chunk) => {
          const bytes = source.space.chunks.get(chunk) as Uint8Array;
          target.space.hold(chunk, bytes);
          return { id: chunk, size: bytes.length };
        });
        const state = { chunks, mtime, executable };
        if (i > 0) return { type: "updateFile", node: at.id, baseVersion: i, ...state };
        return { type: "createFile", ...at, ...state };
      });
  }

  #server(realm: string | undefined): SimServer {
    return realm === undefined ? this.#home : this.#owner;
  }

  #requireLive({ space }: SimServer, id: string, code: ErrorCode): void {
    for (let at = space.nodes.get(id); ; at = space.nodes.get(at.parent)) {
      if (at?.state !== "live") throw new LedgeError(code);
      if (at.parent === null) return;
    }
  }
}

function versionOf(key: string): number {
  return Number(key.slice(key.indexOf("/") + 1));
}
