import { createRoute } from "@hono/zod-openapi";
import { AuditRequest, AuditStep } from "../../../protocol/audit.ts";
import { auditStep } from "../../storage/audit.ts";
import { json, jsonBody } from "../json-response.ts";
import { requireAdministrator } from "../middleware/authenticate.ts";
import { router } from "../router.ts";

const audit = createRoute({
  method: "post",
  path: "/admin/audit",
  tags: ["administration"],
  summary: "One step of an integrity audit",
  description:
    "Compares what the metadata shards say with each other and with the bucket, as far as one request should go; ask " +
    "again with `next`, until it is null. With `repair`, counters are corrected, and chunks whose bytes are gone count " +
    "as not held, so that whoever has them can send them again. Nothing else is changed. For the administrator only.",
  middleware: requireAdministrator(),
  request: { body: jsonBody(AuditRequest) },
  responses: { 200: json(AuditStep, "What the step found") },
});

export const auditRoutes = router().openapi(audit, async (c) => {
  return c.json(await auditStep(c.env, c.req.valid("json"), Date.now()), 200);
});
