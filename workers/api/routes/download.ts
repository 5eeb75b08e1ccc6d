import { createRoute, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { evaluate, httpDate, rangeAllowed } from "../../../core/conditional.ts";
import { contentDisposition } from "../../../core/content-disposition.ts";
import { contentRange, frameParts, parseRange, type ByteRange, type MultipartFrame } from "../../../core/http-range.ts";
import { mediaType, safeInline } from "../../../core/media-type.ts";
import { LedgeError } from "../../../protocol/errors.ts";
import { LIMITS } from "../../../protocol/limits.ts";
import { fromHex, toHex } from "../../../protocol/pack-frame.ts";
import { readChunks, wantedChunks, type ChunkSource } from "../../storage/content-stream.ts";
import { readContent, type FileContent } from "../../storage/contents.ts";
import { PackKeys } from "../../storage/pack-key.ts";
import { findNode } from "../../storage/tree-reads.ts";
import { bodyOfLength, firstMade } from "../byte-body.ts";
import type { AppContext } from "../context.ts";
import { requireScope } from "../middleware/authenticate.ts";
import { FileParams, nodeIdOf, VersionQuery } from "../node-ref.ts";
import { problem } from "../problem.ts";
import { router } from "../router.ts";

const FILE_CONTENT = { "application/octet-stream": { schema: z.string().meta({ format: "binary" }) } };

const downloadFile = createRoute({
  method: "get",
  path: "/files/{fileId}",
  tags: ["files"],
  summary: "Download a file, or parts of it",
  description:
    "Answers conditions (`If-Match`, `If-None-Match`, `If-Modified-Since`, `If-Unmodified-Since`) and ranges " +
    "(`Range`, `If-Range`) as RFC 9110 says. `ETag` is the content id in quotes. HEAD answers the same without a body. " +
    "With `version` a browser may keep the answer for ever: a version's bytes never change.",
  middleware: [requireScope("read")] as const,
  request: {
    params: FileParams,
    query: z.object({
      version: VersionQuery,
      disposition: z
        .enum(["attachment", "inline"])
        .default("attachment")
        .meta({ description: "`inline` is followed only for types that a browser shows without running anything." }),
    }),
  },
  responses: {
    200: { description: "The whole file", content: FILE_CONTENT },
    206: { description: "One range, or several as multipart/byteranges", content: FILE_CONTENT },
    304: { description: "The client has this content" },
    404: { description: "`not_found`" },
    409: { description: "`not_a_file`: folders are downloaded from /zip" },
    412: { description: "`precondition_failed`" },
    416: { description: "`range_not_satisfiable`" },
  },
});

export const downloadRoutes = router();

downloadRoutes.openapi(downloadFile, async (c) => {
  const { shard, spaceId } = c.var.home;
  const fileId = nodeIdOf(c.var.home, c.req.valid("param").fileId);
  const { version, disposition } = c.req.valid("query");
  const [found, content] = await Promise.all([
    findNode(c.var.home, fileId),
    readContent(shard, spaceId, fileId, version),
  ]);
  if (!found) throw new LedgeError("not_found");
  if (found.node.type === "folder") {
    throw new LedgeError("not_a_file", `a folder is downloaded from /api/zip?id=${fileId}`);
  }
  if (!content) throw new LedgeError("not_found", "the file has no such version");
  const source = { shard, ownerId: content.ownerId, packs: c.env.PACKS, keys: new PackKeys(c.env.MASTER_KEYS) };
  return sendContent(c, source, content, { disposition, isFixed: version !== undefined });
});

// Hono answers HEAD by GET's handler; what is registered here only describes it, so it takes no middleware along.
const { middleware: _middleware, ...described } = downloadFile;
downloadRoutes.openAPIRegistry.registerPath({ ...described, method: "head", summary: "A file's headers" });

/** How a content is served. */
interface Serving {
  readonly disposition: "attachment" | "inline";
  /** Whether the address names a version, whose bytes never change. */
  readonly isFixed: boolean;
  /** Called before bytes are read, with the ranges that will be sent; what it throws is the answer. */
  readonly beforeBytes?: (ranges: readonly ByteRange[]) => Promise<void>;
  /** Hands the pieces of the body on, and sees how far they are taken. */
  readonly meter?: (pieces: AsyncGenerator<Uint8Array>) => AsyncGenerator<Uint8Array>;
}

/**
 * A content as the answer to a GET or HEAD: conditions first, then ranges (RFC 9110, section 13.2.2).
 *
 * @throws LedgeError `precondition_failed`; `content_damaged` where the first chunk is.
 */
export async function sendContent(
  c: Context<AppContext>,
  source: ChunkSource,
  content: FileContent,
  serving: Serving,
): Promise<Response> {
  const file = { etag: `"${content.contentId}"`, lastModified: content.createdAt };
  const condition = evaluate(c.req.header(), file);
  if (condition === "failed") throw new LedgeError("precondition_failed");
  const headers = fileHeaders(content, serving);
  if (condition === "not_modified") return new Response(null, { status: 304, headers });
  // RFC 9110 defines Range for GET alone; HEAD answers what a GET without it would.
  const isHead = c.req.method === "HEAD";
  const usesRange = !isHead && rangeAllowed(c.req.header("if-range"), file, Date.now());
  const range = parseRange(usesRange ? c.req.header("range") : undefined, content.size, LIMITS.rangeParts);
  if (range.kind === "unsatisfiable") return unsatisfiable(c, content);
  if (isHead) return sendHead(headers, content.size);
  if (range.kind === "whole") {
    const whole = { start: 0, end: content.size };
    await serving.beforeBytes?.([whole]);
    return sendRange(source, content, whole, headers, serving);
  }
  await serving.beforeBytes?.(range.ranges);
  const [first, ...others] = range.ranges;
  if (others.length > 0) return sendParts(source, content, range.ranges, headers, serving);
  headers.set("content-range", contentRange(first, content.size));
  return sendRange(source, content, first, headers, serving);
}

function fileHeaders(content: FileContent, { disposition, isFixed }: Serving): Headers {
  const type = mediaType(content.name);
  const headers = new Headers({
    "content-type": type,
    "content-disposition": contentDisposition(safeInline(type) ? disposition : "attachment", content.name),
    etag: `"${content.contentId}"`,
    "last-modified": httpDate(content.createdAt),
    "accept-ranges": "bytes",
    // no-transform: an edge that compressed on the way would weaken the ETag and drop Content-Length.
    "cache-control": `private, ${isFixed ? "max-age=31536000, immutable" : "no-cache"}, no-transform`,
    // What one account fetched is not for the next one that signs in in the same browser.
    vary: "Cookie, Authorization",
    "x-content-type-options": "nosniff",
    "content-security-policy": "sandbox; default-src 'none'",
    "cross-origin-resource-policy": "same-origin",
  });
  const digest = content.digest;
  if (digest !== null) headers.set("repr-digest", `sha-256=:${btoa(String.fromCharCode(...fromHex(digest)))}:`);
  return headers;
}

function sendHead(headers: Headers, size: number): Response {
  headers.set("content-length", String(size));
  return new Response(null, { headers });
}

async function sendRange(
  source: ChunkSource,
  content: FileContent,
  range: ByteRange,
  headers: Headers,
  { meter }: Serving,
): Promise<Response> {
  const status = headers.has("content-range") ? 206 : 200;
  const length = range.end - range.start;
  headers.set("content-length", String(length));
  if (length === 0) return new Response(new Uint8Array(0), { status, headers });
  const pieces = await firstMade(readChunks(source, wantedChunks(content.manifest, range.start, range.end)));
  return new Response(bodyOfLength(meter?.(pieces) ?? pieces, length), { status, headers });
}

async function sendParts(
  source: ChunkSource,
  content: FileContent,
  ranges: readonly ByteRange[],
  headers: Headers,
  { meter }: Serving,
): Promise<Response> {
  const boundary = toHex(crypto.getRandomValues(new Uint8Array(16)));
  const frame = frameParts(ranges, content.size, headers.get("content-type") ?? "", boundary);
  headers.set("content-type", `multipart/byteranges; boundary=${boundary}`);
  headers.set("content-length", String(frame.length));
  const pieces = await firstMade(readParts(source, content, ranges, frame));
  return new Response(bodyOfLength(meter?.(pieces) ?? pieces, frame.length), { status: 206, headers });
}

async function* readParts(
  source: ChunkSource,
  content: FileContent,
  ranges: readonly ByteRange[],
  frame: MultipartFrame,
): AsyncGenerator<Uint8Array, void, void> {
  const ascii = new TextEncoder();
  for (const [i, { start, end }] of ranges.entries()) {
    const part = await firstMade(readChunks(source, wantedChunks(content.manifest, start, end)));
    yield ascii.encode(frame.heads[i]);
    yield* part;
  }
  yield ascii.encode(frame.tail);
}

function unsatisfiable(c: Context<AppContext>, content: FileContent): Response {
  const answer = problem(c, new LedgeError("range_not_satisfiable", `the file has ${content.size} bytes`));
  answer.headers.set("content-range", `bytes */${content.size}`);
  return answer;
}
