import { createRoute } from "@hono/zod-openapi";
import { z } from "zod";
import { LedgeError } from "../../../protocol/errors.ts";
import { Changes } from "../../../protocol/tree.ts";
import type { Env } from "../../env.ts";
import { readChanges } from "../../storage/changes.ts";
import { readFolderChanges } from "../../storage/folder-changes.ts";
import { openShard } from "../../storage/shards.ts";
import type { Home } from "../context.ts";
import { json } from "../json-response.ts";
import { requireScope } from "../middleware/authenticate.ts";
import { PageQuery } from "../node-ref.ts";
import { router } from "../router.ts";
import { putBackMounts } from "../sharing/mounting.ts";
import { shareAgainOnItsShard } from "../sharing/sharing-on-shard.ts";

const changes = createRoute({
  method: "get",
  path: "/sync/changes",
  tags: ["sync"],
  summary: "What changed since a cursor or a time",
  description:
    "Nodes by ascending `seq`, each once, in its latest state, purged ones as tombstones. Go on with `cursor` until " +
    "`upToDate`; then what was applied is the server's tree. A child may come before its folder. " +
    "`cursor_expired` says to begin again without `since`. Of a shared folder: what changed in it since a cursor, with what " +
    "came in as a whole in `arrived` (list it) and what went out in `left`; without `since`, or where that is none of its " +
    "cursors any more, only a cursor for now: then list the folder.",
  middleware: requireScope("read"),
  request: {
    query: z.object({
      since: z
        .string()
        .max(200)
        .optional()
        .meta({ description: "A cursor that the server gave, or an RFC 3339 time. Absent: from the beginning." }),
      limit: PageQuery.limit,
    }),
  },
  responses: { 200: json(Changes, "A page of changes") },
});

export const changeRoutes = router().openapi(changes, async (c) => {
  const { home } = c.var;
  const { since, limit } = c.req.valid("query");
  // At the primary whatever the bookmark: who was told of a change, or opened a socket before this, must find it (W6).
  home.shard = openShard(c.env, home.shard.name, "first-primary");
  const { shard, spaceId, scope } = home;
  if (scope !== null) return c.json(await folderChanges(c.env, { ...home, scope }, since, limit), 200);
  if (since === undefined) await putBackMounts(c.env, home);
  return c.json(await readChanges(shard, spaceId, since, limit), 200);
});

/** Of a folder that its shard does not know to be shared, though it is, once the shard knows. */
async function folderChanges(
  env: Env,
  { shard, spaceId, ownerId, scope: folderId }: Home & { readonly scope: string },
  since: string | undefined,
  limit: number,
): Promise<Changes> {
  const read = () => readFolderChanges(shard, { spaceId, folderId }, since, limit);
  try {
    return await read();
  } catch (error) {
    const isUnknown = error instanceof LedgeError && error.code === "not_found";
    const folder = { folderId, ownerId, shard: shard.name, spaceId };
    if (!isUnknown || !(await shareAgainOnItsShard(env, folder))) throw error;
    return read();
  }
}
