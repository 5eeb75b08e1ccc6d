import { createRoute, z } from "@hono/zod-openapi";
import { PackReceipt } from "../../../protocol/upload.ts";
import { receiveChunksFrom } from "../../storage/receive-chunks.ts";
import { readBody } from "../body.ts";
import { uploaderOf } from "../member-chunks.ts";
import { requireScope } from "../middleware/authenticate.ts";
import { packBytes } from "../pack-bytes.ts";
import { router } from "../router.ts";

const sendChunks = createRoute({
  method: "post",
  path: "/chunks",
  tags: ["uploads"],
  summary: "Send chunks without announcing them",
  description:
    "The body is a pack, as `POST /uploads/{id}/packs` takes it. One request instead of two, for small edits: nothing " +
    "is reserved or kept open, and what the account holds already travels for nothing. Commit before `expiresAt`.",
  middleware: requireScope("write"),
  request: {
    body: {
      required: true,
      content: { "application/octet-stream": { schema: z.string().meta({ format: "binary" }) } },
    },
  },
  responses: {
    200: {
      description: "All chunks of the pack are held",
      content: { "application/json": { schema: PackReceipt } },
    },
    413: { description: "`over_quota`: nothing was stored" },
  },
});

export const chunkPackRoutes = router().openapi(sendChunks, async (c) => {
  const body = await readBody(c.req.raw, packBytes(c.env));
  const { home, caller } = c.var;
  return c.json(await receiveChunksFrom(c.env, home.shard, uploaderOf(home, caller), body, Date.now()), 200);
});
