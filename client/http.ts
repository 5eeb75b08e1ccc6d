import { Bookmarks, spaceOfPath } from "./bookmarks.ts";
import type { Clock, Random } from "./ports/clock.ts";
import { errorOf, isWithoutRoute, NetworkError, ServerTooOld } from "./http-errors.ts";

/** Carries read-your-writes between requests: sent as it was last answered. */
const BOOKMARK_HEADER = "Ledge-Bookmark";

const RETRIED_STATUSES: ReadonlySet<number> = new Set([408, 429, 502, 503, 504]);

/** What a `Fetch` is asked with, beside the standard's. */
export interface FetchInit extends RequestInit {
  /**
   * To be called with the number of the body's bytes that were handed to the network so far, ascending. Each call is a sign
   * of life. The platform's own `fetch` does not know it, and need not.
   */
  readonly onSent?: (bytes: number) => void;
}

/** `fetch`, or something in its place that can tell how far a body was sent. */
export type Fetch = (url: string, init: FetchInit) => Promise<Response>;

export interface HttpOptions {
  /** The server's origin, e.g. `https://files.example.com`; requests go to `/api` below it. */
  readonly baseUrl: string;
  readonly token?: string | undefined;
  readonly bookmark?: string | undefined;
  readonly clock: Clock;
  readonly random: Random;
  readonly fetch?: Fetch;
  /** How often a request is sent at most. */
  readonly attempts?: number;
  /**
   * Milliseconds without a sign of life after which an attempt is given up: an answer, a part of one, or (with `streamBytes`
   * or a `fetch` that knows `onSent`) that a part of the request was taken.
   */
  readonly timeout?: number;
  /** First wait between attempts, in milliseconds; doubles with each. */
  readonly backoff?: number;
  /**
   * Send bytes as a stream of known length: without the copy that `fetch` makes of a buffer. Node's `fetch` can;
   * browsers cannot.
   */
  readonly streamBytes?: boolean;
  /** Longest wait for the server's `Retry-After`, in milliseconds; one that asks for more is an error at once. */
  readonly longestWait?: number;
}

export interface HttpRequest {
  readonly method?: string;
  /** Below `/api`, with a leading slash and path parameters already encoded. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly json?: unknown;
  /** Sent as it is, with `application/octet-stream` where `headers` name no other content type. */
  readonly bytes?: Uint8Array<ArrayBuffer>;
  readonly signal?: AbortSignal | undefined;
  /**
   * Told how many of `bytes` were handed to the network so far: 0 when an attempt begins, so again where it is repeated, and
   * all of them once the server has accepted. In between only with `streamBytes` or a `fetch` that knows `onSent`.
   */
  readonly onSent?: ((bytes: number) => void) | undefined;
  /** False for the few requests that must not be carried out twice: they are sent once. */
  readonly repeatable?: boolean;
  /** Milliseconds, in place of the client's own. */
  readonly longestWait?: number;
  /** Statuses outside 2xx that `consume` takes. */
  readonly accept?: readonly number[];
}

/** Reads an answer. Calls `alive` whenever bytes arrive, so that a long answer is not taken for a dead one. */
export type Consume<T> = (response: Response, alive: () => void) => Promise<T>;

/**
 * The one place that talks to the server and the one place that retries: network failures, cut-off answers and the
 * statuses 408, 429, 502, 503 and 504, with exponential backoff and full jitter, honoring `Retry-After`. Any other
 * status is final. Repeating is safe because every mutation carries an id of the client's making (invariant 5).
 *
 * Rejects with `LedgeError` (the server's problem document), `HttpError` (any other error answer), `ServerTooOld`,
 * `NetworkError`, or the signal's reason.
 */
export class HttpClient {
  readonly #options: Required<Omit<HttpOptions, "token" | "bookmark">>;
  #token: string | undefined;
  readonly #bookmarks = new Bookmarks();

