import type { Context } from "hono";
import { decodeCursor, encodeCursor } from "../../protocol/cursor.ts";
import type { AppContext, Home } from "./context.ts";

/**
 * Makes what a request below a shared folder is answered the folder's own: `space`, in whatever JSON it is, and the space of
 * cursors are the folder's id, and the folder has no parent (M3). Here, and not where rows become nodes, so that no route can
 * forget it; problem documents, which show nodes as well, included.
 */
export async function presentScoped(c: Context<AppContext>, { scope, spaceId }: Home): Promise<void> {
  const { headers } = c.res;
  // What is given a name to be saved by is a user's bytes.
  const isAnswer = /json/.test(headers.get("content-type") ?? "") && !headers.has("content-disposition");
  if (scope === null || !isAnswer) return;
  const answer: unknown = await c.res.json();
  c.res = new Response(JSON.stringify(presented(answer, scope, spaceId)), c.res);
}

/** A copy of a JSON value with the owner's space named by the folder. */
function presented(value: unknown, folder: string, spaceId: string): unknown {
  if (Array.isArray(value)) return value.map((member) => presented(member, folder, spaceId));
  if (typeof value !== "object" || value === null) return value;
  const members = Object.entries(value).map(([name, member]: [string, unknown]) => {
    if (name === "space" && member === spaceId) return [name, folder];
    if (CURSORS.has(name) && typeof member === "string") return [name, presentedCursor(member, folder, spaceId)];
    return [name, presented(member, folder, spaceId)];
  });
  const copy = Object.fromEntries(members) as Record<string, unknown>;
  if (copy["id"] === folder && "parent" in copy) copy["parent"] = null;
  return copy;
}

const CURSORS = new Set(["cursor", "changesCursor"]);

/** Of a cursor of changes; any other cursor is of a listing, and names no space. */
function presentedCursor(text: string, folder: string, spaceId: string): string {
  const cursor = decodeCursor(text);
  return cursor?.space === spaceId ? encodeCursor({ ...cursor, space: folder }) : text;
}
