import { createRoute } from "@hono/zod-openapi";
import { z } from "zod";
import { LedgeError } from "../../../protocol/errors.ts";
import { SEARCH_PAGE_HITS, SEARCH_QUERY_CHARACTERS, SearchPage } from "../../../protocol/search.ts";
import { search } from "../../search/search.ts";
import { json } from "../json-response.ts";
import { requireScope } from "../middleware/authenticate.ts";
import { router } from "../router.ts";

const find = createRoute({
  method: "get",
  path: "/search",
  tags: ["search"],
  summary: "Find files and folders by name and content",
  description:
    "In the home and in all shared folders that the caller has. Words are found by their beginnings, and inside of names " +
    'and long words; `"phrase"`, `-not`, `type:` (a kind or an ending), `in:` (a folder, with all below), `before:` and ' +
    "`after:` (a day, month or year, UTC), `size:` (`>10mb`, `<1kb`) and `owner:` (`me`, or part of a name or email). Best " +
    "first. A page looks at a bounded number of entries, and may have fewer hits than `limit`, also none, and still a `next`.",
  middleware: requireScope("read"),
  request: {
    query: z.object({
      q: z.string().max(SEARCH_QUERY_CHARACTERS),
      cursor: z.string().max(5_000).optional(),
      limit: z.coerce.number().int().min(1).max(SEARCH_PAGE_HITS).default(50),
    }),
  },
  responses: {
    200: json(SearchPage, "A page of hits"),
    400: { description: "`invalid_search` says what an operator takes; `invalid_cursor`" },
    429: { description: "`rate_limited`: 1,200 searches a minute are an account's, wherever it makes them" },
  },
});

export const searchRoutes = router().openapi(find, async (c) => {
  const { home, caller } = c.var;
  const { q, cursor, limit } = c.req.valid("query");
  const { success } = await c.env.SEARCH_LIMIT.limit({ key: caller.userId });
  if (!success) {
    c.header("Retry-After", "60");
    throw new LedgeError("rate_limited", "too many searches: wait 60 seconds", { retryAfter: 60 });
  }
  return c.json(await search(c.env, home, caller, { q, cursor, limit }), 200);
});
