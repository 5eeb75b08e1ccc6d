import { createRoute, z } from "@hono/zod-openapi";
import { LedgeError } from "../../../protocol/errors.ts";
import { Id, Sha256Hex } from "../../../protocol/ids.ts";
import { LIMITS } from "../../../protocol/limits.ts";
import { PackReceipt } from "../../../protocol/upload.ts";
import { receiveFrames } from "../../storage/receive-pack.ts";
import { requireFileUpload } from "../../storage/uploads.ts";
import { readBody } from "../body.ts";
import { uploaderOf } from "../member-chunks.ts";
import { requireScope } from "../middleware/authenticate.ts";
import { router } from "../router.ts";

const sendChunk = createRoute({
  method: "put",
  path: "/files/{fileId}/chunks/{chunkId}",
  tags: ["uploads"],
  summary: "Send one chunk of a file, as it is",
  middleware: requireScope("write"),
  request: {
    params: z.object({ fileId: Id, chunkId: Sha256Hex }),
    query: z.object({ upload: Id.optional().describe("Which upload, where the file has several open") }),
    body: {
      required: true,
      content: { "application/octet-stream": { schema: z.string().meta({ format: "binary" }) } },
    },
  },
  responses: { 200: { description: "The chunk is held", content: { "application/json": { schema: PackReceipt } } } },
});

export const chunkRoutes = router().openapi(sendChunk, async (c) => {
  const { fileId, chunkId } = c.req.valid("param");
  const { home, caller } = c.var;
  const now = Date.now();
  const row = await requireFileUpload(home.shard, uploaderOf(home, caller), fileId, c.req.valid("query").upload, now);
  const bytes = await readBody(c.req.raw, LIMITS.chunkMaxBytes);
  if (bytes.length === 0) throw new LedgeError("chunk_size_mismatch", "a chunk has at least one byte");
  return c.json(await receiveFrames(c.env, home.shard, row, [{ id: chunkId, bytes }], now), 200);
});
