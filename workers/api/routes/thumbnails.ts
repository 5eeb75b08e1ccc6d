import { createRoute, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { evaluate, httpDate } from "../../../core/conditional.ts";
import { LedgeError } from "../../../protocol/errors.ts";
import { Id } from "../../../protocol/ids.ts";
import { LIMITS } from "../../../protocol/limits.ts";
import { ThumbnailInfo } from "../../../protocol/thumbnails.ts";
import type { Node } from "../../../protocol/tree.ts";
import { PackKeys } from "../../storage/pack-key.ts";
import { getThumbnail } from "../../storage/thumbnail-objects.ts";
import { readThumbnailOf, readThumbnails, wantAgain, type ThumbnailRow } from "../../storage/thumbnails.ts";
import type { Shard } from "../../storage/shards.ts";
import { findNodes } from "../../storage/tree-reads.ts";
import type { AppContext } from "../context.ts";
import { json, jsonBody } from "../json-response.ts";
import { requireScope } from "../middleware/authenticate.ts";
import { FileParams, nodeIdOf, requireNode, VersionQuery } from "../node-ref.ts";
import { router } from "../router.ts";
import { infoOf, noThumbnail, reasonOf } from "../thumbnail-info.ts";

/** What `GET …/thumbnail` answers, of whatever file. */
export const THUMBNAIL_RESPONSES = {
  200: {
    description: "WebP of at most 512 pixels a side, or a text's first lines",
    content: {
      "image/webp": { schema: z.string().meta({ format: "binary" }) },
      "text/plain": { schema: z.string() },
    },
  },
  304: { description: "The client has it" },
  404: { description: "`not_found`; `no_thumbnail`, with the `reason`" },
};

const thumbnail = createRoute({
  method: "get",
  path: "/files/{fileId}/thumbnail",
  tags: ["files"],
  summary: "A file's thumbnail",
  description:
    "Made after the commit, by what the file's bytes are: of JPEG, PNG, WebP and GIF an image, of text, Markdown and tables " +
    "their first lines. With `version` a browser may keep the answer for ever.",
  middleware: [requireScope("read")] as const,
  request: { params: FileParams, query: z.object({ version: VersionQuery }) },
  responses: THUMBNAIL_RESPONSES,
});

const infos = createRoute({
  method: "post",
  path: "/files/thumbnails",
  tags: ["files"],
  summary: "What is known of the thumbnails of many files",
  description: "In the order asked; what is not here is left out.",
  middleware: [requireScope("read")] as const,
  request: { body: jsonBody(z.object({ ids: z.array(Id).min(1).max(LIMITS.thumbnails) })) },
  responses: { 200: json(z.object({ thumbnails: z.array(ThumbnailInfo) }), "What is known") },
});

export const thumbnailRoutes = router();

thumbnailRoutes.openapi(thumbnail, async (c) => {
  const { shard, spaceId, role } = c.var.home;
  const { version } = c.req.valid("query");
  const { node } = await requireNode(c.var.home, nodeIdOf(c.var.home, c.req.valid("param").fileId));
  return sendThumbnail(c, shard, { spaceId, node, version, isOwner: role === "owner" });
});

thumbnailRoutes.openapi(infos, async (c) => {
  const { home } = c.var;
  const { ids } = c.req.valid("json");
  const nodes = await findNodes(home, ids);
  const rows = await readThumbnails(home.shard, home.spaceId, [...nodes.values()], home.role === "owner");
  const thumbnails = ids.flatMap((id) => {
    const node = nodes.get(id);
    return node ? [infoOf(node, rows.get(node.id) ?? null)] : [];
  });
  return c.json({ thumbnails }, 200);
});

/** A file of which a thumbnail is asked for; who asks may read it. */
interface AskedFile {
  readonly spaceId: string;
  readonly node: Node;
  readonly version: number | undefined;
  /** Whether the space's owner asks. */
  readonly isOwner: boolean;
}

/**
 * A thumbnail as the answer to a GET. One whose object is lost is made again, or may be given again (H5).
 *
 * @throws LedgeError `no_thumbnail`; `not_found` for a version that is not there
 */
export async function sendThumbnail(c: Context<AppContext>, shard: Shard, file: AskedFile): Promise<Response> {
  const { node, version, spaceId, isOwner } = file;
  const found = node.type === "file" ? await readThumbnailOf(shard, spaceId, node.id, version, isOwner) : null;
  if (!found && node.type === "file") throw new LedgeError("not_found", "the file has no such version");
  const row = found?.thumbnail ?? null;
  if (!found || row?.state !== "made" || row.keyId === null)
    throw noThumbnail(reasonOf(node.name, found?.size ?? 0, row));
  const headers = headersOf(row, found.createdAt, version !== undefined);
  const validators = { etag: headers.get("etag") ?? "", lastModified: found.createdAt };
  if (evaluate(c.req.header(), validators) === "not_modified") return new Response(null, { status: 304, headers });
  const bytes = await getThumbnail(c.env.PACKS, new PackKeys(c.env.MASTER_KEYS), row, row.keyId);
  if (!bytes) {
    await wantAgain(shard, row.objectId, Date.now());
    throw noThumbnail(row.reason ?? "pending");
  }
  headers.set("content-length", String(bytes.length));
  return new Response(bytes, { headers });
}

function headersOf({ kind, contentId }: ThumbnailRow, createdAt: number, isFixed: boolean): Headers {
  return new Headers({
    "content-type": kind === "image" ? "image/webp" : "text/plain; charset=utf-8",
    etag: `"thumbnail-${contentId}"`,
    "last-modified": httpDate(createdAt),
    "cache-control": `private, ${isFixed ? "max-age=31536000, immutable" : "no-cache"}, no-transform`,
    // What one account fetched is not for the next one that signs in in the same browser.
    vary: "Cookie, Authorization",
    "x-content-type-options": "nosniff",
    "content-security-policy": "sandbox; default-src 'none'",
    "cross-origin-resource-policy": "same-origin",
  });
}
