import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { Api } from "../../client/api.ts";
import { HttpClient, retryAfter, type HttpOptions } from "../../client/http.ts";
import { MembersApi } from "../../client/members.ts";
import { HttpError, NetworkError, ServerTooOld } from "../../client/http-errors.ts";
import { EXIT, exitCodeOf } from "../../cli/exit-codes.ts";
import type { Clock } from "../../client/ports/clock.ts";
import { LedgeError } from "../../protocol/errors.ts";

type Handler = (request: IncomingMessage, response: ServerResponse, count: number) => void;

let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
  server = undefined;
});

interface Harness {
  readonly http: HttpClient;
  readonly waits: number[];
  readonly requests: IncomingMessage[];
}

async function serve(handler: Handler, options: Partial<HttpOptions> = {}): Promise<Harness> {
  const requests: IncomingMessage[] = [];
  server = createServer((request, response) => {
    requests.push(request);
    request.resume();
    handler(request, response, requests.length);
  });
  await new Promise<void>((resolve) => server?.listen(0, "127.0.0.1", resolve));
  const waits: number[] = [];
  const clock: Clock = {
    now: () => Date.now(),
    sleep: async (milliseconds, signal) => {
      waits.push(milliseconds);
      signal?.throwIfAborted();
    },
  };
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { http: new HttpClient({ baseUrl, clock, random: () => 1, token: "t", ...options }), waits, requests };
}

function problem(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { "Content-Type": "application/problem+json" }).end(JSON.stringify(body));
}

/** Longest wait of a client whose time is held. Node's own timers are longer, and go on. */
const HELD = 300;

/** Has timers, plain numbers as in browsers, go off only as time is told to pass: a busy machine's passes by itself. */
function holdTime(): (milliseconds: number) => void {
  const timers = new Map<number, { readonly at: number; readonly call: () => void }>();
  const real = { set: globalThis.setTimeout, clear: globalThis.clearTimeout };
  let now = 0;
  let made = 0;
  vi.stubGlobal("setTimeout", (call: () => void, milliseconds = 0): number | NodeJS.Timeout => {
    if (milliseconds > HELD) return real.set(call, milliseconds);
    timers.set(++made, { at: now + milliseconds, call });
    return made;
  });
  vi.stubGlobal("clearTimeout", (id: number | NodeJS.Timeout) =>
    typeof id === "number" ? timers.delete(id) : real.clear(id),
  );
  const clock = vi.spyOn(performance, "now").mockImplementation(() => now);
  onTestFinished(() => {
    vi.unstubAllGlobals();
    clock.mockRestore();
  });
  return (milliseconds) => {
    now += milliseconds;
    for (const [id, { at, call }] of timers) if (at <= now && timers.delete(id)) call();
  };
}

/** A client whose time is held. */
function heldHttp(fetch: NonNullable<HttpOptions["fetch"]>): HttpClient {
  const clock: Clock = { now: () => 0, sleep: () => Promise.resolve() };
  return new HttpClient({ baseUrl: "http://x", clock, random: () => 0, fetch, timeout: HELD, attempts: 1 });
}

/** An answer of so many bytes, before each of which something happens. */
function slowly(parts: number, before: () => void): NonNullable<HttpOptions["fetch"]> {
  return (_, { signal }) => {
    let left = parts;
    const pull = (controller: ReadableStreamDefaultController<Uint8Array>): void => {
      before();
      if (signal?.aborted) controller.error(signal.reason);
      else if (left-- > 0) controller.enqueue(Uint8Array.of(1));
      else controller.close();
    };
    return Promise.resolve(new Response(new ReadableStream({ pull }, { highWaterMark: 0 })));
  };
}

function countBytes(http: HttpClient): Promise<number> {
  return http.send({ path: "/x" }, async (response, alive) => {
    let bytes = 0;
    for await (const part of response.body ?? []) {
      alive();
      bytes += part.length;
    }
    return bytes;
  });
}

