import { createRoute } from "@hono/zod-openapi";
import { z } from "zod";
import { LedgeError } from "../../../protocol/errors.ts";
import { LIMITS } from "../../../protocol/limits.ts";
import { FolderSummary } from "../../../protocol/usage.ts";
import { folderSummary } from "../../storage/folder-summary.ts";
import { json } from "../json-response.ts";
import { requireScope } from "../middleware/authenticate.ts";
import { NodeRef, requireNode } from "../node-ref.ts";
import { router } from "../router.ts";

const summary = createRoute({
  method: "get",
  path: "/folders/{folderId}/summary",
  tags: ["tree"],
  summary: "How many files and folders are in a folder, and how many bytes",
  description: `Counts ${LIMITS.summaryEntries.toLocaleString("en")} entries at most: see \`complete\`.`,
  middleware: requireScope("read"),
  request: { params: z.object({ folderId: NodeRef }) },
  responses: { 200: json(FolderSummary, "Of all that is live below it") },
});

export const folderSummaryRoutes = router().openapi(summary, async (c) => {
  const { home } = c.var;
  const { node } = await requireNode(home, c.req.valid("param").folderId);
  if (node.type !== "folder") throw new LedgeError("not_a_folder");
  return c.json(await folderSummary(home.shard, home.spaceId, node.id), 200);
});
