import { cutAll } from "../../../../client/chunker.ts";
import type { RemoteFile } from "../../../../client/download/fetch-file.ts";
import { nodeHashing } from "../../../../client/ports/node-hashing.ts";
import { contentId, type ChunkRef } from "../../../../protocol/content.ts";
import { ERRORS, type ErrorCode } from "../../../../protocol/errors.ts";
import { newId } from "../../../../protocol/new-id.ts";
import { LIMITS } from "../../../../protocol/limits.ts";
import { decodePack, encodePack, type Frame } from "../../../../protocol/pack-frame.ts";

export function framesOf(bytes: Uint8Array): Frame[] {
  return cutAll(bytes).map((chunk) => ({ id: nodeHashing.sha256(chunk) as string, bytes: chunk }));
}

export function refsOf(bytes: Uint8Array): ChunkRef[] {
  return framesOf(bytes).map(({ id, bytes: { length } }) => ({ id, size: length }));
}

export function problem(code: ErrorCode, extra: object = {}): Response {
  return Response.json({ code, detail: code, ...extra }, { status: ERRORS[code][0] });
}

interface Asked {
  readonly route: string;
  readonly json: Record<string, unknown>;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** Serves and takes chunks as the real server does, by way of a `fetch`. Counts, and fails as it is told to. */
export class FakeHttpServer {
  readonly held = new Map<string, Uint8Array>();
  readonly #files = new Map<string, Uint8Array>();
  /** Uploads that have a row. */
  readonly open = new Set<string>();
  /** Method and path of each request, ids left out. */
  readonly requests: string[] = [];
  /** Bytes of answers that carry files. */
  down = 0;
  /** Answers instead of the server where it answers anything. */
  instead: (asked: Asked) => Promise<Response | null> | Response | null = () => null;
  /** What of a file's or chunks' bytes is sent. */
  send: (body: Uint8Array<ArrayBuffer>, route: string) => BodyInit = (body) => body;

  file(bytes: Uint8Array, executable = false): RemoteFile {
    const node = newId();
    this.#files.set(node, bytes);
    for (const { id, bytes: chunk } of framesOf(bytes)) this.held.set(id, chunk);
    const content = contentId(refsOf(bytes));
    return { node, version: 1, content, size: bytes.length, mtime: 1_600_000_000_123, executable };
  }

  count(route: string): number {
    return this.requests.filter((request) => request === route).length;
  }

  readonly fetch: typeof fetch = async (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input);
    const [, node = ""] = /([0-9a-hjkmnp-tv-z]{26})/.exec(url.pathname) ?? [];
    const route = `${init?.method ?? "GET"} ${url.pathname.replace(node || "\0", "ID").slice("/api".length)}`;
    this.requests.push(route);
    const bytes = new Uint8Array(await new Response(init?.body ?? null).arrayBuffer());
    const isJson = new Headers(init?.headers).get("content-type") === "application/json";
    const json = (isJson ? JSON.parse(new TextDecoder().decode(bytes)) : {}) as Record<string, unknown>;
    const answered = await Promise.race([this.instead({ route, json, bytes }), aborted(init?.signal)]);
    return answered ?? this.#answer(route, node, json, bytes, new Headers(init?.headers).get("range"));
  };

  #answer(
    route: string,
    node: string,
    json: Record<string, unknown>,
    bytes: Uint8Array<ArrayBuffer>,
    range: string | null,
  ): Response {
    switch (route) {
      case "GET /limits":
        return Response.json(LIMITS);
      case "POST /uploads": {
        const chunks = json["chunks"] as ChunkRef[];
        const missing = chunks.map(({ id }) => id).filter((id) => !this.held.has(id));
        if (missing.length > 0) this.open.add(json["id"] as string);
        return Response.json({ upload: json["id"], space: newId(), missing, reserved: 0, expiresAt: 0 });
      }
      case "DELETE /uploads/ID":
        this.open.delete(node);
        return new Response(null, { status: 204 });
      case "POST /commits": {
        for (const upload of (json["closeUploads"] ?? []) as string[]) this.open.delete(upload);
        const results = (json["operations"] as unknown[]).map(() => ({ ok: true, node: { id: newId() } }));
        return Response.json({ space: newId(), seq: 1, cursor: "", replayed: false, results });
      }
      case "POST /chunks":
      case "POST /uploads/ID/packs":
        return this.#take(bytes);
      case "POST /files/contents":
        return this.#contents((json["files"] as { id: string }[]).map(({ id }) => id));
      case "POST /chunks/contents":
        return this.#chunks(json["chunks"] as string[]);
      case "GET /files/ID/manifest": {
        const file = this.#files.get(node)!;
        const chunks = refsOf(file);
        return Response.json({ node, version: 1, content: contentId(chunks), size: file.length, chunks });
      }
      case "GET /files/ID":
        return this.#download(node, range);
      default:
        return problem("not_found");
    }
  }

  #take(pack: Uint8Array<ArrayBuffer>): Response {
    const frames = decodePack(pack);
    if ("code" in frames) return problem(frames.code);
    const stored = frames.filter(({ id }) => !this.held.has(id)).length;
    for (const { id, bytes } of frames) {
      if (nodeHashing.sha256(bytes) !== id) return problem("hash_mismatch");
      this.held.set(id, bytes);
    }
    return Response.json({ accepted: frames.length, stored, storedBytes: pack.length, expiresAt: 0 });
  }

  #contents(ids: readonly string[]): Response {
    const missing = ids.filter((id) => !this.#files.has(id));
    if (missing.length > 0) return problem("not_found", { ids: missing });
    return this.#bytes(encodePack(ids.flatMap((id) => framesOf(this.#files.get(id)!))), "contents");
  }

  #chunks(ids: readonly string[]): Response {
    const missing = ids.filter((id) => !this.held.has(id));
    if (missing.length > 0) return problem("not_found", { ids: missing });
    return this.#bytes(encodePack(ids.map((id) => ({ id, bytes: this.held.get(id)! }))), "chunks");
  }

  #download(node: string, range: string | null): Response {
    const file = this.#files.get(node);
    if (!file) return problem("not_found");
    const [, first = "0", last = String(file.length - 1)] = /^bytes=(\d+)-(\d+)$/.exec(range ?? "") ?? [];
    return this.#bytes(new Uint8Array(file.subarray(Number(first), Number(last) + 1)), "file", range ? 206 : 200);
  }

  #bytes(body: Uint8Array<ArrayBuffer>, route: string, status = 200): Response {
    this.down += body.length;
    return new Response(this.send(body, route), { status });
  }
}

function aborted(signal: AbortSignal | null | undefined): Promise<never> {
  return new Promise((_, reject) => {
    signal?.addEventListener("abort", () => reject(signal.reason as Error), { once: true });
  });
}

/** A body that breaks off after these bytes. */
export function cutOff(bytes: Uint8Array<ArrayBuffer>): ReadableStream<Uint8Array<ArrayBuffer>> {
  let isSent = false;
  return new ReadableStream({
    pull(controller) {
      if (isSent) controller.error(new TypeError("terminated"));
      else controller.enqueue(bytes);
      isSent = true;
    },
  });
}
