import { createRoute, z } from "@hono/zod-openapi";
import { LedgeError } from "../../../protocol/errors.ts";
import { Id, Sha256Hex } from "../../../protocol/ids.ts";
import { LIMITS } from "../../../protocol/limits.ts";
import { chunkFrames, framesLength } from "../../storage/chunk-frames.ts";
import { locateChunks } from "../../storage/contents.ts";
import { isMember } from "../../storage/sent-chunks.ts";
import { PackKeys } from "../../storage/pack-key.ts";
import { frameAnswer } from "../frame-answer.ts";
import { jsonBody } from "../json-response.ts";
import { readableChunks, uploaderOf } from "../member-chunks.ts";
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
  request: {
    body: jsonBody(
      z.object({
        chunks: z.array(Sha256Hex).min(1).max(LIMITS.requestedChunks),
        /** Below `/spaces/{space}`: the files there that the chunks are in. A member reads no others (M6). */
        files: z.array(Id).max(LIMITS.uploadFrom).optional(),
      }),
    ),
  },
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
  const { home, caller } = c.var;
  const { shard, ownerId } = home;
  const { chunks: ids, files = [] } = c.req.valid("json");
  // The owner's own, and of those what a member may read: a hash alone gives no access (I3).
  const uploader = uploaderOf(home, caller);
  const readable = isMember(uploader) ? await readableChunks(home, uploader, files, ids, Date.now()) : null;
  const places = await locateChunks(shard, ownerId, ids);
  const absent = [...new Set(ids)].filter((id) => !places.has(id) || readable?.has(id) === false);
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
