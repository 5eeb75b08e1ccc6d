import { createRoute } from "@hono/zod-openapi";
import { DamagedFiles } from "../../../protocol/audit.ts";
import { damagedFiles } from "../../storage/damaged-contents.ts";
import { json } from "../json-response.ts";
import { requireScope } from "../middleware/authenticate.ts";
import { router } from "../router.ts";

const damaged = createRoute({
  method: "get",
  path: "/files/damaged",
  tags: ["files"],
  summary: "Files of which the server has lost bytes",
  description:
    "The files that are not in the trash and whose newest version lacks chunks, as an audit after a restore from a " +
    "backup found them. Announce the chunks of a file that has these bytes (`content`) and send what is missing: every " +
    "version that needs them is whole again, and no new one is made. Where nothing was lost this costs next to nothing.",
  middleware: requireScope("read"),
  responses: { 200: json(DamagedFiles, "At most 1,000 of them") },
});

export const damagedFileRoutes = router().openapi(damaged, async (c) => {
  return c.json(await damagedFiles(c.var.home.shard, c.var.caller.userId), 200);
});
