import type { SpaceApi } from "../space-api.ts";
import { ChunkSender, type SendableFrame, type SenderOptions } from "./chunk-sender.ts";
import type { PackLimits } from "./fill-packs.ts";

/** Sends the chunks of one run, which is over with the first that cannot be sent. */
export class RunSender {
  readonly #sender: ChunkSender;
  /** What was added and is not known to be held. */
  readonly #pending = new Set<Promise<void>>();
  #failure: { readonly error: unknown } | null = null;

  constructor(api: SpaceApi, limits: PackLimits, options: SenderOptions) {
    this.#sender = new ChunkSender(api, limits, options);
  }

  /** As `ChunkSender.add`; rejects once anything failed. */
  async add(frame: SendableFrame): Promise<void> {
    if (this.#failure) throw this.#failure.error;
    const { held } = await this.#sender.add(frame);
    this.#pending.add(held);
    held.then(
      () => this.#pending.delete(held),
      (error: unknown) => (this.#failure ??= { error }),
    );
  }

  /** Resolves when all that was added before the call is held by the server; rejects where something cannot be. */
  async hold(): Promise<void> {
    const held = Promise.all(this.#pending);
    held.catch(() => undefined);
    await this.#sender.close();
    await held;
    if (this.#failure) throw this.#failure.error;
  }

  forget(ids: Iterable<string>): void {
    this.#sender.forget(ids);
  }

  /** As `ChunkSender.abandon`. */
  async abandon(reason: unknown): Promise<void> {
    this.#failure ??= { error: reason };
    await this.#sender.abandon(reason);
  }
}
