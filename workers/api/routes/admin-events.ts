import { createRoute, z } from "@hono/zod-openapi";
import { AdminAction, AdminEvents } from "../../../protocol/admin.ts";
import { Id } from "../../../protocol/ids.ts";
import { listAdminEvents } from "../../storage/admin-events.ts";
import { decodePagePosition, encodePagePosition } from "../../storage/page-position.ts";
import { json } from "../json-response.ts";
import { requireAdministrator } from "../middleware/authenticate.ts";
import { PageQuery } from "../node-ref.ts";
import { router } from "../router.ts";

const time = z.coerce.number().int().min(0).max(8.64e15);

const list = createRoute({
  method: "get",
  path: "/admin/events",
  tags: ["administration"],
  summary: "What administrators did, newest first",
  description: "Kept for a year. For the administrator only.",
  middleware: requireAdministrator(),
  request: {
    query: z.object({
      action: AdminAction.optional(),
      account: Id.optional().meta({ description: "Who did it, or whom it was done to" }),
      from: time.optional().meta({ description: "Milliseconds since 1970, included" }),
      until: time.optional().meta({ description: "Milliseconds since 1970, not included" }),
      ...PageQuery,
    }),
  },
  responses: { 200: json(AdminEvents, "A page of records") },
});

const Position = z.tuple([z.literal("adminEvents"), Id]);

/** What administrators did (R5). */
export const adminEventRoutes = router().openapi(list, async (c) => {
  const { limit, cursor, ...filter } = c.req.valid("query");
  const before = cursor === undefined ? "~" : decodePagePosition(Position, cursor)[1];
  const rows = await listAdminEvents(c.env.DIRECTORY, { ...filter, before, limit: limit + 1 });
  const events = rows.slice(0, limit);
  const last = rows.length > limit ? events.at(-1) : undefined;
  const next = last ? encodePagePosition<z.infer<typeof Position>>(["adminEvents", last.id]) : null;
  return c.json({ events, next }, 200);
});
