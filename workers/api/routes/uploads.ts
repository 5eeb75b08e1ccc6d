import { createRoute, z } from "@hono/zod-openapi";
import { LedgeError } from "../../../protocol/errors.ts";
import { Id } from "../../../protocol/ids.ts";
import { PackReceipt, Upload, UploadRequest } from "../../../protocol/upload.ts";
import { receivePack } from "../../storage/receive-pack.ts";
import { cancelUpload } from "../../storage/close-uploads.ts";
import { missingNow, openUpload, requireUpload, reservedFor, type UploadRow } from "../../storage/uploads.ts";
import { readBody } from "../body.ts";
import { noteChunksOf, uploaderOf } from "../member-chunks.ts";
import { requireScope } from "../middleware/authenticate.ts";
import { packBytes } from "../pack-bytes.ts";
import { router } from "../router.ts";

const params = z.object({ id: Id });
const json = <T extends z.ZodType>(schema: T) => ({ "application/json": { schema } });

const open = createRoute({
  method: "post",
  path: "/uploads",
  tags: ["uploads"],
  summary: "Announce chunks, reserve quota, and learn which to send",
  description:
    "Sending it again with the same `id` and chunks answers the same upload, with what is missing by then. Where nothing " +
    "is missing, nothing is kept: commit; there is no upload to be sent to, shown or closed.",
  middleware: requireScope("write"),
  request: { body: { required: true, content: json(UploadRequest) } },
  responses: { 200: { description: "The upload is open", content: json(Upload) } },
});

const show = createRoute({
  method: "get",
  path: "/uploads/{id}",
  tags: ["uploads"],
  summary: "What an open upload still lacks",
  middleware: requireScope("write"),
  request: { params },
  responses: { 200: { description: "The upload as it is now", content: json(Upload) } },
});

const cancel = createRoute({
  method: "delete",
  path: "/uploads/{id}",
  tags: ["uploads"],
  summary: "Close an upload and release its reservation",
  middleware: requireScope("write"),
  request: { params },
  responses: { 204: { description: "The upload is closed" } },
});

const sendPack = createRoute({
  method: "post",
  path: "/uploads/{id}/packs",
  tags: ["uploads"],
  summary: "Send chunks of an upload, many in one body",
  description:
    "The body is frames, one after the other: the chunk's SHA-256 (32 bytes), its length (4 bytes, big endian), its " +
    "bytes. All are taken or none is. Chunks that are held already are accepted and stored no second time.",
  middleware: requireScope("write"),
  request: {
    params,
    body: {
      required: true,
      content: { "application/octet-stream": { schema: z.string().meta({ format: "binary" }) } },
    },
  },
  responses: { 200: { description: "All chunks of the pack are held", content: json(PackReceipt) } },
});

/** An upload for the wire. */
export function uploadAnswer(row: UploadRow, missing: string[]): Upload {
  const reserved = reservedFor(row, missing);
  return { upload: row.id, space: row.space_id, missing, reserved, expiresAt: row.expires_at };
}

export const uploadRoutes = router()
  .openapi(open, async (c) => {
    const { id, space, chunks, from = [] } = c.req.valid("json");
    const { home, caller } = c.var;
    const { shard, spaceId } = home;
    if (space !== undefined && space !== (home.scope ?? spaceId))
      throw new LedgeError("not_found", "there is no such space");
    const now = Date.now();
    const uploader = uploaderOf(home, caller);
    await noteChunksOf(home, uploader, from, chunks, now);
    const { row, missing } = await openUpload(shard, { ...uploader, spaceId, id, chunks }, now);
    return c.json(uploadAnswer(row, missing), 200);
  })
  .openapi(show, async (c) => {
    const { shard } = c.var.home;
    const now = Date.now();
    const row = await requireUpload(shard, uploaderOf(c.var.home, c.var.caller), c.req.valid("param").id, now);
    return c.json(uploadAnswer(row, await missingNow(shard, row, now)), 200);
  })
  .openapi(cancel, async (c) => {
    const { home, caller } = c.var;
    const row = await requireUpload(home.shard, uploaderOf(home, caller), c.req.valid("param").id, Date.now());
    await cancelUpload(home.shard, row);
    return c.body(null, 204);
  })
  .openapi(sendPack, async (c) => {
    const { shard } = c.var.home;
    const now = Date.now();
    const row = await requireUpload(shard, uploaderOf(c.var.home, c.var.caller), c.req.valid("param").id, now);
    const body = await readBody(c.req.raw, packBytes(c.env));
    return c.json(await receivePack(c.env, shard, row, body, now), 200);
  });
