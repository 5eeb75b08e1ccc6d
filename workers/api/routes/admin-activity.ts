import { createRoute, z } from "@hono/zod-openapi";
import { ActivityAction, AdminActivity, AdminActivityPage } from "../../../protocol/activity.ts";
import { Id } from "../../../protocol/ids.ts";
import type { Env } from "../../env.ts";
import { listAllActivity, type ActivityFilter } from "../../storage/admin-activity.ts";
import { shardNames } from "../../storage/shards.ts";
import { json } from "../json-response.ts";
import { requireAdministrator } from "../middleware/authenticate.ts";
import { PageQuery } from "../node-ref.ts";
import { router } from "../router.ts";

const NDJSON = "application/x-ndjson";
/** Entries of one step of an export. */
const STEP = 1_000;
/** Queries of one export: D1 lets a request have 1,000. */
const QUERIES = 900;

const time = z.coerce.number().int().min(0).max(8.64e15);

const list = createRoute({
  method: "get",
  path: "/admin/activity",
  tags: ["administration"],
  summary: "What was done in all of the deployment, newest first",
  description:
    `With \`Accept: ${NDJSON}\` all of it, one record a line, from \`cursor\` on and whatever \`limit\` says: it is read ` +
    "while it is sent. An export of more than one request may read is broken off, never ended as if it were whole: ask for " +
    "less time. Records are kept for a year. For the administrator only.",
  middleware: requireAdministrator(),
  request: {
    query: z.object({
      account: Id.optional().meta({ description: "Who did it" }),
      action: ActivityAction.optional(),
      from: time.optional().meta({ description: "Milliseconds since 1970, included", type: "integer" }),
      until: time.optional().meta({ description: "Milliseconds since 1970, not included", type: "integer" }),
      ...PageQuery,
    }),
  },
  responses: {
    200: {
      description: "A page of records, which may have fewer than `limit`, or all of them",
      content: { ...json(AdminActivityPage, "").content, [NDJSON]: { schema: AdminActivity } },
    },
  },
});

/** What all did (V3). */
export const adminActivityRoutes = router().openapi(list, async (c) => {
  const { limit, cursor, ...filter } = c.req.valid("query");
  if (!c.req.header("accept")?.includes(NDJSON)) {
    return c.json(await listAllActivity(c.env, filter, { limit, cursor }), 200);
  }
  const headers = {
    "content-type": NDJSON,
    "content-disposition": 'attachment; filename="activity.ndjson"',
    "cache-control": "private, no-store",
  };
  // The router's types know answers of JSON only, where a route has some.
  return new Response(exported(c.env, filter, cursor), { headers }) as never;
});

/** All records that the filter lets through, read as they are taken. */
function exported(env: Env, filter: ActivityFilter, from: string | undefined): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  let cursor = from;
  let steps = Math.floor(QUERIES / (shardNames(env).length + 1));
  return new ReadableStream(
    {
      async pull(controller) {
        for (;;) {
          if (steps-- === 0) return controller.error(new Error("the export is larger than one request may read"));
          const { activities, next } = await listAllActivity(env, filter, { limit: STEP, cursor });
          const lines = activities.map((activity) => `${JSON.stringify(activity)}\n`).join("");
          if (lines !== "") controller.enqueue(encoder.encode(lines));
          if (next === null) return controller.close();
          cursor = next;
          // What enqueues nothing is not asked again.
          if (lines !== "") return;
        }
      },
    },
    { highWaterMark: 0 },
  );
}
