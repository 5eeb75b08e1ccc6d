import { createRoute } from "@hono/zod-openapi";
import type { Context, MiddlewareHandler } from "hono";
import { z } from "zod";
import { nameProblem } from "../../../core/names.ts";
import { LedgeError } from "../../../protocol/errors.ts";
import { newId } from "../../../protocol/new-id.ts";
import {
  Drop,
  DropAnnouncement,
  DropCommit,
  DropMissing,
  DropReceipt,
  DropRequest,
  DropResults,
} from "../../../protocol/share.ts";
import type { Node } from "../../../protocol/tree.ts";
import { addDrop, findDrop, type DropRow } from "../../storage/drops.ts";
import { readBody } from "../body.ts";
import type { AppContext } from "../context.ts";
import { json, jsonBody } from "../json-response.ts";
import { chargeAttempts } from "../middleware/attempt-limits.ts";
import { requireReached, requireShare } from "../middleware/guest.ts";
import { refuseOtherOrigins } from "../middleware/own-origin.ts";
import { packBytes } from "../pack-bytes.ts";
import { router } from "../router.ts";
import { commitDrop } from "../share/commit-drop.ts";
import { dropIdIn, dropToken } from "../share/drop-token.ts";
import { missingOfDrop, receiveDropPack } from "../share/receive-drop.ts";
import { shareGate } from "../share/share-gate.ts";
import { tellReceived } from "../share/tell-received.ts";
import { security, ShareParams, tags } from "./shared-route.ts";

const middleware: [MiddlewareHandler, MiddlewareHandler<AppContext>] = [refuseOtherOrigins(), requireShare("send")];
const params = ShareParams.extend({
  drop: z.string().meta({ description: "What `POST /shared/{token}/drops` answered" }),
});
const errors = {
  401: { description: "`password_required`" },
  404: { description: "`not_found`: the link has ended, or takes no files; `upload_not_found`: there is no such drop" },
};

const begin = createRoute({
  method: "post",
  path: "/shared/{token}/drops",
  tags,
  security,
  summary: "Begin to send files by a link",
  description: "Nobody is shown what was sent, the guest included. Keep `drop`: whoever has it can go on.",
  middleware,
  request: { params: ShareParams, body: jsonBody(DropRequest) },
  responses: { 201: json(Drop, "The drop"), ...errors, 422: { description: "`invalid_name`" } },
});

const announce = createRoute({
  method: "post",
  path: "/shared/{token}/drops/{drop}/uploads",
  tags,
  security,
  summary: "Announce chunks, and learn which are still to be sent",
  middleware,
  request: { params, body: jsonBody(DropAnnouncement) },
  responses: {
    200: json(DropMissing, "What this drop has not sent yet"),
    ...errors,
    413: { description: "`over_quota`, `link_full`" },
  },
});

const sendPack = createRoute({
  method: "post",
  path: "/shared/{token}/drops/{drop}/packs",
  tags,
  security,
  summary: "Send chunks of a drop, many in one body",
  description: "The body is a pack, as `POST /uploads/{id}/packs` takes it. All chunks are taken or none is.",
  middleware,
  request: {
    params,
    body: {
      required: true,
      content: { "application/octet-stream": { schema: z.string().meta({ format: "binary" }) } },
    },
  },
  responses: {
    200: json(DropReceipt, "All chunks of the pack are held"),
    ...errors,
    413: { description: "`over_quota`, `link_full`" },
  },
});

const finish = createRoute({
  method: "post",
  path: "/shared/{token}/drops/{drop}/commit",
  tags,
  security,
  summary: "Make files of the chunks that were sent",
  description: "They land in a folder with the guest's name. No file is replaced: a name that is taken is numbered.",
  middleware,
  request: { params, body: jsonBody(DropCommit) },
  responses: { 200: json(DropResults, "One result for each file, in order"), ...errors },
});

export const dropRoutes = router()
  .openapi(begin, async (c) => {
    await chargeAttempts(c, "drop");
    const { guest } = c.req.valid("json");
    const problem = nameProblem(guest);
    if (problem !== null) throw new LedgeError("invalid_name", problem);
    const { share } = c.var;
    await requireReached(share);
    const now = Date.now();
    const { id: link_id, owner_id } = share.link;
    const row = await addDrop(share.shard, { id: newId(now), link_id, owner_id, folder_id: newId(now), guest }, now);
    const drop = await dropToken(c.env.AUTH_SECRET, link_id, row.id);
    return c.json({ drop, expiresAt: row.expires_at }, 201);
  })
  .openapi(announce, async (c) => {
    const now = Date.now();
    const { drop } = await requireDrop(c, c.req.valid("param").drop, now);
    const missing = await missingOfDrop(c.env, c.var.share, drop, c.req.valid("json").chunks, now);
    return c.json({ missing, expiresAt: drop.expires_at }, 200);
  })
  .openapi(sendPack, async (c) => {
    const now = Date.now();
    const { drop } = await requireDrop(c, c.req.valid("param").drop, now);
    const body = await readBody(c.req.raw, packBytes(c.env));
    const accepted = await receiveDropPack(c.env, c.var.share, drop, body, now);
    return c.json({ accepted, expiresAt: drop.expires_at }, 200);
  })
  .openapi(finish, async (c) => {
    const now = Date.now();
    const { drop, folder } = await requireDrop(c, c.req.valid("param").drop, now);
    await chargeAttempts(c, "drop");
    const { made, results } = await commitDrop(c.env, c.var.share, drop, c.req.valid("json"), now);
    const { id } = c.var.share.link;
    if (made.length > 0) {
      tellReceived(c, { drop, folder, names: made }, now);
      await shareGate(c.env, id).dropped(id, made.length, now);
    }
    return c.json({ results }, 200);
  });

/**
 * The link's drop that a guest goes on with, and the link's folder. It is there: what was lost to the trash takes nothing
 * any more.
 *
 * @throws LedgeError `upload_not_found`, `not_found`
 */
async function requireDrop(
  c: Context<AppContext>,
  said: string,
  now: number,
): Promise<{ drop: DropRow; folder: Node }> {
  const { share } = c.var;
  const id = await dropIdIn(c.env.AUTH_SECRET, share.link.id, said);
  const drop = id === null ? null : await findDrop(share.shard, share.link.id, id, now);
  if (!drop) throw new LedgeError("upload_not_found");
  const { node: folder } = await requireReached(share);
  return { drop, folder };
}
