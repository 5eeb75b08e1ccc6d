import { createRoute } from "@hono/zod-openapi";
import { z } from "zod";
import { NotificationPage } from "../../../protocol/activity.ts";
import { Id } from "../../../protocol/ids.ts";
import { LIMITS } from "../../../protocol/limits.ts";
import { listNotifications, MOST_UNREAD, readNotifications } from "../../storage/notification-reads.ts";
import { json, jsonBody } from "../json-response.ts";
import { requireScope } from "../middleware/authenticate.ts";
import { PageQuery } from "../node-ref.ts";
import { router } from "../router.ts";
import { notify } from "../user-sync.ts";

const tags = ["notifications"];

const list = createRoute({
  method: "get",
  path: "/notifications",
  tags,
  summary: "What the account is told of, newest first",
  description: `Kept for 90 days. \`unread\` counts those of all pages, up to ${MOST_UNREAD}. Sockets hear of new ones by a \`notice\`.`,
  middleware: requireScope("read"),
  request: { query: z.object(PageQuery) },
  responses: { 200: json(NotificationPage, "A page of notifications") },
});

const read = createRoute({
  method: "post",
  path: "/notifications/read",
  tags,
  summary: "Mark notifications as read",
  middleware: requireScope("write"),
  request: {
    body: jsonBody(
      z.object({ ids: z.array(Id).max(LIMITS.pageEntries).optional().meta({ description: "Absent: all" }) }),
    ),
  },
  responses: { 204: { description: "They are read, now or before; what is none of the account's is passed over" } },
});

export const notificationRoutes = router()
  .openapi(list, async (c) =>
    c.json(await listNotifications(c.env.DIRECTORY, c.var.caller.userId, c.req.valid("query")), 200),
  )
  .openapi(read, async (c) => {
    const { ids = null } = c.req.valid("json");
    const changed = await readNotifications(c.env.DIRECTORY, c.var.caller.userId, ids, Date.now());
    if (changed > 0) notify(c, "notifications");
    return c.body(null, 204);
  });
