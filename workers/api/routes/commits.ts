import { createRoute } from "@hono/zod-openapi";
import { CommitRequest, CommitResponse } from "../../../protocol/tree.ts";
import { authorOf, commit } from "../commit.ts";
import { requireScope } from "../middleware/authenticate.ts";
import { router } from "../router.ts";

const createCommit = createRoute({
  method: "post",
  path: "/commits",
  tags: ["tree"],
  summary: "Carry out up to 1,000 operations on the tree",
  description:
    "Operations are carried out in order, and each succeeds or fails for itself: look at `results`. " +
    "Sending the same `operationId` again answers the first results with `replayed: true`. " +
    "`cursor_expired` says that the space's history is no longer that of `epoch`: nothing was carried out.",
  middleware: requireScope("write"),
  request: { body: { required: true, content: { "application/json": { schema: CommitRequest } } } },
  responses: {
    200: {
      description: "One result for each operation, in order",
      content: { "application/json": { schema: CommitResponse } },
    },
  },
});

export const commitRoutes = router().openapi(createCommit, async (c) =>
  c.json(await commit(c.env, c.var.home, c.req.valid("json"), authorOf(c.var.caller)), 200),
);
