import { createRoute } from "@hono/zod-openapi";
import { z } from "zod";
import { Id } from "../../../protocol/ids.ts";
import { Name, Node } from "../../../protocol/tree.ts";
import { json, jsonBody } from "../json-response.ts";
import { requireScope } from "../middleware/authenticate.ts";
import { FileParams, nodeIdOf, NodeRef } from "../node-ref.ts";
import { router } from "../router.ts";
import { mutate, OperationIdHeader, purge } from "../tree-mutation.ts";

/** Fail where the folder has an entry of that name, or take the next free `name (2)`. */
const OnConflict = z.enum(["fail", "rename"]).default("fail");

const Destination = z.object({ parent: NodeRef.optional(), name: Name.optional(), onConflict: OnConflict });

const Move = Destination.refine(({ parent, name }) => parent !== undefined || name !== undefined, {
  error: "ask for another parent, another name, or both",
});

const move = createRoute({
  method: "patch",
  path: "/files/{fileId}",
  tags: ["tree"],
  summary: "Move or rename a file or folder",
  middleware: requireScope("write"),
  request: { params: FileParams, headers: OperationIdHeader, body: jsonBody(Move) },
  responses: { 200: json(Node, "The node as it is now") },
});

const copy = createRoute({
  method: "post",
  path: "/files/{fileId}/copy",
  tags: ["tree"],
  summary: "Copy a file, or a folder of at most 1,000 entries; no bytes are moved",
  middleware: requireScope("write"),
  request: {
    params: FileParams,
    headers: OperationIdHeader,
    body: jsonBody(
      z.object({
        parent: NodeRef,
        name: Name.optional(),
        /** A client-made id for the copy. */
        id: Id.optional(),
        onConflict: OnConflict,
      }),
    ),
  },
  responses: { 201: json(Node, "The copy") },
});

const remove = createRoute({
  method: "delete",
  path: "/files/{fileId}",
  tags: ["trash"],
  summary: "Put a file or folder in the trash, or purge it",
  middleware: requireScope("write"),
  request: {
    params: FileParams,
    headers: OperationIdHeader,
    query: z.object({
      permanent: z
        .enum(["true", "false"])
        .default("false")
        .meta({ description: "`true`: purge it, whether it is in the trash or not. Irrevocable." }),
    }),
  },
  responses: { 200: json(Node, "The node as it is now") },
});

const restore = createRoute({
  method: "post",
  path: "/files/{fileId}/restore",
  tags: ["trash"],
  summary: "Take a file or folder out of the trash",
  description: "Back to where it was (to the root, where that folder is gone or in the trash), or where told.",
  middleware: requireScope("write"),
  request: {
    params: FileParams,
    headers: OperationIdHeader,
    body: { ...jsonBody(Destination), required: false },
  },
  responses: { 200: json(Node, "The node as it is now") },
});

export const fileTreeRoutes = router()
  .openapi(move, async (c) => {
    const { home } = c.var;
    const { parent, ...rest } = c.req.valid("json");
    const node = nodeIdOf(home, c.req.valid("param").fileId);
    return c.json(
      await mutate(c, { type: "move", node, ...(parent && { parent: nodeIdOf(home, parent) }), ...rest }),
      200,
    );
  })
  .openapi(copy, async (c) => {
    const { home } = c.var;
    const { parent, ...rest } = c.req.valid("json");
    const node = nodeIdOf(home, c.req.valid("param").fileId);
    return c.json(await mutate(c, { type: "copy", node, parent: nodeIdOf(home, parent), ...rest }), 201);
  })
  .openapi(remove, async (c) => {
    const node = nodeIdOf(c.var.home, c.req.valid("param").fileId);
    const permanent = c.req.valid("query").permanent === "true";
    return c.json(await (permanent ? purge(c, node) : mutate(c, { type: "trash", node })), 200);
  })
  .openapi(restore, async (c) => {
    const { home } = c.var;
    const { parent, onConflict, ...rest } = c.req.valid("json");
    const node = nodeIdOf(home, c.req.valid("param").fileId);
    const to = parent && { parent: nodeIdOf(home, parent) };
    return c.json(await mutate(c, { type: "restore", node, ...to, onConflict, ...rest }), 200);
  });
