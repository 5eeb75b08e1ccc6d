import { createRoute } from "@hono/zod-openapi";
import { LedgeError } from "../../../protocol/errors.ts";
import { Usage } from "../../../protocol/usage.ts";
import { readUsage } from "../../storage/usage.ts";
import { json } from "../json-response.ts";
import { requireScope } from "../middleware/authenticate.ts";
import { router } from "../router.ts";

const usage = createRoute({
  method: "get",
  path: "/account/usage",
  tags: ["account"],
  summary: "What takes the account's space",
  description:
    "Counted anew where the last count is over ten minutes old, one count at a time: see `measuredAt`. The quota itself, " +
    "which is exact at any time, is in `GET /account`.",
  middleware: requireScope("read"),
  responses: {
    200: json(Usage, "Bytes and files by kind, older versions, the trash, and what deduplication saves"),
    503: { description: "`busy`: the first count is under way" },
  },
});

export const usageRoutes = router().openapi(usage, async (c) => {
  const { caller, home } = c.var;
  const found = await readUsage(home.shard, { userId: caller.userId, spaceId: home.spaceId }, Date.now);
  if (!found) throw new LedgeError("busy", "the account is being counted: ask again in some seconds");
  return c.json(found, 200);
});
