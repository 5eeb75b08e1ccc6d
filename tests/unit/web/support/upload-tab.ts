import type { Clock } from "../../../../client/ports/clock.ts";
import { nodeHashing } from "../../../../client/ports/node-hashing.ts";
import { LIMITS } from "../../../../protocol/limits.ts";
import { newId } from "../../../../protocol/new-id.ts";
import type { Node } from "../../../../protocol/tree.ts";
import { UploadEngine } from "../../../../web/src/uploads/engine/upload-engine.ts";
import type { KeptUpload, UploadItem, UploadProblem, UploadState } from "../../../../web/src/uploads/upload-item.ts";
import type { UploadServer } from "./upload-server.ts";

/** Sleeps are short, so that waits of minutes pass in a test; time itself is the host's. */
const quickClock: Clock = {
  now: () => Date.now(),
  sleep: (milliseconds, signal) =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason as Error);
      const timer = setTimeout(resolve, Math.min(milliseconds / 100, 20));
      signal?.addEventListener("abort", () => (clearTimeout(timer), reject(signal.reason as Error)), { once: true });
    }),
};

/** An engine as a tab's worker has one, with all that it told. */
export class UploadTab {
  readonly items = new Map<string, UploadItem>();
  readonly kept = new Map<string, KeptUpload>();
  readonly blobs = new Map<string, Blob | (() => Promise<Blob | null>)>();
  readonly nodes: Node[] = [];
  readonly stalls: (UploadProblem | null)[] = [];
  readonly engine: UploadEngine;
  readonly #server: UploadServer;
  #order = 0;
  #waiting: (() => void)[] = [];

  constructor(server: UploadServer, clock = quickClock) {
    this.#server = server;
    this.engine = new UploadEngine({
      api: server.api,
      limits: LIMITS,
      hashing: nodeHashing,
      clock,
      open: async (id) => {
        const blob = this.blobs.get(id);
        return blob instanceof Blob || !blob ? (blob ?? null) : blob();
      },
      onChange: (item, kept) => {
        this.items.set(item.id, item);
        if (kept) this.kept.set(item.id, kept);
        else this.kept.delete(item.id);
        this.#look();
      },
      onGone: (id) => {
        this.items.delete(id);
        this.kept.delete(id);
        this.#look();
      },
      onNodes: (nodes) => this.nodes.push(...nodes),
      onStalled: (problem) => {
        this.stalls.push(problem);
        this.#look();
      },
    });
  }

  /** Adds a file at a path below the root; answers the upload's id. */
  add(path: string, bytes: Uint8Array | string, more: Partial<KeptUpload> = {}): string {
    const upload = this.upload(path, bytes, more);
    this.engine.add([upload]);
    return upload.id;
  }

  upload(path: string, bytes: Uint8Array | string, more: Partial<KeptUpload> = {}): KeptUpload {
    const id = newId();
    const blob = new Blob([bytes as Uint8Array<ArrayBuffer> | string]);
    this.blobs.set(id, blob);
    const names = path.split("/");
    return {
      id,
      order: this.#order++,
      account: "me",
      owner: "tab",
      kind: "file",
      folder: this.#server.root,
      path: names.slice(0, -1),
      name: names.at(-1) ?? "",
      size: blob.size,
      mtime: 1_000,
      onConflict: "fail",
      base: null,
      isPaused: false,
      ...more,
    };
  }

  state(id: string): UploadState | undefined {
    return this.items.get(id)?.state;
  }

  /** Waits for what the engine tells. */
  async until(holds: () => boolean): Promise<void> {
    while (!holds()) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  /** Until nothing more happens of itself. */
  settled(): Promise<void> {
    return this.until(() => [...this.items.values()].every(({ state }) => !/waiting|sending|saving/.test(state)));
  }

  #look(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const each of waiting) each();
  }
}
