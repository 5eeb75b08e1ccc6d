import { createRoute, type OpenAPIHono } from "@hono/zod-openapi";
import { z } from "zod";
import type { AppContext } from "../context.ts";
import { DOCS_CSP, docsPage } from "../docs-page.ts";
import { openApiDocument, type OpenApiDocument } from "../openapi.ts";
import { router } from "../router.ts";

const openApi = createRoute({
  method: "get",
  path: "/openapi.json",
  tags: ["service"],
  summary: "This API as an OpenAPI 3.1 document",
  security: [],
  responses: { 200: { description: "The document", content: { "application/json": { schema: { type: "object" } } } } },
});

const docs = createRoute({
  method: "get",
  path: "/docs",
  tags: ["service"],
  summary: "This API as a page to read",
  security: [],
  responses: { 200: { description: "The page", content: { "text/html": { schema: z.string() } } } },
});

const CACHE = "public, max-age=300";

/** Serves the description of all that `app` has mounted, itself included; made once an isolate, at the first request. */
export function documentationRoutes(app: OpenAPIHono<AppContext>) {
  let made: OpenApiDocument | undefined;
  const document = () => (made ??= openApiDocument(app));
  return router()
    .openapi(openApi, (c) => {
      c.header("Cache-Control", CACHE);
      // The document is OpenAPI's own type; the route's schema is only what is said of it.
      return c.json(document() as never, 200);
    })
    .openapi(docs, async (c) => {
      c.header("Cache-Control", CACHE);
      c.header("Content-Security-Policy", DOCS_CSP);
      c.header("X-Content-Type-Options", "nosniff");
      return c.html(await docsPage(document()), 200);
    });
}
