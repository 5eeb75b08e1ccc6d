import type { OpenAPIHono } from "@hono/zod-openapi";
import manifest from "../../package.json" with { type: "json" };
import { ERRORS } from "../../protocol/errors.ts";
import type { AppContext } from "./context.ts";

export type OpenApiDocument = ReturnType<OpenAPIHono<AppContext>["getOpenAPI31Document"]>;

const DESCRIPTION =
  "Ledge's HTTP API. Errors are RFC 9457 documents (`application/problem+json`) with a stable `code`. " +
  "Answers carry `Ledge-Bookmark`; a request that sends it back reads its own writes.";

/**
 * The OpenAPI 3.1 document of all routes that `app` has mounted (P2). Every operation gets the problem document as its
 * `default` answer, and sign-in by cookie or bearer token unless its route says otherwise.
 */
export function openApiDocument(app: OpenAPIHono<AppContext>): OpenApiDocument {
  const document = app.getOpenAPI31Document({
    openapi: "3.1.0",
    info: { title: "Ledge", version: manifest.version, description: DESCRIPTION, license: { name: "MIT" } },
    security: [{ bearer: [] }, { session: [] }],
  });
  for (const path of Object.values(document.paths ?? {})) {
    for (const method of ["get", "put", "post", "delete", "patch"] as const) {
      const operation = path[method];
      if (operation)
        operation.responses = { ...operation.responses, default: { $ref: "#/components/responses/Problem" } };
    }
  }
  return {
    ...document,
    components: {
      ...document.components,
      schemas: { ...document.components?.schemas, Problem: PROBLEM },
      responses: {
        Problem: {
          description: "What is wrong",
          content: { "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } } },
        },
      },
      securitySchemes: {
        bearer: {
          type: "http",
          scheme: "bearer",
          description: "A personal access token (`ldg_…`) or a session's token",
        },
        session: {
          type: "apiKey",
          in: "cookie",
          name: "better-auth.session_token",
          description: "A browser's session",
        },
      },
    },
  };
}

const PROBLEM = {
  type: "object" as const,
  required: ["type", "title", "status", "code"],
  properties: {
    type: { type: "string" as const },
    title: { type: "string" as const },
    status: { type: "integer" as const },
    code: { type: "string" as const, enum: Object.keys(ERRORS) },
    detail: { type: "string" as const },
  },
};
