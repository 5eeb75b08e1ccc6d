import { createRoute, z } from "@hono/zod-openapi";
import { ManagedLinks } from "../../../protocol/admin.ts";
import { LedgeError } from "../../../protocol/errors.ts";
import { Id } from "../../../protocol/ids.ts";
import { listAllLinks, revokeAnyLink } from "../../storage/directory-admin-links.ts";
import { decodePagePosition, encodePagePosition } from "../../storage/page-position.ts";
import { json } from "../json-response.ts";
import { requireAdministrator } from "../middleware/authenticate.ts";
import { PageQuery } from "../node-ref.ts";
import { router } from "../router.ts";
import { tellAccount } from "../user-sync.ts";

const tags = ["administration"];
const middleware = requireAdministrator();

const list = createRoute({
  method: "get",
  path: "/admin/links",
  tags,
  summary: "All accounts' links, newest first",
  description: "Whose they are and what they allow; neither addresses nor what they open. For the administrator only.",
  middleware,
  request: {
    query: z.object({
      search: z
        .string()
        .trim()
        .max(200)
        .default("")
        .meta({ description: "Part of the owner's name or email, or its id" }),
      ...PageQuery,
    }),
  },
  responses: { 200: json(ManagedLinks, "A page of links") },
});

const revoke = createRoute({
  method: "delete",
  path: "/admin/links/{id}",
  tags,
  summary: "End anybody's link",
  description: "For the administrator only.",
  middleware,
  request: { params: z.object({ id: Id }) },
  responses: { 204: { description: "It is `not_found` from the next request on" } },
});

const Position = z.tuple([z.literal("allLinks"), Id]);

/** All links of the server (R4). */
export const adminLinkRoutes = router()
  .openapi(list, async (c) => {
    const { search, limit, cursor } = c.req.valid("query");
    const before = cursor === undefined ? "~" : decodePagePosition(Position, cursor)[1];
    const rows = await listAllLinks(c.env.DIRECTORY, { search, before, limit: limit + 1 });
    const links = rows.slice(0, limit);
    const last = rows.length > limit ? links.at(-1) : undefined;
    const next = last ? encodePagePosition<z.infer<typeof Position>>(["allLinks", last.id]) : null;
    return c.json({ links, next }, 200);
  })
  .openapi(revoke, async (c) => {
    const owner = await revokeAnyLink(c.env.DIRECTORY, c.var.caller, c.req.valid("param").id, Date.now());
    if (owner === null) throw new LedgeError("not_found");
    tellAccount(c, owner, "links");
    return c.body(null, 204);
  });
