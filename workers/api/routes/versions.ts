import { createRoute } from "@hono/zod-openapi";
import { z } from "zod";
import { LedgeError } from "../../../protocol/errors.ts";
import { FileManifest } from "../../../protocol/tree-reads.ts";
import { Node, VersionPage } from "../../../protocol/tree.ts";
import { listVersions } from "../../storage/listing.ts";
import { readManifest } from "../../storage/manifests.ts";
import type { Home } from "../context.ts";
import { json } from "../json-response.ts";
import { requireScope } from "../middleware/authenticate.ts";
import { FileParams, nodeIdOf, PageQuery, requireNode, VersionNumber } from "../node-ref.ts";
import { router } from "../router.ts";
import { mutate, OperationIdHeader } from "../tree-mutation.ts";

const list = createRoute({
  method: "get",
  path: "/files/{fileId}/versions",
  tags: ["versions"],
  summary: "List a file's versions, newest first",
  middleware: requireScope("read"),
  request: { params: FileParams, query: z.object(PageQuery) },
  responses: { 200: json(VersionPage, "A page of versions") },
});

const restore = createRoute({
  method: "post",
  path: "/files/{fileId}/versions/{version}/restore",
  tags: ["versions"],
  summary: "Make an older version the newest again",
  description: "Adds a version with the older one's content; nothing is lost.",
  middleware: requireScope("write"),
  request: {
    params: FileParams.extend({ version: VersionNumber }),
    headers: OperationIdHeader,
    query: z.object({
      baseVersion: VersionNumber.optional().meta({
        description: "Fail with `stale_base` where this is not the newest",
      }),
    }),
  },
  responses: { 200: json(Node, "The file as it is now") },
});

const manifest = createRoute({
  method: "get",
  path: "/files/{fileId}/manifest",
  tags: ["versions"],
  summary: "The chunks that a version is made of, in order",
  middleware: requireScope("read"),
  request: {
    params: FileParams,
    query: z.object({ version: VersionNumber.optional().meta({ description: "Absent: the newest" }) }),
  },
  responses: { 200: json(FileManifest, "The version's chunk list") },
});

export const versionRoutes = router()
  .openapi(list, async (c) => {
    const node = await requireFile(c.var.home, c.req.valid("param").fileId);
    const { shard, spaceId } = c.var.home;
    return c.json(await listVersions(shard, spaceId, node.id, c.req.valid("query")), 200);
  })
  .openapi(restore, async (c) => {
    const { fileId, version } = c.req.valid("param");
    const { baseVersion } = c.req.valid("query");
    const operation = { type: "restoreVersion" as const, node: nodeIdOf(c.var.home, fileId), version };
    return c.json(await mutate(c, { ...operation, ...(baseVersion !== undefined && { baseVersion }) }), 200);
  })
  .openapi(manifest, async (c) => {
    const node = await requireFile(c.var.home, c.req.valid("param").fileId);
    const { shard, spaceId } = c.var.home;
    const found = await readManifest(shard, spaceId, node.id, c.req.valid("query").version ?? node.version);
    if (!found) throw new LedgeError("not_found", "the file has no such version");
    return c.json(found, 200);
  });

async function requireFile(home: Home, ref: string): Promise<Node> {
  const { node } = await requireNode(home, ref);
  if (node.type !== "file") throw new LedgeError("not_a_file");
  return node;
}