it("[H5] sends a picture as what it is, with its version", async () => {
  const bodies: Buffer[] = [];
  const { http, requests } = await serve((request, response) => {
    request.on("data", (part: Buffer) => bodies.push(part)).on("end", () => response.end('{"kind":"image"}'));
  });
  const picture = new Blob([new Uint8Array([1, 2, 3])], { type: "image/webp" });
  expect(await new Api(http).giveThumbnail("f", 2, picture)).toEqual({ kind: "image" });
  expect(requests[0]).toMatchObject({ method: "PUT", url: "/api/files/f/thumbnail?version=2" });
  expect(requests[0]?.headers["content-type"]).toBe("image/webp");
  expect(Buffer.concat(bodies)).toEqual(Buffer.from([1, 2, 3]));
});

describe("the HTTP client", () => {
  it.each([408, 429, 502, 503, 504])("tries again after %i, each wait longer", async (status) => {
    const { http, waits } = await serve((_, response, count) => {
      if (count < 4) response.writeHead(status).end();
      else response.end('{"ok":1}');
    });
    expect(await http.json({ path: "/x" })).toEqual({ ok: 1 });
    expect(waits).toEqual([250, 500, 1000]);
  });

  it.each([400, 401, 403, 404, 409, 410, 413, 422, 500])("takes %i as final", async (status) => {
    const { http, requests } = await serve((_, response) => response.writeHead(status).end());
    await expect(http.json({ path: "/x" })).rejects.toMatchObject({ status });
    expect(requests).toHaveLength(1);
  });

  it("waits as long as Retry-After says, and fails at once where that is too long", async () => {
    const short = await serve((_, response, count) => {
      if (count === 1) response.writeHead(429, { "Retry-After": "7" }).end();
      else response.end("{}");
    });
    await short.http.json({ path: "/x" });
    expect(short.waits[0]).toBe(7250);
    const long = await serve((_, response) => response.writeHead(503, { "Retry-After": "3600" }).end());
    await expect(long.http.json({ path: "/x" })).rejects.toMatchObject({ status: 503 });
    expect(long.waits).toEqual([]);
  });

  it("reads Retry-After as seconds and as a date", () => {
    expect(retryAfter("3", 0)).toBe(3000);
    expect(retryAfter("Thu, 01 Jan 1970 00:00:10 GMT", 4000)).toBe(6000);
    expect(retryAfter("soon", 0)).toBeUndefined();
    expect(retryAfter(null, 0)).toBeUndefined();
  });

  it("[P1] makes a LedgeError of a problem document, with its members", async () => {
    const { http } = await serve((_, response) =>
      problem(response, 409, {
        type: "about:blank",
        title: "t",
        status: 409,
        code: "name_conflict",
        detail: "taken",
        node: { id: "n" },
      }),
    );
    const error = await http.json({ path: "/x" }).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(LedgeError);
    expect(error).toMatchObject({ code: "name_conflict", detail: "taken", extra: { node: { id: "n" } } });
  });

  it("makes an HttpError of anything else, with its message", async () => {
    const { http } = await serve((_, response) =>
      problem(response, 400, { error: "authorization_pending", error_description: "not yet" }),
    );
    const error = await http.json({ path: "/x" }).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(HttpError);
    expect(error).toMatchObject({ status: 400, code: "authorization_pending", message: "not yet" });
  });

  it("tries again when the connection breaks, before and in the middle of an answer", async () => {
    const { http, requests } = await serve((_, response, count) => {
      if (count === 1) response.destroy();
      else if (count === 2) {
        response.writeHead(200, { "Content-Length": "100" });
        response.write("{");
        setTimeout(() => response.destroy(), 20);
      } else response.end('{"ok":1}');
    });
    expect(await http.json({ path: "/x" })).toEqual({ ok: 1 });
    expect(requests).toHaveLength(3);
  });

  it("gives up with a NetworkError, and sends what must not be repeated once", async () => {
    const { http, requests } = await serve((_, response) => response.destroy(), { attempts: 3 });
    await expect(http.json({ path: "/x" })).rejects.toBeInstanceOf(NetworkError);
    expect(requests).toHaveLength(3);
    await expect(http.json({ path: "/x", repeatable: false })).rejects.toBeInstanceOf(NetworkError);
    expect(requests).toHaveLength(4);
  });

  it("[E2] sends no invitation twice by itself, whatever became of the first", async () => {
    const { http, requests } = await serve((_, response) => response.destroy(), { attempts: 3 });
    const invited = new MembersApi(http).invite("folder", { emails: ["grace@example.org"] });
    await expect(invited).rejects.toBeInstanceOf(NetworkError);
    expect(requests).toHaveLength(1);
  });

  it("gives up an answer that does not come, but not one that comes slowly", async () => {
    const silent = await serve(() => undefined, { timeout: 50, attempts: 2 });
    await expect(silent.http.json({ path: "/x" })).rejects.toThrow(/no sign of life/);
    const pass = holdTime();
    expect(await countBytes(heldHttp(slowly(6, () => pass(200))))).toBe(6);
    await expect(countBytes(heldHttp(slowly(6, () => pass(400))))).rejects.toThrow(/no sign of life/);
  });

  it("rejects with the signal's reason as soon as it aborts", async () => {
    const controller = new AbortController();
    const reason = new Error("stop");
    const { http, requests } = await serve(() => controller.abort(reason));
    await expect(http.json({ path: "/x", signal: controller.signal })).rejects.toBe(reason);
    await expect(http.json({ path: "/x", signal: controller.signal })).rejects.toBe(reason);
    expect(requests).toHaveLength(1);
  });

  it("[P3] sends the token, and the newest bookmark that it was answered", async () => {
    const { http, requests } = await serve((_, response, count) =>
      response.writeHead(200, { "Ledge-Bookmark": count === 1 ? "0002" : "0001" }).end("{}"),
    );
    for (let i = 0; i < 3; i++) await http.json({ path: "/x", query: { a: "b c", none: undefined } });
    expect(requests.map(({ headers }) => headers["ledge-bookmark"])).toEqual([undefined, "0002", "0002"]);
    expect(requests[0]?.headers.authorization).toBe("Bearer t");
    expect(requests[0]?.url).toBe("/api/x?a=b+c");
    for (const told of ["0003", "0001", null]) http.remember(told);
    await http.json({ path: "/x" });
    expect(requests.at(-1)?.headers["ledge-bookmark"]).toBe("0003");
  });

  it("[P3] [M3] keeps the bookmarks of shared folders apart: each is of its owner's database", async () => {
    const { http, requests } = await serve((request, response) =>
      response.writeHead(200, { "Ledge-Bookmark": request.url?.includes("/spaces/s/") ? "0001" : "0009" }).end("{}"),
    );
    const api = new Api(http);
    await api.account();
    await api.inSpace("s").node("n");
    http.remember("0005", "t");
    const ask = [() => api.inSpace("s").node("n"), () => api.inSpace("t").versionsPage("f"), () => api.node("n")];
    for (const each of ask) await each();
    expect(requests.slice(2).map(({ url, headers }) => [url, headers["ledge-bookmark"]])).toEqual([
      ["/api/spaces/s/nodes/n", "0001"],
      ["/api/spaces/t/files/f/versions?limit=1000", "0005"],
      ["/api/nodes/n", "0009"],
    ]);
    expect([http.bookmark, http.bookmarkOf("s")]).toEqual(["0009", "0001"]);
  });

  it("takes a long upload on a slow line for alive as long as it moves", async () => {
    // Far longer than a busy machine stops for, and the upload longer still.
    const timeout = 6_000;
    let got = 0;
    const { http, requests } = await serve(
      (request, response) => {
        request.on("data", (part: Buffer) => {
          got += part.length;
          request.pause();
          setTimeout(() => request.resume(), 32);
        });
        request.on("end", () => response.end(String(got)));
      },
      { streamBytes: true, timeout },
    );
    const bytes = new Uint8Array(16 * 1024 * 1024);
    const began = Date.now();
    expect(await http.json({ method: "POST", path: "/x", bytes })).toBe(bytes.length);
    expect(requests).toHaveLength(1);
    expect(Date.now() - began).toBeGreaterThan(timeout + 1_000);
  });

  it("puts the deadline off with each sign of life, where timers are plain numbers, too", async () => {
    const pass = holdTime();
    expect(await countBytes(heldHttp(slowly(8, () => pass(100))))).toBe(8);
    const silent = countBytes(
      heldHttp(
        (_, { signal }) => new Promise((_, reject) => signal?.addEventListener("abort", () => reject(signal.reason))),
      ),
    );
    pass(HELD);
    await expect(silent).rejects.toThrow(/no sign of life/);
  });

  it("calls the platform's fetch as no object's member, which browsers refuse", async () => {
    const receivers: unknown[] = [];
    vi.stubGlobal("fetch", function (this: unknown) {
      receivers.push(this);
      return Promise.resolve(new Response("{}"));
    });
    try {
      const clock: Clock = { now: () => 0, sleep: () => Promise.resolve() };
      await new HttpClient({ baseUrl: "http://x", clock, random: () => 0 }).json({ path: "/x" });
    } finally {
      vi.unstubAllGlobals();
    }
    expect(receivers).toEqual([undefined]);
  });

  it("tells how much of the bytes was sent, from 0 in each attempt to all of them", async () => {
    const { http } = await serve(
      (request, response, count) => {
        request.on("end", () => (count === 1 ? response.writeHead(503).end() : response.end("{}")));
      },
      { streamBytes: true },
    );
    const told: number[] = [];
    const bytes = new Uint8Array(1_000_000);
    await http.json({ method: "POST", path: "/x", bytes, onSent: (count) => told.push(count) });
    const second = told.lastIndexOf(0);
    expect(told[0]).toBe(0);
    expect(second).toBeGreaterThan(0);
    const steps = told.slice(second);
    expect(steps).toEqual(steps.toSorted((a, b) => a - b));
    expect(new Set(steps).size).toBeGreaterThan(3);
    expect(steps.at(-1)).toBe(bytes.length);
  });

  it("hands a fetch of other making the hook that tells how far a body was sent, which keeps the request alive", async () => {
    const pass = holdTime();
    const told: number[] = [];
    const http = heldHttp(async (_, init) => {
      for (let sent = 0; sent < 6; sent++) {
        pass(100);
        init.signal?.throwIfAborted();
        init.onSent?.(sent);
      }
      return new Response("{}");
    });
    await http.json({ method: "POST", path: "/x", bytes: new Uint8Array(9), onSent: (count) => told.push(count) });
    expect(told).toEqual([0, 0, 1, 2, 3, 4, 5, 9]);
  });

  it.each([false, true])("sends bytes with their length, again after a failure (streamed: %s)", async (streamBytes) => {
    const { http, requests } = await serve(
      (request, response, count) => {
        request.on("end", () => (count === 1 ? response.writeHead(503).end() : response.end("{}")));
      },
      { streamBytes },
    );
    await http.json({ method: "POST", path: "/x", bytes: new Uint8Array(100_000) });
    expect(requests.map(({ headers }) => headers["content-length"])).toEqual(["100000", "100000"]);
  });

  it("says that the server is older where it lacks a route, as against what is not there", async () => {
    const { http } = await serve((request, response) => {
      if (request.url === "/api/old") return problem(response, 405, { code: "method_not_allowed" });
      const detail = request.url === "/api/new" ? "no route answers POST /api/new" : "there is no such node";
      problem(response, 404, { code: "not_found", detail });
    });
    const error: unknown = await http
      .json({ method: "POST", path: "/new", json: {} })
      .catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ServerTooOld);
    expect(String(error)).toMatch(/the server at http:.* is older than this client \(it lacks POST \/api\/new\)$/);
    expect(exitCodeOf(error)).toBe(EXIT.server);
    await expect(http.json({ path: "/nodes/x" })).rejects.toMatchObject({ code: "not_found" });
    await expect(http.json({ path: "/old" })).rejects.toBeInstanceOf(ServerTooOld);
  });
});
