import { createRoute } from "@hono/zod-openapi";
import { z } from "zod";
import { LedgeError } from "../../../protocol/errors.ts";
import { FileStorage } from "../../../protocol/usage.ts";
import { fileStorage } from "../../storage/file-storage.ts";
import { json } from "../json-response.ts";
import { requireScope } from "../middleware/authenticate.ts";
import { FileParams, requireNode, VersionQuery } from "../node-ref.ts";
import { router } from "../router.ts";

const storage = createRoute({
  method: "get",
  path: "/files/{fileId}/storage",
  tags: ["files"],
  summary: "What a version of a file takes, by itself and shared",
  description: "Costs a row for each of its chunks.",
  middleware: requireScope("read"),
  request: { params: FileParams, query: z.object({ version: VersionQuery }) },
  responses: { 200: json(FileStorage, "Bytes, of plaintext and in R2") },
});

export const storageRoutes = router().openapi(storage, async (c) => {
  const { home } = c.var;
  const { node } = await requireNode(home, c.req.valid("param").fileId);
  if (node.type === "folder") throw new LedgeError("not_a_file");
  const { version = node.version } = c.req.valid("query");
  const found = await fileStorage(home.shard, home.spaceId, node.id, version);
  if (!found) throw new LedgeError("not_found", "the file has no such version");
  return c.json(found, 200);
});
