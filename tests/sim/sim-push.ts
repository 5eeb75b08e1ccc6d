import type { PushChannel, PushMessage } from "../../client/ports/sync-remote.ts";
import { decodeCursor } from "../../protocol/cursor.ts";
import type { Changes } from "../../protocol/tree.ts";
import type { SimNetwork } from "./network.ts";
import type { SimProcess } from "./process.ts";
import type { SimServer } from "./sim-server.ts";

/** Nodes that a message carries inline (W3 says 64; here few, so that pokes come too). */
const INLINE_NODES = 6;

/**
 * The socket as a client meets it: opened again when it dropped; what is said while it is closed is lost. Messages may
 * also be lost, doubled and overtaken by others, which a socket would not do, but a client must not depend on.
 */
export class SimPush implements PushChannel {
  readonly #server: SimServer;
  readonly #network: SimNetwork;
  readonly #process: SimProcess;
  #isUnacknowledged = false;
  #hasMore = false;
  /** The newest seq that was told on this socket, or would have been; null where nothing was. */
  #told: number | null = null;
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
        if (isOpen && (!this.#network.isOnline || random.chance(faults.loss))) {
          close();
          tell({ type: "closed", reason: "dropped" });
        } else if (!isOpen && this.#network.isOnline) {
          isOpen = true;
          this.#isUnacknowledged = false;
          this.#hasMore = false;
          this.#told = null;
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

  /** Who acknowledges less than was told is told again; an acknowledgement may be lost as well. */
  acknowledge(cursor: string): void {
    if (!this.#process.isAlive) return;
    this.#network.scheduler.after(this.#network.latency(), () => {
      if (this.#network.random.chance(this.#network.faults.loss)) return;
      this.#isUnacknowledged = false;
      if (!this.#hasMore && !this.#isBehind(cursor)) return;
      this.#hasMore = false;
      this.#send({ type: "poke" });
    });
  }

  #isBehind(cursor: string): boolean {
    return this.#told !== null && (decodeCursor(cursor)?.seq ?? 0) < this.#told;
  }

  #say(since: string, changes: Changes): void {
    this.#told = decodeCursor(changes.cursor)?.seq ?? null;
    if (this.#isUnacknowledged && !this.#network.random.chance(0.05)) this.#hasMore = true;
    else if (changes.changes.length > INLINE_NODES) this.#send({ type: "poke" });
    else this.#send({ type: "changes", changes, base: since });
  }

  #send(message: PushMessage): void {
    this.#isUnacknowledged = true;
    this.#network.scheduler.after(this.#network.latency(), () => this.#deliver?.(message));
  }
}
