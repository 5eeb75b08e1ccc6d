import { createRoute, z } from "@hono/zod-openapi";
import { LedgeError } from "../../../protocol/errors.ts";
import { Sha256Hex } from "../../../protocol/ids.ts";
import { LIMITS } from "../../../protocol/limits.ts";
import { chunkFrames, framesLength } from "../../storage/chunk-frames.ts";
import { locateChunks } from "../../storage/contents.ts";
import { PackKeys } from "../../storage/pack-key.ts";
import { frameAnswer } from "../frame-answer.ts";
import { jsonBody } from "../json-response.ts";
import { requireScope } from "../middleware/authenticate.ts";
import { router } from "../router.ts";

const contents = createRoute({
  method: "post",
  path: "/chunks/contents",
  tags: ["files"],
  summary: "Download chunks, also of a file that is still being sent",
  description:
    "The answer is the chunks as frames, one after the other, in the order asked: the chunk's SHA-256 (32 bytes), its " +
    "length (4 bytes, big endian), its bytes. A chunk's bytes are checked before a byte of it is sent. All chunks are " +
    "answered or none is. A failure breaks the transfer off, short of `Content-Length`.",
  middleware: [requireScope("read")] as const,
  request: { body: jsonBody(z.object({ chunks: z.array(Sha256Hex).min(1).max(LIMITS.requestedChunks) })) },
  responses: {
    200: {
      description: "The chunks",
      content: { "application/octet-stream": { schema: z.string().meta({ format: "binary" }) } },
    },
    404: { description: "`not_found`: the caller does not hold the chunks in `ids`" },
    422: { description: "`selection_too_large`: more than 16 MiB" },
  },
});

export const chunkContentsRoutes = router().openapi(contents, async (c) => {
  const { shard } = c.var.home;
  // The caller's own, and nobody else's: a hash alone gives no access (I3).
  const ownerId = c.var.caller.userId;
  const { chunks: ids } = c.req.valid("json");
  const places = await locateChunks(shard, ownerId, ids);
  const absent = [...new Set(ids)].filter((id) => !places.has(id));
  if (absent.length > 0) {
    throw new LedgeError("not_found", `${absent.length} of the chunks are not held`, { ids: absent });
  }
  const chunks = ids.map((id) => ({ id, size: places.get(id)?.size ?? 0 }));
  const bytes = chunks.reduce((sum, { size }) => sum + size, 0);
  if (bytes > LIMITS.contentsBytes) {
    throw new LedgeError("selection_too_large", `the chunks have ${bytes} bytes`, { bytes });
  }
  const source = { shard, ownerId, packs: c.env.PACKS, keys: new PackKeys(c.env.MASTER_KEYS) };
  return frameAnswer(chunkFrames(source, chunks), framesLength({ size: bytes, chunks: chunks.length }));
});
