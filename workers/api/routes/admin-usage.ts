import { createRoute, z } from "@hono/zod-openapi";
import { ServerUsage } from "../../../protocol/admin.ts";
import { readServerUsage } from "../../storage/usage-days.ts";
import { json } from "../json-response.ts";
import { requireAdministrator } from "../middleware/authenticate.ts";
import { router } from "../router.ts";

const show = createRoute({
  method: "get",
  path: "/admin/usage",
  tags: ["administration"],
  summary: "What the server holds, by shard and by day",
  description: "Files are counted once a day (UTC), the rest is as it is now. For the administrator only.",
  middleware: requireAdministrator(),
  request: { query: z.object({ days: z.coerce.number().int().min(1).max(366).default(30) }) },
  responses: { 200: json(ServerUsage, "Usage") },
});

/** What the server holds (R4). */
export const adminUsageRoutes = router().openapi(show, async (c) => {
  return c.json(await readServerUsage(c.env, c.req.valid("query").days, Date.now()), 200);
});
