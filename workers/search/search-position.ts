import { z } from "zod";
import { LedgeError } from "../../protocol/errors.ts";

/** Where a page of a search begins. It holds nothing of what was found beyond what was shown. */
const Position = z.object({
  /** Of the search: a cursor is good for the query that it is of. */
  query: z.string(),
  /** Milliseconds: when its first page was asked for. */
  now: z.number(),
  /** Which of the groups of spaces, and which of the query's phases in it. */
  group: z.int().min(0),
  phase: z.int().min(0).max(3),
  /** Entries from this one on were looked at before. */
  before: z.int().min(0),
  /**
   * Where the window that is looked at ends: entries from this one on belong to it, whatever was indexed since. Null: it is not
   * begun.
   */
  until: z.int().min(0).nullable(),
  /** What was shown last of those that are looked at now; null: none of them. */
  after: z.tuple([z.number(), z.int()]).nullable(),
  /** Whether it is searched for what is like the words that were asked for. */
  corrected: z.boolean(),
});
export type SearchPosition = z.infer<typeof Position>;

export function encodePosition(position: SearchPosition): string {
  const bytes = new TextEncoder().encode(JSON.stringify(position));
  return btoa(String.fromCharCode(...bytes))
    .replace(/\+/g, "-")
    .replace(/\//g, "_")
    .replace(/=+$/, "");
}

/** @throws LedgeError `invalid_cursor` where it is none, or of another query. */
export function decodePosition(text: string, query: string): SearchPosition {
  const position = Position.safeParse(parsed(text));
  if (!position.success || position.data.query !== query) throw new LedgeError("invalid_cursor");
  return position.data;
}

function parsed(text: string): unknown {
  try {
    const binary = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
    return JSON.parse(new TextDecoder().decode(Uint8Array.from(binary, (each) => each.charCodeAt(0))));
  } catch {
    return null;
  }
}
