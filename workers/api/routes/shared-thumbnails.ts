import { createRoute } from "@hono/zod-openapi";
import { z } from "zod";
import { LedgeError } from "../../../protocol/errors.ts";
import { Id } from "../../../protocol/ids.ts";
import { LIMITS } from "../../../protocol/limits.ts";
import { ThumbnailInfo } from "../../../protocol/thumbnails.ts";
import { reachShared } from "../../storage/shared-reads.ts";
import { readThumbnails } from "../../storage/thumbnails.ts";
import { json, jsonBody } from "../json-response.ts";
import { requireDownloadsLeft, requireReached, requireShare } from "../middleware/guest.ts";
import { VersionQuery } from "../node-ref.ts";
import { router } from "../router.ts";
import { sharedNode } from "../share/shared-node.ts";
import { infoOf, noThumbnail, untoldInfo } from "../thumbnail-info.ts";
import { security, ShareParams, tags } from "./shared-route.ts";
import { sendThumbnail, THUMBNAIL_RESPONSES } from "./thumbnails.ts";

const locked = { description: "`password_required`" };

const thumbnail = createRoute({
  method: "get",
  path: "/shared/{token}/files/{fileId}/thumbnail",
  tags,
  security,
  summary: "A shared file's thumbnail",
  description: "As `GET /files/{fileId}/thumbnail`. Where the link has a cap there are none: to show is to download.",
  middleware: [requireShare("see")] as const,
  request: {
    params: ShareParams.extend({ fileId: Id }),
    query: z.object({
      version: VersionQuery.meta({
        description: "The newest version's number: such an address may be kept. Others are `not_found`.",
      }),
    }),
  },
  responses: { ...THUMBNAIL_RESPONSES, 401: locked },
});

const infos = createRoute({
  method: "post",
  path: "/shared/{token}/thumbnails",
  tags,
  security,
  summary: "What is known of the thumbnails of many shared files",
  description:
    "As `POST /files/thumbnails`, in the order asked; what the link does not reach is left out. Where the link has a cap " +
    "nothing is told of any: to show is to download.",
  middleware: [requireShare("see")] as const,
  request: { params: ShareParams, body: jsonBody(z.object({ ids: z.array(Id).min(1).max(LIMITS.thumbnails) })) },
  responses: {
    200: json(z.object({ thumbnails: z.array(ThumbnailInfo) }), "What is known"),
    401: locked,
    404: { description: "`not_found`: there is no such link, or it has ended" },
  },
});

export const sharedThumbnailRoutes = router();

sharedThumbnailRoutes.openapi(thumbnail, async (c) => {
  const { share } = c.var;
  const { link, shard } = share;
  const { version } = c.req.valid("query");
  await requireDownloadsLeft(c);
  const { node } = await requireReached(share, c.req.valid("param").fileId);
  if (version !== undefined && version !== node.version) throw new LedgeError("not_found", "only the newest is shared");
  if (link.max_downloads !== null) throw noThumbnail("counted");
  return sendThumbnail(c, shard, { spaceId: link.space_id, node, version, isOwner: false });
});

sharedThumbnailRoutes.openapi(infos, async (c) => {
  const { link, shard } = c.var.share;
  const { ids } = c.req.valid("json");
  await requireDownloadsLeft(c);
  const reached = await reachShared(shard, link.space_id, link.node_id, ids);
  const nodes = ids.flatMap((id) => reached.get(id)?.node ?? []);
  if (link.max_downloads !== null) return c.json({ thumbnails: nodes.map((node) => untoldInfo(node, "counted")) }, 200);
  const rows = await readThumbnails(shard, link.space_id, nodes, false);
  const thumbnails = nodes.map((node) => infoOf(sharedNode(node), rows.get(node.id) ?? null));
  return c.json({ thumbnails }, 200);
});
