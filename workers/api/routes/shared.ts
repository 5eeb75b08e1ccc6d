import { createRoute } from "@hono/zod-openapi";
import { z } from "zod";
import { LedgeError } from "../../../protocol/errors.ts";
import { Id } from "../../../protocol/ids.ts";
import { SharedLink, SharedLocation, SharedNodes } from "../../../protocol/share.ts";
import { listChildren } from "../../storage/listing.ts";
import { verifyPassword } from "../auth/password.ts";
import { json, jsonBody } from "../json-response.ts";
import { chargeAttempts } from "../middleware/attempt-limits.ts";
import {
  noSuchLink,
  requireDownloadsLeft,
  requireLockedLink,
  requireReached,
  requireShare,
} from "../middleware/guest.ts";
import { refuseOtherOrigins } from "../middleware/own-origin.ts";
import { PageQuery } from "../node-ref.ts";
import { router } from "../router.ts";
import { setUnlocked } from "../share/share-cookies.ts";
import { shareGate } from "../share/share-gate.ts";
import { sharedName, sharedNode } from "../share/shared-node.ts";
import { security, ShareParams, tags } from "./shared-route.ts";

const gone = { description: "`not_found`: there is no such link, it has ended, or what is asked for is not below it" };
const locked = { description: "`password_required`: see `POST /shared/{token}/unlock`" };

const open = createRoute({
  method: "get",
  path: "/shared/{token}",
  tags,
  security,
  summary: "Open a link",
  middleware: [requireShare()] as const,
  request: { params: ShareParams },
  responses: { 200: json(SharedLink, "What the link opens"), 401: locked, 404: gone },
});

const unlock = createRoute({
  method: "post",
  path: "/shared/{token}/unlock",
  tags,
  security,
  summary: "Prove to know a link's password",
  description: "Answers with a cookie that is good for this link, for 12 hours and until the password changes.",
  middleware: [refuseOtherOrigins(), requireLockedLink()] as const,
  request: { params: ShareParams, body: jsonBody(z.object({ password: z.string().min(1).max(128) })) },
  responses: {
    204: { description: "The link opens, also where it has no password" },
    403: { description: "`wrong_password`" },
    404: gone,
    429: { description: "`rate_limited`" },
  },
});

const children = createRoute({
  method: "get",
  path: "/shared/{token}/children",
  tags,
  security,
  summary: "List a shared folder, page by page",
  middleware: [requireShare("see")] as const,
  request: {
    params: ShareParams,
    query: z.object({
      folder: Id.optional().meta({ description: "A folder below the link's; absent: the link's own" }),
      sort: z.enum(["name", "size", "mtime"]).default("name"),
      order: z.enum(["asc", "desc"]).default("asc"),
      ...PageQuery,
    }),
  },
  responses: {
    200: json(SharedNodes, "A page of the folder's entries"),
    401: locked,
    404: gone,
    409: { description: "`not_a_folder`" },
  },
});

const node = createRoute({
  method: "get",
  path: "/shared/{token}/nodes/{nodeId}",
  tags,
  security,
  summary: "Look up a shared file or folder",
  middleware: [requireShare("see")] as const,
  request: { params: ShareParams.extend({ nodeId: Id }) },
  responses: { 200: json(SharedLocation, "The node and where it is below the link"), 401: locked, 404: gone },
});

export const sharedRoutes = router()
  .openapi(open, async (c) => {
    const { share } = c.var;
    const { link, may } = share;
    const { node: root } = await requireReached(share);
    const most = link.max_downloads;
    const counted = shareGate(c.env, link.id).opened(link.id, Date.now());
    // Nobody waits for the count of a link without a cap.
    if (most === null) c.executionCtx.waitUntil(counted.catch((error: unknown) => console.warn("not counted", error)));
    const downloadsLeft = most === null ? null : most - (await counted).downloads;
    if (downloadsLeft !== null && downloadsLeft <= 0) throw noSuchLink();
    return c.json(
      {
        permission: link.permission,
        note: link.note,
        expiresAt: link.expires_at,
        node: may.see ? sharedNode(root) : null,
        name: sharedName(root),
        by: link.owner_name,
        downloadsLeft,
        maxUploadBytes: link.max_upload_bytes,
      },
      200,
    );
  })
  .openapi(unlock, async (c) => {
    const { lockedLink: link } = c.var;
    if (link.password === null) return c.body(null, 204);
    await chargeAttempts(c, "share", link.id);
    const { password } = c.req.valid("json");
    if (!(await verifyPassword({ hash: link.password, password }))) throw new LedgeError("wrong_password");
    await setUnlocked(c, link, Date.now());
    return c.body(null, 204);
  })
  .openapi(children, async (c) => {
    const { share } = c.var;
    const { folder, ...page } = c.req.valid("query");
    await requireDownloadsLeft(c);
    const { node: parent } = await requireReached(share, folder);
    if (parent.type !== "folder") throw new LedgeError("not_a_folder");
    const { nodes, next } = await listChildren(share.shard, share.link.space_id, parent.id, page);
    return c.json({ nodes: nodes.map(sharedNode), next }, 200);
  })
  .openapi(node, async (c) => {
    await requireDownloadsLeft(c);
    const { node: found, ancestors } = await requireReached(c.var.share, c.req.valid("param").nodeId);
    return c.json(
      { node: sharedNode(found), ancestors: ancestors.map((above) => ({ id: above.id, name: sharedName(above) })) },
      200,
    );
  });
