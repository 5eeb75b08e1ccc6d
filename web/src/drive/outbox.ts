import type { Clock, Random } from "../../../client/ports/clock.ts";
import { LedgeError } from "../../../protocol/errors.ts";
import type { DriveStore, Network, Tabs } from "./ports.ts";
import type { Answer, QueuedEdit } from "./queued-edit.ts";
import { refusalOf } from "./refusal.ts";

export interface OutboxOptions {
  readonly store: Pick<DriveStore, "queued" | "enqueue" | "dequeue">;
  readonly tabs: Pick<Tabs, "post">;
  readonly network: Network;
  readonly clock: Clock;
  readonly random: Random;
  /** Carries an edit out; to be called again with the same one where it rejects. */
  readonly send: (edit: QueuedEdit, signal: AbortSignal) => Promise<Answer>;
  /** Told after every change of what waits, except by an answer. */
  readonly onChange: () => void;
  /** Told of an answer, once, when the edit waits no more. `isOurs`: by this tab it was sent. */
  readonly onAnswer: (edit: QueuedEdit, answer: Answer, isOurs: boolean) => void;
}

/** Milliseconds between two attempts at most. */
const FIRST_WAIT = 1_000;
const LONGEST_WAIT = 60_000;
/** How often the server may fail at an edit with `internal` before it is given up, so that those behind it go on. */
const CRASHES = 5;

/**
 * Edits on their way to the server: one at a time, in their order, each under its id until it is answered, over reloads and
 * crashes (B6). All tabs know all of them; the tab that leads sends. What was sent and not taken off the queue before a
 * crash is sent again under the same id, which the server carries out once (T4).
 */
export class Outbox {
  readonly #options: OutboxOptions;
  #queue: QueuedEdit[] = [];
  /** Edits that are being stored. */
  readonly #storing = new Map<string, Promise<void>>();
  readonly #answered = new Set<string>();
  #wake = Promise.withResolvers<void>();

  constructor(options: OutboxOptions) {
    this.#options = options;
  }

  /** In their order. */
  get waiting(): readonly QueuedEdit[] {
    return this.#queue;
  }

  add(edit: QueuedEdit): void {
    this.#queue = [...this.#queue, edit];
    const stored = this.#options.store.enqueue(edit).catch(() => undefined);
    const told = stored.then(() => {
      this.#storing.delete(edit.id);
      this.#options.tabs.post({ type: "queued", edit });
    });
    this.#storing.set(edit.id, told);
    this.#options.onChange();
    this.wake();
  }

  /** Another tab has queued it. */
  hearQueued(edit: QueuedEdit): void {
    if (this.#answered.has(edit.id) || this.#queue.some(({ id }) => id === edit.id)) return;
    this.#queue = [...this.#queue, edit];
    this.#options.onChange();
    this.wake();
  }

  /** Another tab has had its answer. */
  hearAnswer(edit: QueuedEdit, answer: Answer): void {
    this.#settle(edit, answer, false);
  }

  /** Takes in what is stored: the edits of other tabs, and of this page before it was loaded anew. */
  async load(): Promise<void> {
    const stored = await this.#options.store.queued().catch(() => []);
    const ids = new Set(stored.map(({ id }) => id));
    const missing = stored.filter(({ id }) => !this.#answered.has(id) && !this.#queue.some((each) => each.id === id));
    if (missing.length === 0) return;
    const rest = this.#queue.filter(({ id }) => !ids.has(id));
    const known = stored.filter(({ id }) => !this.#answered.has(id));
    this.#queue = [...known, ...rest];
    this.#options.onChange();
  }

  /** Has what waits tried again now. */
  wake(): void {
    this.#wake.resolve();
  }

  /** Sends until the signal aborts. Never rejects. */
  async send(signal: AbortSignal): Promise<void> {
    const stopListening = this.#options.network.onChange(() => this.wake());
    const onAbort = (): void => this.wake();
    signal.addEventListener("abort", onAbort, { once: true });
    await this.load();
    let failures = 0;
    while (!signal.aborted) {
      this.#wake = Promise.withResolvers<void>();
      const edit = this.#queue[0];
      if (!edit) await this.#wake.promise;
      else if (await this.#sendOne(edit, failures, signal)) failures = 0;
      else await this.#pause(failures++, signal);
    }
    signal.removeEventListener("abort", onAbort);
    stopListening();
  }

  /** Whether the edit was answered. */
  async #sendOne(edit: QueuedEdit, failures: number, signal: AbortSignal): Promise<boolean> {
    await this.#storing.get(edit.id);
    if (!this.#options.network.isOnline()) return false;
    const answer = await this.#ask(edit, failures, signal);
    if (answer === null || signal.aborted) return false;
    await this.#options.store.dequeue(edit.id).catch(() => undefined);
    this.#settle(edit, answer, true);
    this.#options.tabs.post({ type: "answered", edit, answer });
    return true;
  }

  async #ask(edit: QueuedEdit, failures: number, signal: AbortSignal): Promise<Answer | null> {
    try {
      return await this.#options.send(edit, signal);
    } catch (error) {
      const refusal = refusalOf(error);
      if (refusal) return { type: "refused", ...refusal };
      const isCrash = error instanceof LedgeError && error.code === "internal";
      return isCrash && failures + 1 >= CRASHES
        ? { type: "refused", code: "internal", detail: error.detail ?? error.message }
        : null;
    }
  }

  async #pause(failures: number, signal: AbortSignal): Promise<void> {
    const { clock, random } = this.#options;
    const over = new AbortController();
    const ceiling = Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** failures);
    const slept = clock.sleep(ceiling / 2 + (random() * ceiling) / 2, AbortSignal.any([signal, over.signal]));
    await Promise.race([slept.catch(() => undefined), this.#wake.promise]);
    over.abort();
  }

  #settle(edit: QueuedEdit, answer: Answer, isOurs: boolean): void {
    if (this.#answered.has(edit.id)) return;
    this.#answered.add(edit.id);
    this.#queue = this.#queue.filter(({ id }) => id !== edit.id);
    this.#options.onAnswer(edit, answer, isOurs);
  }
}
