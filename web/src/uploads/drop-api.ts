import type { CommitOptions } from "../../../client/space-api.ts";
import type { SharedApi } from "../../../client/shared.ts";
import type { ChunkRef } from "../../../protocol/content.ts";
import { ERRORS, LedgeError, type ErrorCode } from "../../../protocol/errors.ts";
import { newId } from "../../../protocol/new-id.ts";
import type { DropCommit } from "../../../protocol/share.ts";
import type { CommitResponse, Node, OperationInput, OperationResult } from "../../../protocol/tree.ts";
import type { FoundNode } from "../../../protocol/tree-reads.ts";
import type { PackReceipt, Upload } from "../../../protocol/upload.ts";
import type { UploadApi } from "./engine/upload-api.ts";

type CreateFile = Extract<OperationInput, { type: "createFile" }>;

/**
 * What a guest's uploads ask of a link that takes files (SPEC L7). To the engine it is an account whose one folder is the
 * drop; but a guest is shown no nodes, so folders are made with the files in them, and answers name what was asked for.
 */
export class DropApi implements UploadApi {
  readonly #shared: SharedApi;
  readonly #drop: string;
  /** Names from the drop's folder down to each that files were put into, by the ids that the engine gave them. */
  readonly #paths = new Map<string, readonly string[]>();

  constructor(shared: SharedApi, drop: string) {
    this.#shared = shared;
    this.#drop = drop;
    this.#paths.set(drop, []);
  }

  async openUpload(upload: string, chunks: readonly ChunkRef[], signal?: AbortSignal): Promise<Upload> {
    const { missing, expiresAt } = await this.#shared.announce(this.#drop, chunks, signal);
    return { upload, space: this.#drop, missing, reserved: 0, expiresAt };
  }

  /** A drop holds nothing of the quota before it has the bytes. */
  closeUpload(): Promise<void> {
    return Promise.resolve();
  }

  sendPack(
    _upload: string,
    pack: Uint8Array<ArrayBuffer>,
    signal?: AbortSignal,
    onSent?: (bytes: number) => void,
  ): Promise<PackReceipt> {
    return this.sendChunks(pack, signal, onSent);
  }

  async sendChunks(
    pack: Uint8Array<ArrayBuffer>,
    signal?: AbortSignal,
    onSent?: (bytes: number) => void,
  ): Promise<PackReceipt> {
    const { accepted, expiresAt } = await this.#shared.sendPack(this.#drop, pack, signal, onSent);
    return { accepted, stored: accepted, storedBytes: pack.length, expiresAt };
  }

  async commit(operations: readonly OperationInput[], { signal }: CommitOptions = {}): Promise<CommitResponse> {
    for (const operation of operations) {
      if (operation.type !== "createFolder" || operation.id === undefined) continue;
      this.#paths.set(operation.id, [...this.#pathOf(operation.parent), operation.name]);
    }
    const files = operations.filter((operation) => operation.type === "createFile");
    const outcomes = (await this.#send(files, signal)).values();
    const results = operations.map((operation): OperationResult => {
      if (operation.type !== "createFile") return { ok: true, node: nodeOf(operation, this.#drop) };
      const outcome = outcomes.next().value;
      return outcome?.ok ? { ok: true, node: nodeOf(operation, this.#drop) } : failed(outcome);
    });
    return { results, ...NOWHERE, space: this.#drop };
  }

  /** A guest sees nothing, also not what they sent. */
  node(): Promise<FoundNode> {
    return Promise.reject(new LedgeError("not_found"));
  }

  async #send(operations: readonly CreateFile[], signal: AbortSignal | undefined) {
    const files: DropCommit["files"] = operations.map(({ parent, name, chunks, mtime }) => {
      return { name, path: [...this.#pathOf(parent)], chunks, mtime };
    });
    const [first] = operations;
    if (!first) return [];
    const send = async (operationId: string) =>
      (await this.#shared.commitDrop(this.#drop, { operationId, files }, signal)).results;
    // A file alone is committed under its own id: where the answer was lost with the page, the next makes no second one.
    if (operations.length > 1 || first.id === undefined) return send(newId());
    try {
      return await send(first.id);
    } catch (error) {
      if (error instanceof LedgeError && error.code === "operation_mismatch") return send(newId());
      throw error;
    }
  }

  #pathOf(folder: string): readonly string[] {
    return this.#paths.get(folder) ?? [];
  }
}

/** What of a commit's answer is about the tree, which a guest does not see. */
const NOWHERE = { seq: 0, cursor: "", replayed: false } as const;

function failed(
  outcome: { readonly ok: boolean; readonly code?: string; readonly missing?: string[] | undefined } | undefined,
): OperationResult {
  const code: ErrorCode = Object.hasOwn(ERRORS, outcome?.code ?? "") ? (outcome?.code as ErrorCode) : "internal";
  return { ok: false, code, detail: ERRORS[code][1] };
}

/** What was asked for, as if it were a node. */
function nodeOf(operation: OperationInput, space: string): Node {
  if (operation.type !== "createFile" && operation.type !== "createFolder") throw new Error("a guest only sends");
  const { id = newId(), parent, name, mtime = 0 } = operation;
  const type = operation.type === "createFile" ? "file" : "folder";
  const state = { state: "live", version: 1, content: null, size: 0, executable: false, seq: 0 } as const;
  return { id, space, parent, name, type, mtime, createdAt: mtime, trashedAt: null, ...state };
}
