/** Most characters that the server takes: `SEARCH_QUERY_CHARACTERS`, without the schemas beside it. */
export const QUERY_CHARACTERS = 500;

/** The query in the address of the page of results, in whatever way it was written there. */
export function queryOf({ q }: Record<string, unknown>): string {
  return typeof q === "string" || typeof q === "number" || typeof q === "boolean" ? String(q) : "";
}
