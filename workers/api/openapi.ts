import type { OpenAPIHono } from "@hono/zod-openapi";
import manifest from "../../package.json" with { type: "json" };
import { ERRORS } from "../../protocol/errors.ts";
import type { AppContext } from "./context.ts";
import { SPACE_PATH } from "./space-routes.ts";

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
  for (const [address, path] of Object.entries(document.paths ?? {})) {
    const isOfSpace = address.startsWith(SPACE_PREFIX);
    for (const method of ["get", "head", "put", "post", "delete", "patch"] as const) {
      const operation = path[method];
      if (!operation) continue;
      operation.responses = { ...operation.responses, default: { $ref: "#/components/responses/Problem" } };
      if (!isOfSpace) continue;
      operation.tags = ["shared folders"];
      operation.parameters = [SPACE_PARAMETER, ...(operation.parameters ?? [])];
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

/** Of the routes that are those of the home space once more, which no route of these says itself. */
const SPACE_PREFIX = `/api${SPACE_PATH.replace(":space", "{space}")}/`;

const SPACE_PARAMETER = {
  name: "space",
  in: "path" as const,
  required: true,
  description: "A shared folder's id. `root`, `space` and paths are the folder's own in what is sent and answered.",
  schema: { type: "string" as const },
};

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