  constructor(options: HttpOptions) {
    const defaults = {
      // Not the function itself: a browser's refuses to be called as a member of anything but the window.
      fetch: (url: string, init: FetchInit) => fetch(url, init),
      attempts: 6,
      timeout: 60_000,
      backoff: 250,
      longestWait: 60_000,
      streamBytes: false,
    };
    this.#options = { ...defaults, ...options, baseUrl: options.baseUrl.replace(/\/+$/, "") };
    this.#token = options.token;
    this.remember(options.bookmark ?? null);
  }

  /** Of the account's own space. */
  get bookmark(): string | undefined {
    return this.#bookmarks.of();
  }

  /** @param space - A shared folder's id. */
  bookmarkOf(space: string): string | undefined {
    return this.#bookmarks.of(space);
  }

  setToken(token: string | undefined): void {
    this.#token = token;
  }

  /**
   * Takes a bookmark of the server's over; null: it told none.
   *
   * @param space - The shared folder that it was told for; absent: the account's own space.
   */
  remember(told: string | null, space?: string): void {
    this.#bookmarks.take(told, space);
  }

  /** Sends, retries, and answers what `consume` makes of the first acceptable answer. */
  async send<T>(request: HttpRequest, consume: Consume<T>): Promise<T> {
    const attempts = request.repeatable === false ? 1 : this.#options.attempts;
    for (let attempt = 1; ; attempt++) {
      const outcome = await this.#attempt(request, consume);
      if ("value" in outcome) return outcome.value;
      if (!outcome.retry || attempt >= attempts) throw outcome.error;
      const longestWait = request.longestWait ?? this.#options.longestWait;
      if (outcome.wait !== undefined && outcome.wait > longestWait) throw outcome.error;
      const ceiling = Math.min(this.#options.backoff * 2 ** (attempt - 1), 15_000);
      await this.#options.clock.sleep((outcome.wait ?? 0) + this.#options.random() * ceiling, request.signal);
    }
  }

  /** The JSON of an answer; undefined where the answer is empty. */
  json<T>(request: HttpRequest): Promise<T> {
    return this.send(request, async (response) => {
      const body = await response.text();
      return (body === "" ? undefined : JSON.parse(body)) as T;
    });
  }

  async #attempt<T>(request: HttpRequest, consume: Consume<T>): Promise<Outcome<T>> {
    const { signal } = request;
    signal?.throwIfAborted();
    const controller = new AbortController();
    const onAbort = (): void => controller.abort(signal?.reason);
    signal?.addEventListener("abort", onAbort, { once: true });
    const deadline = new Deadline(this.#options.timeout, controller);
    const onSent = (bytes: number): void => {
      deadline.extend();
      request.onSent?.(bytes);
    };
    try {
      if (request.bytes) onSent(0);
      const response = await this.#options.fetch(this.#url(request), {
        ...this.#init(request, onSent),
        signal: controller.signal,
      });
      deadline.extend();
      this.remember(response.headers.get(BOOKMARK_HEADER), spaceOfPath(request.path));
      if (response.ok && request.bytes) onSent(request.bytes.length);
      if (response.ok || request.accept?.includes(response.status)) {
        return { value: await consume(response, () => deadline.extend()) };
      }
      const wait = retryAfter(response.headers.get("Retry-After"), this.#options.clock.now());
      const error = await errorOf(response);
      if (isWithoutRoute(error))
        throw new ServerTooOld(this.#options.baseUrl, request.method ?? "GET", `/api${request.path}`);
      return { error, retry: RETRIED_STATUSES.has(response.status), wait };
    } catch (cause) {
      signal?.throwIfAborted();
      if (!isNetworkFailure(cause, controller.signal)) throw cause;
      return { error: networkError(cause, controller.signal, this.#options.baseUrl), retry: true, wait: undefined };
    } finally {
      deadline.clear();
      signal?.removeEventListener("abort", onAbort);
    }
  }

  #url({ path, query }: HttpRequest): string {
    const url = new URL(`${this.#options.baseUrl}/api${path}`);
    for (const [name, value] of Object.entries(query ?? {})) {
      if (value !== undefined) url.searchParams.set(name, String(value));
    }
    return url.href;
  }

  #init({ method = "GET", path, headers, json, bytes }: HttpRequest, onSent: (bytes: number) => void): FetchInit {
    const sent = new Headers(headers);
    if (this.#token !== undefined) sent.set("Authorization", `Bearer ${this.#token}`);
    const bookmark = this.#bookmarks.of(spaceOfPath(path));
    if (bookmark !== undefined) sent.set(BOOKMARK_HEADER, bookmark);
    if (json !== undefined) sent.set("Content-Type", "application/json");
    if (bytes !== undefined && !sent.has("Content-Type")) sent.set("Content-Type", "application/octet-stream");
    if (bytes !== undefined && this.#options.streamBytes) {
      sent.set("Content-Length", String(bytes.length));
      // `duplex` is what the Fetch standard demands for streams; not every DOM type declares it.
      const streamed: RequestInit & { duplex: "half" } = { body: inPieces(bytes, onSent), duplex: "half" };
      return { method, headers: sent, redirect: "error", ...streamed };
    }
    const body = bytes ?? (json === undefined ? null : JSON.stringify(json));
    return { method, headers: sent, body, redirect: "error", ...(bytes !== undefined && { onSent }) };
  }
}

/**
 * Gives an attempt up `timeout` milliseconds after the last sign of life. Its timer is set again only when it fires:
 * signs of life come with every part of a body.
 */
class Deadline {
  readonly #timeout: number;
  readonly #controller: AbortController;
  #timer: ReturnType<typeof setTimeout>;
  #aliveAt = performance.now();

  constructor(timeout: number, controller: AbortController) {
    this.#timeout = timeout;
    this.#controller = controller;
    this.#timer = this.#wait(timeout);
  }

  extend(): void {
    this.#aliveAt = performance.now();
  }

  clear(): void {
    clearTimeout(this.#timer);
  }

  #wait(milliseconds: number): ReturnType<typeof setTimeout> {
    return setTimeout(() => {
      const left = this.#aliveAt + this.#timeout - performance.now();
      if (left > 0) this.#timer = this.#wait(left);
      else this.#controller.abort(new TimedOut(this.#timeout));
    }, milliseconds);
  }
}

/** What the transport takes at a time. */
const PIECE_BYTES = 256 * 1024;

/** Views of the bytes, one after the other as they are taken: on a slow line that is a sign of life. */
function inPieces(
  bytes: Uint8Array<ArrayBuffer>,
  onSent: (bytes: number) => void,
): ReadableStream<Uint8Array<ArrayBuffer>> {
  let at = 0;
  return new ReadableStream({
    pull(controller) {
      onSent(Math.min(at, bytes.length));
      if (at < bytes.length) controller.enqueue(bytes.subarray(at, (at += PIECE_BYTES)));
      else controller.close();
    },
  });
}

type Outcome<T> = { value: T } | { error: Error; retry: boolean; wait: number | undefined };

class TimedOut extends Error {
  constructor(milliseconds: number) {
    super(`no sign of life for ${milliseconds / 1000} s`);
  }
}

/** `fetch` rejects with a TypeError when it cannot reach the server or the body breaks off; all else is a bug or ours. */
function isNetworkFailure(cause: unknown, signal: AbortSignal): boolean {
  if (signal.aborted) return true;
  return cause instanceof TypeError || (cause instanceof Error && cause.name === "CutOff");
}

function networkError(cause: unknown, signal: AbortSignal, baseUrl: string): NetworkError {
  const reason: unknown = signal.aborted ? signal.reason : cause;
  const inner: unknown = reason instanceof Error && reason.cause instanceof Error ? reason.cause : reason;
  const code = (inner as { code?: unknown }).code;
  const message = inner instanceof Error ? inner.message || String(code) : String(inner);
  return new NetworkError(`cannot talk to ${baseUrl}: ${message}`, { cause });
}

/** Milliseconds that a `Retry-After` header asks for (RFC 9110, 10.2.3: seconds or a date); undefined for none. */
export function retryAfter(header: string | null, now: number): number | undefined {
  if (header === null) return undefined;
  if (/^\d+$/.test(header.trim())) return Number(header) * 1000;
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}

/** Thrown by a `Consume` that got fewer bytes than announced: the request is repeated. */
export class CutOff extends Error {
  override readonly name = "CutOff";
}
