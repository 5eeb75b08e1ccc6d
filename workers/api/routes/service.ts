import { createRoute } from "@hono/zod-openapi";
import { z } from "zod";
import manifest from "../../../package.json" with { type: "json" };
import { LIMITS } from "../../../protocol/limits.ts";
import { json } from "../json-response.ts";
import { packBytes } from "../pack-bytes.ts";
import { router } from "../router.ts";

const health = createRoute({
  method: "get",
  path: "/health",
  tags: ["service"],
  summary: "Whether the Worker answers",
  description:
    "Liveness only: that the Worker is up and routes requests. It touches no database, bucket or queue, so it costs " +
    "nothing to ask often, and says nothing of them.",
  security: [],
  responses: { 200: json(z.object({ ok: z.literal(true), version: z.string() }), "It does") },
});

const limits = createRoute({
  method: "get",
  path: "/limits",
  tags: ["service"],
  summary: "The limits that this server keeps, in bytes, counts and hours",
  security: [],
  responses: { 200: json(z.record(z.string(), z.int()).meta({ id: "Limits" }), "Each limit by its name") },
});

export const serviceRoutes = router()
  .openapi(health, (c) => {
    c.header("Cache-Control", "no-store");
    return c.json({ ok: true as const, version: manifest.version }, 200);
  })
  .openapi(limits, (c) => {
    c.header("Cache-Control", "public, max-age=300");
    return c.json({ ...LIMITS, packBytes: packBytes(c.env) }, 200);
  });
