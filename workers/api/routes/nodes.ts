import { createRoute } from "@hono/zod-openapi";
import { z } from "zod";
import { LedgeError } from "../../../protocol/errors.ts";
import { LIMITS } from "../../../protocol/limits.ts";
import { FoundNode } from "../../../protocol/tree-reads.ts";
import { findByPath, locateNodeNow } from "../../storage/tree-reads.ts";
import { json } from "../json-response.ts";
import { requireScope } from "../middleware/authenticate.ts";
import { nodeIdOf, NodeRef } from "../node-ref.ts";
import { router } from "../router.ts";

const byId = createRoute({
  method: "get",
  path: "/nodes/{nodeId}",
  tags: ["tree"],
  summary: "Look up a file or folder by id",
  description: "Finds what is in the trash, too: see `reach`.",
  middleware: requireScope("read"),
  request: { params: z.object({ nodeId: NodeRef }) },
  responses: { 200: json(FoundNode, "The node and where it is") },
});

const byPath = createRoute({
  method: "get",
  path: "/nodes",
  tags: ["tree"],
  summary: "Look up a file or folder by path",
  description: "Names are compared as the server keeps them unique: by normal form and without regard to case.",
  middleware: requireScope("read"),
  request: {
    query: z.object({ path: z.string().max(LIMITS.pathLength).meta({ example: "/Photos/2026/beach.jpg" }) }),
  },
  responses: { 200: json(FoundNode, "The node and where it is") },
});

export const nodeRoutes = router()
  .openapi(byId, async (c) => {
    const { home } = c.var;
    const found = await locateNodeNow(home, nodeIdOf(home, c.req.valid("param").nodeId));
    if (!found) throw new LedgeError("not_found");
    return c.json(found, 200);
  })
  .openapi(byPath, async (c) => {
    const found = await findByPath(c.var.home, c.req.valid("query").path);
    if (!found) throw new LedgeError("not_found");
    return c.json(found, 200);
  });
