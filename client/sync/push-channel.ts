import type { ChunkRef } from "../../protocol/content.ts";
import { LedgeError } from "../../protocol/errors.ts";
import { CLOSE } from "../../protocol/close-codes.ts";
import type { NoticeAbout, ServerMessage, SubscribeRequest } from "../../protocol/push.ts";
import type { Api } from "../api.ts";
import { HttpError } from "../http-errors.ts";
import type { Clock, Random } from "../ports/clock.ts";
import type { PushChannel, PushMessage } from "../ports/sync-remote.ts";
import type { OpenSocket } from "../ports/web-socket.ts";
import { PushConnection } from "./push-connection.ts";

export interface PushChannelOptions {
  readonly api: Pick<Api, "subscribe">;
  /** The server's origin. */
  readonly baseUrl: string;
  readonly device: SubscribeRequest["device"];
  readonly clock: Clock;
  readonly random: Random;
  readonly openSocket: OpenSocket;
  /** Told chunks that another device has sent of a file that is still on its way. */
  readonly onChunks?: (chunks: readonly ChunkRef[]) => void;
  /** Told that something of the account changed that no change feed tells of. What is told while no socket is open is lost. */
  readonly onNotice?: (about: NoticeAbout) => void;
  /**
   * Told the bookmark of a message, before the message: requests that it leads to are to be sent with it; `space` is the shared
   * folder that it is of.
   */
  readonly onBookmark?: (bookmark: string, space?: string) => void;
}

/** Milliseconds between two attempts at most, at first and later; what is waited is drawn from between 0 and that. */
const FIRST_WAIT = 500;
const LONGEST_WAIT = 60_000;
/** Milliseconds after which a socket that held counts as a good one. */
const GOOD_AFTER = 60_000;
/**
 * Milliseconds that the acknowledgement of a poke waits: the server tells nothing before it, so that what a storm of
 * commits has to say is one poke a second. Single commits come inline, and are acknowledged at once.
 */
const POKED_WAIT = 1_000;
/** Of one message; see `ClientMessage`. */
const MESSAGE_CHUNKS = 64;

/** Keeps a socket to the server open, whatever happens to it. */
export class SocketPushChannel implements PushChannel {
  readonly #options: PushChannelOptions;
  #connection: PushConnection | null = null;
  #acknowledged: string | null = null;
  /** Whether the last message was a poke. */
  #wasPoked = false;
  #isWaiting = false;
  #signal: AbortSignal | null = null;

  constructor(options: PushChannelOptions) {
    this.#options = options;
  }

  async run(onMessage: (message: PushMessage) => void, signal: AbortSignal): Promise<void> {
    const { clock, random } = this.#options;
    this.#signal = signal;
    for (let failures = 0; !signal.aborted;) {
      const outcome = await this.#once(onMessage, signal);
      if (signal.aborted) return;
      if (outcome === "revoked") return onMessage({ type: "revoked" });
      onMessage({ type: "closed", reason: outcome.reason });
      // Two that open a socket for one device would otherwise take it from each other as fast as they can.
      const isContended = outcome.code === CLOSE.replaced;
      failures = outcome.lasted >= GOOD_AFTER ? 0 : failures + 1;
      const ceiling = isContended ? LONGEST_WAIT : Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** Math.max(0, failures - 1));
      // Full jitter: a deploy disconnects everybody at once.
      await clock.sleep(random() * ceiling, signal).catch(() => undefined);
    }
  }

  acknowledge(cursor: string): void {
    this.#acknowledged = cursor;
    if (!this.#wasPoked) return this.#tellCursor();
    if (this.#isWaiting) return;
    this.#isWaiting = true;
    void this.#tellLater(this.#signal ?? undefined);
  }

  async #tellLater(signal: AbortSignal | undefined): Promise<void> {
    await this.#options.clock.sleep(POKED_WAIT, signal).catch(() => undefined);
    this.#isWaiting = false;
    this.#wasPoked = false;
    if (!signal?.aborted) this.#tellCursor();
  }

  #tellCursor(): void {
    if (this.#acknowledged !== null) this.#connection?.tell({ type: "ack", cursor: this.#acknowledged });
  }

  /** Tells the account's other devices that the server has these chunks of a large file. Lost where no socket is open. */
  announce(chunks: readonly ChunkRef[]): void {
    for (let at = 0; at < chunks.length; at += MESSAGE_CHUNKS) {
      this.#connection?.tell({ type: "chunks", chunks: chunks.slice(at, at + MESSAGE_CHUNKS) });
    }
  }

  /**
   * From a ticket to the socket's end. A socket that is closed as revoked is no proof: the next ticket, or that there is
   * none, tells.
   */
  async #once(
    onMessage: (message: PushMessage) => void,
    signal: AbortSignal,
  ): Promise<"revoked" | { readonly code: number; readonly reason: string; readonly lasted: number }> {
    const { api, device, clock, openSocket } = this.#options;
    const connected = {
      onOpen: () => this.#opened(onMessage),
      onMessage: (said: ServerMessage) => this.#take(said, onMessage),
    };
    try {
      const { url } = await api.subscribe({ device }, signal);
      signal.throwIfAborted();
      const connection = new PushConnection(this.#address(url), openSocket, clock, connected);
      this.#connection = connection;
      const onAbort = (): void => connection.close();
      signal.addEventListener("abort", onAbort, { once: true });
      const ended = await connection.ended;
      signal.removeEventListener("abort", onAbort);
      return ended;
    } catch (error) {
      if (isRevoked(error)) return "revoked";
      return { code: 0, reason: error instanceof Error ? error.message : String(error), lasted: 0 };
    } finally {
      this.#connection = null;
    }
  }

  #opened(onMessage: (message: PushMessage) => void): void {
    this.#tellCursor();
    onMessage({ type: "open" });
  }

  #take(said: ServerMessage, onMessage: (message: PushMessage) => void): void {
    if (said.type === "chunks") return this.#options.onChunks?.(said.chunks);
    const space = said.type === "shared" ? said.space : undefined;
    if (said.bookmark !== undefined) this.#options.onBookmark?.(said.bookmark, space);
    if (said.type === "notice") return this.#options.onNotice?.(said.about);
    // Not acknowledged, so how the next acknowledgement is to be timed stays as it was.
    if (said.type === "shared") return onMessage({ type: "shared", space: said.space });
    this.#wasPoked = said.type === "poke";
    if (said.type === "poke") onMessage({ type: "poke" });
    else {
      const { since: base, changes, cursor, space, epoch } = said;
      onMessage({ type: "changes", base, changes: { changes, cursor, space, epoch, upToDate: true } });
    }
  }

  /** The ticket goes to the server that gave it out, by whatever name that knows itself. */
  #address(url: string): string {
    const { pathname, search } = new URL(url);
    const address = new URL(this.#options.baseUrl);
    address.protocol = address.protocol === "https:" ? "wss:" : "ws:";
    address.pathname = pathname;
    address.search = search;
    return address.href;
  }
}

function isRevoked(error: unknown): boolean {
  if (error instanceof HttpError) return error.status === 401;
  return error instanceof LedgeError && (error.code === "unauthenticated" || error.code === "device_revoked");
}
