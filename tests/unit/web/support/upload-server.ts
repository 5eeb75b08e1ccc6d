import type { Api } from "../../../../client/api.ts";
import { NetworkError } from "../../../../client/http-errors.ts";
import { nodeHashing } from "../../../../client/ports/node-hashing.ts";
import { LedgeError } from "../../../../protocol/errors.ts";
import { newId } from "../../../../protocol/new-id.ts";
import { decodePack } from "../../../../protocol/pack-frame.ts";
import { Operation, type Node } from "../../../../protocol/tree.ts";
import type { PackReceipt } from "../../../../protocol/upload.ts";
import { MemorySpace } from "../../support/memory-space.ts";

/** The routes that uploads ask, over the real planner of commits, with faults to be set. */
export class UploadServer {
  readonly root = newId();
  readonly held = new Map<string, number>();
  readonly space = new MemorySpace(this.root, this.held);
  readonly open = new Set<string>();
  /** Operations in each commit. */
  readonly commits: number[] = [];
  /** Chunk bytes that came, again or not. */
  received = 0;
  quota = Number.POSITIVE_INFINITY;
  /** Asked before each request; throws to refuse it. */
  before: (route: string) => void | Promise<void> = () => undefined;
  /** Commits are carried out, but their answers are lost. */
  losesAnswers = 0;

  readonly api = {
    openUpload: async (id: string, chunks: readonly { id: string; size: number }[], signal?: AbortSignal) => {
      await this.before("open");
      signal?.throwIfAborted();
      const missing = chunks.filter((chunk) => !this.held.has(chunk.id));
      const reserved = missing.reduce((sum, { size }) => sum + size, 0);
      if (this.#used() + reserved > this.quota) throw new LedgeError("over_quota");
      if (missing.length > 0) this.open.add(id);
      return { upload: id, space: "s", missing: missing.map((chunk) => chunk.id), reserved, expiresAt: 0 };
    },
    closeUpload: (id: string) => Promise.resolve(void this.open.delete(id)),
    sendPack: (_: string, pack: Uint8Array<ArrayBuffer>, signal?: AbortSignal) => this.#take("pack", pack, signal),
    sendChunks: (pack: Uint8Array<ArrayBuffer>, signal?: AbortSignal) => this.#take("chunks", pack, signal),
    commit: async (operations: readonly unknown[], options?: { closeUploads?: readonly string[] }) => {
      await this.before("commit");
      this.commits.push(operations.length);
      const parsed = operations.map((operation) => Operation.parse(operation));
      const [planned] = this.space.commit([{ operations: parsed, authorId: "me", scope: null }]);
      for (const id of options?.closeUploads ?? []) this.open.delete(id);
      if (this.losesAnswers-- > 0) throw new NetworkError("the answer was lost");
      return { space: "s", seq: 0, cursor: "", replayed: false, results: planned?.results ?? [] };
    },
    node: (id: string) => {
      const node = this.space.nodes.get(id);
      return node ? Promise.resolve({ node, path: "" }) : Promise.reject(new LedgeError("not_found"));
    },
  } as unknown as Api;

  /** Paths of the live files, with their versions' numbers. */
  files(): Record<string, number> {
    const files = [...this.space.nodes.values()].filter(({ type, state }) => type === "file" && state === "live");
    return Object.fromEntries(files.map((node) => [this.#path(node), node.version]));
  }

  #path(node: Node): string {
    const parent = node.parent === null ? undefined : this.space.nodes.get(node.parent);
    return parent && parent.id !== this.root ? `${this.#path(parent)}/${node.name}` : node.name;
  }

  #used(): number {
    return [...this.held.values()].reduce((sum, size) => sum + size, 0);
  }

  async #take(route: string, pack: Uint8Array<ArrayBuffer>, signal?: AbortSignal): Promise<PackReceipt> {
    await this.before(route);
    signal?.throwIfAborted();
    const frames = decodePack(new Uint8Array(pack));
    if ("code" in frames) throw new LedgeError(frames.code);
    const fresh = frames.filter(({ id }) => !this.held.has(id));
    const bytes = fresh.reduce((sum, frame) => sum + frame.bytes.length, 0);
    if (this.#used() + bytes > this.quota) throw new LedgeError("over_quota");
    for (const frame of frames) {
      if (nodeHashing.sha256(frame.bytes) !== frame.id) throw new LedgeError("hash_mismatch");
      this.held.set(frame.id, frame.bytes.length);
      this.received += frame.bytes.length;
    }
    return { accepted: frames.length, stored: fresh.length, storedBytes: bytes, expiresAt: 0 };
  }
}
