import { createRoute } from "@hono/zod-openapi";
import type { Context } from "hono";
import { z } from "zod";
import { newId } from "../../../protocol/new-id.ts";
import { TrashEmptied } from "../../../protocol/tree-reads.ts";
import { Millis, NodePage } from "../../../protocol/tree.ts";
import { listTrash } from "../../storage/listing.ts";
import { authorOf, commit } from "../commit.ts";
import type { AppContext } from "../context.ts";
import { json } from "../json-response.ts";
import { requireScope } from "../middleware/authenticate.ts";
import { PageQuery } from "../node-ref.ts";
import { requirePurger } from "../purge-role.ts";
import { router } from "../router.ts";

/** Items a commit purges, and commits a request makes: folders may be large, and a request has its time. */
const PURGES_A_COMMIT = 100;
const COMMITS_A_REQUEST = 10;

const list = createRoute({
  method: "get",
  path: "/trash",
  tags: ["trash"],
  summary: "List the trash, newest first",
  description:
    "Pages may be shorter than `limit`: the listing ends where `next` is null. Of a shared folder: what was put in the trash " +
    "there while it was shared.",
  middleware: requireScope("read"),
  request: { query: z.object(PageQuery) },
  responses: { 200: json(NodePage, "A page of what was put in the trash") },
});

const empty = createRoute({
  method: "delete",
  path: "/trash",
  tags: ["trash"],
  summary: "Purge what is in the trash",
  description:
    "Irrevocable. With `before`, sending the request again purges nothing that was put in the trash since, " +
    "so it needs no operation id. `more: true` says to send it again.",
  middleware: requireScope("write"),
  request: {
    query: z.object({
      before: z.coerce.number().pipe(Millis).optional().meta({
        description: "Only what was put in the trash at this time or before, in milliseconds",
        type: "integer",
      }),
    }),
  },
  responses: { 200: json(TrashEmptied, "How far the trash is emptied") },
});

export const trashRoutes = router()
  .openapi(list, async (c) => {
    return c.json(await listTrash(c.var.home, c.req.valid("query")), 200);
  })
  .openapi(empty, async (c) => c.json(await emptyTrash(c, c.req.valid("query").before ?? Date.now()), 200));

async function emptyTrash(c: Context<AppContext>, until: number): Promise<TrashEmptied> {
  requirePurger(c.var.home);
  let purged = 0;
  let cursor: string | null = null;
  for (let commits = 0; commits < COMMITS_A_REQUEST; commits++) {
    const { home, caller } = c.var;
    const page: NodePage = await listTrash(home, {
      limit: PURGES_A_COMMIT,
      until,
      ...(cursor !== null && { cursor }),
    });
    if (page.nodes.length > 0) {
      const operations = page.nodes.map(({ id }) => ({ type: "purge" as const, node: id }));
      const { results } = await commit(
        c.env,
        home,
        { operationId: newId(), operations, closeUpload: false },
        authorOf(caller),
      );
      purged += results.filter(({ ok }) => ok).length;
    }
    cursor = page.next;
    if (cursor === null) return { purged, more: false };
  }
  return { purged, more: true };
}
