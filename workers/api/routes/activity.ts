import { createRoute } from "@hono/zod-openapi";
import type { Context } from "hono";
import { z } from "zod";
import { ActivityPage } from "../../../protocol/activity.ts";
import { accountsIn, activitiesOf, readPeople } from "../../storage/activity-actors.ts";
import { listActivity, type ActivityRows } from "../../storage/activity-reads.ts";
import { listFileActivity } from "../../storage/file-activity.ts";
import type { AppContext } from "../context.ts";
import { json } from "../json-response.ts";
import { requireScope } from "../middleware/authenticate.ts";
import { FileParams, PageQuery, requireNode } from "../node-ref.ts";
import { router } from "../router.ts";

const tags = ["activity"];
const middleware = requireScope("read");

const ofSpace = createRoute({
  method: "get",
  path: "/activity",
  tags,
  summary: "What was done in the space, newest first",
  description:
    "Records are kept for a year. What one commit did alike to several nodes of a folder is one, with a count. Of a shared " +
    "folder: what was done to what is in it now.",
  middleware,
  request: { query: z.object(PageQuery) },
  responses: { 200: json(ActivityPage, "A page of records, which may have fewer than `limit`") },
});

const ofNode = createRoute({
  method: "get",
  path: "/files/{fileId}/activity",
  tags,
  summary: "What was done to a file, or to a folder and all that is in it now",
  description:
    "A file's own has its versions, and what was done to it by itself. Of what was done to several files of a folder at " +
    "once, it has their making and that they are in the trash; the folder's activity has the rest.",
  middleware,
  request: { params: FileParams, query: z.object(PageQuery) },
  responses: { 200: json(ActivityPage, "A page of records, which may have fewer than `limit`") },
});

/** Of the home or, below `/spaces/{space}`, of a shared folder. */
export const activityRoutes = router()
  .openapi(ofSpace, async (c) => {
    const { home } = c.var;
    return c.json(await pageOf(c, await listActivity(home, home.scope, c.req.valid("query"))), 200);
  })
  .openapi(ofNode, async (c) => {
    const { home } = c.var;
    const { node } = await requireNode(home, c.req.valid("param").fileId);
    const request = c.req.valid("query");
    const rows =
      node.type === "file" ? await listFileActivity(home, node, request) : await listActivity(home, node.id, request);
    return c.json(await pageOf(c, rows), 200);
  });

async function pageOf(c: Context<AppContext>, { rows, next }: ActivityRows): Promise<ActivityPage> {
  const people = await readPeople(c.env.DIRECTORY, accountsIn(rows));
  return { activities: activitiesOf(rows, people, c.var.caller.userId), next };
}
