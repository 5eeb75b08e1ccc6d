import type { Clock, Random } from "../ports/clock.ts";
import type { PushChannel, PushMessage } from "../ports/sync-remote.ts";
import { SyncEnded } from "./ended.ts";
import { judge } from "./execute/outcome.ts";
import type { Pull } from "./pull.ts";
import type { Rests } from "./rests.ts";
import type { SyncSettings } from "./settings.ts";

/** What rests when a pull failed. */
const PULL = "pull";
/** What rests when a pull could not read some shared folder: the others are not held up by it. */
const SHARED = "pull of shared folders";

export interface ConnectionOptions {
  readonly pull: Pull;
  readonly push: PushChannel;
  readonly clock: Clock;
  readonly random: Random;
  readonly rests: Rests;
  readonly settings: SyncSettings;
  readonly signal: AbortSignal;
  /** A pull ended, one is due, or the server was lost or found. */
  readonly onChange: () => void;
  readonly onEnded: (error: Error) => void;
}

/** Decides when to pull: when told, when asked to, and every now and then; and knows whether the server can be reached. */
export class Connection {
  readonly #options: ConnectionOptions;
  #waiters: (() => void)[] = [];
  #running: Promise<void> | null = null;
  #isSocketOpen = false;
  #nextPoll = 0;
  /** When to tell the server again how far this device is: a server that told more than that, in vain, tells it again. */
  #nextReminder = Infinity;
  #offline: string | null = null;

  constructor(options: ConnectionOptions) {
    this.#options = options;
    options.signal.addEventListener("abort", () => this.#release(this.#waiters), { once: true });
  }

  /** Why the server cannot be reached; null where it can. */
  get offline(): string | null {
    return this.#offline;
  }

  get isBusy(): boolean {
    return this.#running !== null || this.#options.pull.isWanted || this.#waiters.length > 0;
  }

  /** Pulls that failed in a row. */
  get failures(): number {
    return this.#options.rests.failures(PULL);
  }

  /** Has the newest changes pulled; resolves when that was done, or did not go. */
  pulled(): Promise<void> {
    if (this.#options.signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      this.#waiters.push(resolve);
      this.#options.onChange();
    });
  }

  /** The server did not answer: nothing is asked of it until a pull goes through. */
  lost(reason: string): void {
    if (this.#offline !== null) return;
    this.#offline = reason;
    this.#options.pull.request();
    this.#options.rests.fail(PULL, reason);
    this.#options.onChange();
  }

  /** Begins a pull where one is due. */
  begin(): void {
    const { signal, clock } = this.#options;
    if (signal.aborted) return;
    this.#remind();
    const due = this.nextDue();
    if (due === null || due > clock.now()) return;
    this.#running = this.#pull().finally(() => {
      this.#running = null;
      this.#options.onChange();
    });
  }

  /** When the next pull is due; null while one runs. */
  nextDue(): number | null {
    if (this.#running) return null;
    const { pull, rests, clock } = this.#options;
    if (rests.isResting(PULL)) return rests.endOf(PULL);
    const again = pull.unread.size > 0 ? (rests.endOf(SHARED) ?? clock.now()) : Infinity;
    const next = Math.min(this.#nextPoll, this.#nextReminder, again);
    return pull.isWanted || this.#waiters.length > 0 ? clock.now() : next;
  }

  async drained(): Promise<void> {
    await this.#running;
  }

  /** Listens until the signal aborts. */
  async listen(): Promise<void> {
    await this.#options.push.run((message) => this.#hear(message), this.#options.signal);
  }

  #hear(message: PushMessage): void {
    const { pull, rests, onEnded, onChange, signal } = this.#options;
    if (signal.aborted) return;
    try {
      if (message.type === "revoked") throw new SyncEnded("revoked", "this device was revoked");
      this.#isSocketOpen = message.type !== "closed";
      if (message.type === "changes") pull.push(message.changes, message.base);
      if (message.type === "closed") this.#planPoll();
      if (message.type === "open" || message.type === "poke") {
        pull.request();
        rests.endEarly(PULL);
      }
      onChange();
    } catch (error) {
      onEnded(error instanceof Error ? error : new Error(String(error)));
    }
  }

  async #pull(): Promise<void> {
    const { pull, rests, signal, onEnded } = this.#options;
    const waiters = this.#waiters;
    this.#waiters = [];
    try {
      await pull.run(signal);
      rests.succeed(PULL);
      const [unread] = pull.unread.values();
      if (unread === undefined) rests.succeed(SHARED);
      else rests.fail(SHARED, unread);
      this.#offline = null;
    } catch (error) {
      if (signal.aborted) return;
      const verdict = judge(error);
      if (verdict.type === "ended") onEnded(verdict.error);
      this.#offline = error instanceof Error ? error.message : String(error);
      rests.fail(PULL, this.#offline);
    } finally {
      this.#planPoll();
      this.#release(waiters);
    }
  }

  #planPoll(): void {
    const { clock, random, settings } = this.#options;
    const every = this.#isSocketOpen ? settings.pollConnected : settings.pollEvery;
    this.#nextPoll = clock.now() + every * (1 - random() / 4);
    this.#nextReminder = this.#isSocketOpen ? clock.now() + settings.remindEvery : Infinity;
  }

  /** Costs no row: the server compares with what it told. */
  #remind(): void {
    const { clock, pull, settings } = this.#options;
    if (this.#nextReminder > clock.now()) return;
    pull.acknowledge();
    this.#nextReminder = clock.now() + settings.remindEvery;
  }

  #release(waiters: readonly (() => void)[]): void {
    for (const resolve of waiters) resolve();
  }
}
