import { createRoute } from "@hono/zod-openapi";
import type { Context } from "hono";
import { z } from "zod";
import { LedgeError } from "../../../protocol/errors.ts";
import { LIMITS } from "../../../protocol/limits.ts";
import { StarPage, StarredIds } from "../../../protocol/stars.ts";
import { addStar, listStars, removeStar, starredIds, type StarOwner } from "../../storage/stars.ts";
import type { AppContext } from "../context.ts";
import { json } from "../json-response.ts";
import { requireScope } from "../middleware/authenticate.ts";
import { NodeRef, PageQuery, requireNode } from "../node-ref.ts";
import { router } from "../router.ts";
import { notify } from "../user-sync.ts";

const tags = ["stars"];
const params = z.object({ nodeId: NodeRef });

const add = createRoute({
  method: "put",
  path: "/nodes/{nodeId}/star",
  tags,
  summary: "Star a file or folder",
  description: `Stars are the account's own, at most ${LIMITS.stars}. One that is there stays as it is.`,
  middleware: requireScope("write"),
  request: { params },
  responses: { 204: { description: "Starred, now or before" }, 409: { description: "`too_many_stars`" } },
});

const remove = createRoute({
  method: "delete",
  path: "/nodes/{nodeId}/star",
  tags,
  summary: "Take the star from a file or folder",
  middleware: requireScope("write"),
  request: { params },
  responses: { 204: { description: "Without a star, now or before" } },
});

const list = createRoute({
  method: "get",
  path: "/stars",
  tags,
  summary: "What is starred, newest star first",
  description:
    "Only what is live: starred entries of the trash are left out, so that a page may hold fewer than `limit`. The listing " +
    "ends where `next` is null. A purge takes the stars of what it purges.",
  middleware: requireScope("read"),
  request: { query: z.object(PageQuery) },
  responses: { 200: json(StarPage, "A page of starred nodes, each with where it is") },
});

const ids = createRoute({
  method: "get",
  path: "/stars/ids",
  tags,
  summary: "The ids of all that is starred",
  middleware: requireScope("read"),
  responses: { 200: json(StarredIds, `At most ${LIMITS.stars}`) },
});

export const starRoutes = router()
  .openapi(add, async (c) => {
    const { node } = await requireNode(c.var.home, c.req.valid("param").nodeId);
    if (!(await addStar(c.var.home.shard, ownerOf(c), node.id, Date.now()))) {
      await requireNode(c.var.home, node.id);
      throw new LedgeError("too_many_stars", `an account has at most ${LIMITS.stars} stars: take some away first`);
    }
    notify(c, "stars");
    return c.body(null, 204);
  })
  .openapi(remove, async (c) => {
    const { node } = await requireNode(c.var.home, c.req.valid("param").nodeId);
    await removeStar(c.var.home.shard, ownerOf(c), node.id);
    notify(c, "stars");
    return c.body(null, 204);
  })
  .openapi(list, async (c) => c.json(await listStars(c.var.home.shard, ownerOf(c), c.req.valid("query")), 200))
  .openapi(ids, async (c) => c.json({ ids: await starredIds(c.var.home.shard, ownerOf(c)) }, 200));

function ownerOf({ var: { caller, home } }: Context<AppContext>): StarOwner {
  return { userId: caller.userId, spaceId: home.spaceId };
}
