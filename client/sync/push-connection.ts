import type { ClientMessage, ServerMessage } from "../../protocol/push.ts";
import type { Clock } from "../ports/clock.ts";
import type { OpenSocket, Socket } from "../ports/web-socket.ts";
import { readServerMessage } from "./server-message.ts";

/** Milliseconds. */
const OPENING_TIME = 20_000;
const PING_EVERY = 25_000;
const PONG_WITHIN = 10_000;

/** Why a socket is no more. */
export interface Ended {
  /** A close code; 0 where this side gave it up. */
  readonly code: number;
  readonly reason: string;
  /** Milliseconds that it was open. */
  readonly lasted: number;
}

export interface ConnectionEvents {
  readonly onOpen: () => void;
  readonly onMessage: (message: ServerMessage) => void;
}

/** One socket, from being opened to its end. */
export class PushConnection {
  readonly #clock: Clock;
  readonly #events: ConnectionEvents;
  readonly #socket: Socket;
  readonly #over = new AbortController();
  readonly #ended = Promise.withResolvers<Ended>();
  #openedAt: number | null = null;
  #heardAt = 0;

  constructor(address: string, openSocket: OpenSocket, clock: Clock, events: ConnectionEvents) {
    this.#clock = clock;
    this.#events = events;
    this.#socket = openSocket(address, {
      onOpen: () => this.#opened(),
      onMessage: (data) => this.#heard(data),
      onClose: (code, reason) => this.#end(code, reason || `the socket was closed (${code})`),
    });
    void this.#watch();
  }

  /** Resolves when the socket is closed, or given up; then nothing more is told. Never rejects. */
  get ended(): Promise<Ended> {
    return this.#ended.promise;
  }

  /** Does nothing where the socket is not open. */
  tell(message: ClientMessage): void {
    if (this.#openedAt !== null) this.#send(JSON.stringify(message));
  }

  close(): void {
    this.#end(0, "closed");
  }

  #opened(): void {
    if (this.#over.signal.aborted) return;
    this.#openedAt = this.#clock.now();
    this.#heardAt = this.#openedAt;
    this.#events.onOpen();
  }

  #heard(data: unknown): void {
    if (this.#over.signal.aborted) return;
    this.#heardAt = this.#clock.now();
    if (typeof data !== "string" || data === "pong") return;
    const message = readServerMessage(data);
    // What a newer server says that this client does not know may be passed over: nothing rests on a message alone.
    if (message) this.#events.onMessage(message);
  }

  /** Gives the socket up when it does not open, or when nothing is heard after a ping. */
  async #watch(): Promise<void> {
    const { signal } = this.#over;
    try {
      await this.#clock.sleep(OPENING_TIME, signal);
      if (this.#openedAt === null) return this.#end(0, "the socket did not open");
      for (;;) {
        await this.#clock.sleep(PING_EVERY - PONG_WITHIN, signal);
        const asked = this.#clock.now();
        this.#send("ping");
        await this.#clock.sleep(PONG_WITHIN, signal);
        if (this.#heardAt < asked) return this.#end(0, "the server does not answer");
      }
    } catch {
      // It is over.
    }
  }

  #send(text: string): void {
    try {
      this.#socket.send(text);
    } catch {
      // It is closing: its end is told by itself.
    }
  }

  #end(code: number, reason: string): void {
    if (this.#over.signal.aborted) return;
    this.#over.abort();
    this.#socket.close();
    const lasted = this.#openedAt === null ? 0 : this.#clock.now() - this.#openedAt;
    this.#ended.resolve({ code, reason, lasted });
  }
}
