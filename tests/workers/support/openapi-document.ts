import { call } from "./accounts.ts";
import type { JsonSchema } from "./schema-arbitrary.ts";

export interface Parameter {
  readonly name: string;
  readonly in: "path" | "query" | "header" | "cookie";
  readonly schema?: JsonSchema;
}

/** One operation of the served document. */
export interface Route {
  readonly method: string;
  /** Below `/api`, with `{name}` for parameters. */
  readonly path: string;
  /** `METHOD /path`. */
  readonly key: string;
  readonly parameters: readonly Parameter[];
  /** Of the JSON body; undefined where the route takes none. */
  readonly body: JsonSchema | undefined;
  /** Of the form; undefined where the route takes none. */
  readonly form: JsonSchema | undefined;
  /** Whether the body is bytes. */
  readonly takesBytes: boolean;
}

interface Operation {
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content?: Readonly<Record<string, { readonly schema?: JsonSchema }>> };
}

interface OpenApiDocument {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components?: { readonly schemas?: Readonly<Record<string, JsonSchema>> };
}

const METHODS = ["get", "head", "post", "put", "patch", "delete"];

/** Every route that the server says it has (P2), and the schemas they refer to. */
export async function readRoutes(): Promise<{ routes: Route[]; schemas: Readonly<Record<string, JsonSchema>> }> {
  const response = await call("/openapi.json");
  if (!response.ok) throw new Error(`the OpenAPI document answers ${response.status}`);
  const document = await response.json<OpenApiDocument>();
  const routes = Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item)
      .filter(([method]) => METHODS.includes(method))
      .map(([method, operation]) => route(method.toUpperCase(), path.replace(/^\/api(?=\/)/, ""), operation)),
  );
  return { routes, schemas: document.components?.schemas ?? {} };
}

function route(method: string, path: string, operation: Operation): Route {
  const content = operation.requestBody?.content ?? {};
  return {
    method,
    path,
    key: `${method} ${path}`,
    parameters: operation.parameters ?? [],
    body: content["application/json"]?.schema,
    form: content["application/x-www-form-urlencoded"]?.schema,
    takesBytes: "application/octet-stream" in content,
  };
}
