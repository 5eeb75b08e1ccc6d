import { createRoute } from "@hono/zod-openapi";
import { z } from "zod";
import { LedgeError } from "../../../protocol/errors.ts";
import { Id } from "../../../protocol/ids.ts";
import { LIMITS } from "../../../protocol/limits.ts";
import { FoldersPage } from "../../../protocol/tree-reads.ts";
import { Millis, Name, Node, NodePage } from "../../../protocol/tree.ts";
import { listFolders } from "../../storage/list-folders.ts";
import { listChildren } from "../../storage/listing.ts";
import { json, jsonBody } from "../json-response.ts";
import { requireScope } from "../middleware/authenticate.ts";
import { nodeIdOf, NodeRef, PageQuery, requireNode, requireNodes } from "../node-ref.ts";
import { router } from "../router.ts";
import { mutate, OperationIdHeader } from "../tree-mutation.ts";

const create = createRoute({
  method: "post",
  path: "/folders",
  tags: ["tree"],
  summary: "Make a folder",
  middleware: requireScope("write"),
  request: {
    headers: OperationIdHeader,
    body: jsonBody(
      z.object({
        parent: NodeRef.default("root"),
        name: Name,
        /** A client-made id for the folder. */
        id: Id.optional(),
        mtime: Millis.optional(),
        /** `reuse` answers the folder that is already there. */
        onConflict: z.enum(["fail", "rename", "reuse"]).default("fail"),
      }),
    ),
  },
  responses: { 201: json(Node, "The folder") },
});

const children = createRoute({
  method: "get",
  path: "/folders/{folderId}/children",
  tags: ["tree"],
  summary: "List a folder, page by page",
  description:
    "Pages of a listing by `type` may be shorter than `limit`: the listing ends where `next` is null. " +
    "A folder in the trash is listed as it was. To go on from a listing to its changes, keep the first page's " +
    "`changesCursor` and ask `GET /sync/changes` from there: of two states of a node that of the higher `seq` holds.",
  middleware: requireScope("read"),
  request: {
    params: z.object({ folderId: NodeRef }),
    query: z.object({
      sort: z.enum(["name", "size", "mtime"]).default("name"),
      order: z.enum(["asc", "desc"]).default("asc"),
      type: z.enum(["file", "folder"]).optional(),
      ...PageQuery,
    }),
  },
  responses: { 200: json(NodePage, "A page of the folder's entries") },
});

const childrenOfMany = createRoute({
  method: "post",
  path: "/folders/children",
  tags: ["tree"],
  summary: "List several folders at once, page by page",
  description:
    "For clients that walk trees: one request for up to 200 folders instead of one a folder. To go on, send `next.folder` " +
    "and those named after it, with `next.cursor`.",
  middleware: requireScope("read"),
  request: {
    body: jsonBody(
      z.object({
        folders: z.array(NodeRef).min(1).max(LIMITS.listedFolders),
        limit: z.int().min(1).max(LIMITS.pageEntries).default(LIMITS.pageEntries),
        cursor: z.string().max(4096).optional().meta({ description: "`next.cursor`, where the first folder goes on" }),
      }),
    ),
  },
  responses: {
    200: json(FoldersPage, "A page of the folders' entries"),
    404: { description: "`not_found`: names the ids in `ids`" },
    409: { description: "`not_a_folder`: names the ids in `ids`" },
  },
});

export const folderRoutes = router()
  .openapi(create, async (c) => {
    const { parent, ...folder } = c.req.valid("json");
    return c.json(await mutate(c, { type: "createFolder", parent: nodeIdOf(c.var.home, parent), ...folder }), 201);
  })
  .openapi(children, async (c) => {
    const { node } = await requireNode(c.var.home, c.req.valid("param").folderId);
    if (node.type !== "folder") throw new LedgeError("not_a_folder");
    const { shard, spaceId } = c.var.home;
    return c.json(await listChildren(shard, spaceId, node.id, c.req.valid("query")), 200);
  })
  .openapi(childrenOfMany, async (c) => {
    const { home } = c.var;
    const { folders, limit, cursor } = c.req.valid("json");
    const nodes = await requireNodes(
      home,
      folders.map((ref) => nodeIdOf(home, ref)),
    );
    const files = nodes.filter(({ type }) => type === "file").map(({ id }) => id);
    if (files.length > 0) throw new LedgeError("not_a_folder", `${files.length} of the ids are files`, { ids: files });
    const ids = nodes.map(({ id }) => id);
    return c.json(await listFolders(home.shard, home.spaceId, { folders: ids, limit, cursor }), 200);
  });
