import { randomAddress } from "./accounts.ts";
import type { Route } from "./openapi-document.ts";
import type { RowRequest } from "./route-rows.ts";

/** A row's request as it is sent, below `/api`. */
export function requestTo(route: Route, request: RowRequest, token: string | undefined) {
  return { address: address(route, request), init: init(route, request, token) };
}

/** What it was answered: `status`, or `status code` where that is a problem (or a commit whose first operation failed). */
export async function answerOf(response: Response): Promise<string> {
  const text = await response.text();
  const code =
    text !== "" && /json/.test(response.headers.get("content-type") ?? "") ? codeIn(JSON.parse(text)) : undefined;
  return code === undefined ? String(response.status) : `${response.status} ${code}`;
}

function address({ path }: Route, request: RowRequest): string {
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = request.path?.[name];
    if (value === undefined) throw new Error(`the row gives no ${name}`);
    return encodeURIComponent(value);
  });
  return request.query ? `${filled}?${new URLSearchParams(request.query).toString()}` : filled;
}

function init({ method }: Route, { json, bytes, type }: RowRequest, token: string | undefined) {
  const headers: Record<string, string> = { "cf-connecting-ip": randomAddress() };
  if (token !== undefined) headers["authorization"] = `Bearer ${token}`;
  if (bytes) headers["content-type"] = type ?? "application/octet-stream";
  return {
    method,
    headers,
    redirect: "manual" as const,
    ...(bytes && { body: bytes }),
    ...(json !== undefined && { json }),
  };
}

/** The code of a problem document, or of the first operation of a commit where it failed. */
function codeIn(body: unknown): string | undefined {
  if (typeof body !== "object" || body === null) return undefined;
  if ("results" in body && Array.isArray(body.results)) return codeIn(body.results[0]);
  return "code" in body && typeof body.code === "string" ? body.code : undefined;
}
