import type { PushChannel, PushMessage } from "../../client/ports/sync-remote.ts";
import { decodeCursor } from "../../protocol/cursor.ts";
import type { Changes } from "../../protocol/tree.ts";
import type { SimNetwork } from "./network.ts";
import type { SimProcess } from "./process.ts";
import type { SimServer } from "./sim-server.ts";

/** Nodes that a message carries inline (W3 says 64; here few, so that pokes come too). */
const INLINE_NODES = 6;
/** Milliseconds for which a message that was not acknowledged holds others back. */
const PATIENCE = 10_000;

/**
 * The socket as a client meets it: opened again when it dropped; what is said while it is closed is lost. Messages may
 * also be lost, doubled and overtaken by others, which a socket would not do, but a client must not depend on.
 */
export class SimPush implements PushChannel {
  readonly #server: SimServer;
  readonly #network: SimNetwork;
  readonly #process: SimProcess;
  /** The last message that was not acknowledged: the cursor it leads to, and when it was sent. */
  #sent: { readonly cursor: string; readonly at: number } | null = null;
  /** What was not sent because of it. */
  #behind: string | null = null;
  #deliver: ((message: PushMessage) => void) | undefined;

  constructor(server: SimServer, network: SimNetwork, process: SimProcess) {
    this.#server = server;
    this.#network = network;
    this.#process = process;
  }

  run(onMessage: (message: PushMessage) => void, signal: AbortSignal): Promise<void> {
    const { scheduler, random, faults } = this.#network;
    return new Promise((resolve) => {
      if (signal.aborted) {
        resolve();
        return;
      }
      let isOpen = false;
      let generation = 0;
      const listener = (since: string, changes: Changes): void => this.#say(since, changes);
      const tell = (message: PushMessage): void => {
        if (!this.#process.isAlive || signal.aborted) return;
        scheduler.note(`${this.#process.label} hears ${message.type}`);
        onMessage(message);
      };
      const close = (): void => {
        isOpen = false;
        this.#deliver = undefined;
        this.#server.listeners.delete(listener);
      };
      /** Looks after the connection now and then: opens it, drops it. Ends with the process. */
      const tend = (): void => {
        if (!this.#process.isAlive || signal.aborted) {
          close();
          return;
        }
        const isCut = !this.#network.isOnline || generation !== this.#server.generation;
        if (isOpen && (isCut || random.chance(faults.loss))) {
          close();
          tell({ type: "closed", reason: "dropped" });
        } else if (!isOpen && this.#network.isOnline) {
          isOpen = true;
          generation = this.#server.generation;
          this.#sent = null;
          this.#behind = null;
          this.#deliver = (message) => {
            if (isOpen && !random.chance(faults.loss)) tell(message);
            if (random.chance(faults.double)) scheduler.after(random.delay(50), () => tell(message));
          };
          this.#server.listeners.add(listener);
          tell({ type: "open" });
        }
        scheduler.after(isOpen ? random.delay(20_000) : random.delay(1_500), tend);
      };
      signal.addEventListener(
        "abort",
        () => {
          close();
          resolve();
        },
        { once: true },
      );
      scheduler.after(this.#network.latency(), tend);
    });
  }

  /** May be lost, as what is told. */
  acknowledge(cursor: string): void {
    if (!this.#process.isAlive) return;
    const { scheduler, random, faults } = this.#network;
    scheduler.after(this.#network.latency(), () => {
      if (!random.chance(faults.loss)) this.#acknowledged(cursor);
    });
  }

  /** As the server does (workers/sync-do/broadcast.ts). */
  #say(since: string, changes: Changes): void {
    const { now } = this.#network.scheduler;
    const sent = this.#sent;
    if (sent && now - sent.at < PATIENCE) {
      this.#behind = changes.cursor;
      return;
    }
    this.#sent = { cursor: changes.cursor, at: now };
    this.#behind = null;
    const isInline = sent === null && changes.changes.length <= INLINE_NODES;
    this.#send(isInline ? { type: "changes", changes, base: since } : { type: "poke" });
  }

  #acknowledged(cursor: string): void {
    const acked = decodeCursor(cursor);
    const newestText = this.#behind ?? this.#sent?.cursor ?? null;
    const newest = newestText === null ? null : decodeCursor(newestText);
    const isPassed = this.#behind === null && newest?.epoch !== acked?.epoch;
    const isMissing = newest !== null && !isPassed && !(acked?.epoch === newest.epoch && acked.seq >= newest.seq);
    this.#behind = null;
    this.#sent = isMissing && newestText !== null ? { cursor: newestText, at: this.#network.scheduler.now } : null;
    if (isMissing) this.#send({ type: "poke" });
  }

  #send(message: PushMessage): void {
    this.#network.scheduler.after(this.#network.latency(), () => this.#deliver?.(message));
  }
}
