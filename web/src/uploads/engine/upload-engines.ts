import type { Node } from "../../../../protocol/tree.ts";
import type { KeptUpload, UploadProblem } from "../upload-item.ts";
import type { UploadApi } from "./upload-api.ts";
import { UploadEngine, type EngineOptions } from "./upload-engine.ts";

/**
 * One engine for the account's own space, and one for each shared folder that something is uploaded into: what is sent
 * together is of one space.
 */
export class UploadEngines {
  readonly #apiIn: (sharedIn: string | null) => UploadApi;
  readonly #options: Omit<EngineOptions, "api">;
  readonly #engines = new Map<string | null, UploadEngine>();
  readonly #stalled = new Map<string | null, UploadProblem>();
  #isOnline = true;

  constructor(apiIn: (sharedIn: string | null) => UploadApi, options: Omit<EngineOptions, "api">) {
    this.#apiIn = apiIn;
    this.#options = options;
  }

  /** @param taken - See `UploadEngine.add`. */
  add(uploads: readonly KeptUpload[], taken?: ReadonlyMap<string, Node>): void {
    for (const [sharedIn, all] of Map.groupBy(uploads, (upload) => upload.sharedIn ?? null)) {
      this.#engine(sharedIn).add(all, taken);
    }
  }

  /** Has every engine do something: each passes over ids that are not its own. */
  each(work: (engine: UploadEngine) => void): void {
    for (const engine of this.#engines.values()) work(engine);
  }

  setOnline(isOnline: boolean): void {
    this.#isOnline = isOnline;
    this.each((engine) => engine.setOnline(isOnline));
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#engines.values()].map((engine) => engine.stop()));
  }

  #engine(sharedIn: string | null): UploadEngine {
    const known = this.#engines.get(sharedIn);
    if (known) return known;
    const engine = new UploadEngine({
      ...this.#options,
      api: this.#apiIn(sharedIn),
      onStalled: (problem) => this.#noteStall(sharedIn, problem),
    });
    engine.setOnline(this.#isOnline);
    this.#engines.set(sharedIn, engine);
    return engine;
  }

  /** As long as one of them waits, that is what is told. */
  #noteStall(sharedIn: string | null, problem: UploadProblem | null): void {
    if (problem) this.#stalled.set(sharedIn, problem);
    else this.#stalled.delete(sharedIn);
    const [first = null] = this.#stalled.values();
    this.#options.onStalled(first);
  }
}
