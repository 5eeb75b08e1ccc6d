import { z } from "zod";
import { Id } from "./ids.ts";
import { Millis, Node } from "./tree.ts";

/** Most characters that a query has. */
export const SEARCH_QUERY_CHARACTERS = 500;

/** Most hits that a page has. */
export const SEARCH_PAGE_HITS = 100;

/** What matched in a text: from (inclusive) and to (exclusive) in UTF-16 code units, ascending, none touching another. */
export const Marks = z.array(z.tuple([z.int().min(0), z.int().min(0)])).meta({ id: "Marks" });
export type Marks = z.infer<typeof Marks>;

/** A piece of a file's text around what matched. White space in it is single spaces. */
export const Snippet = z
  .object({
    text: z.string(),
    marks: Marks,
    /** Whether the file's text goes on before and after it. */
    startsCut: z.boolean(),
    endsCut: z.boolean(),
  })
  .meta({ id: "Snippet" });
export type Snippet = z.infer<typeof Snippet>;

/** A node that a search found. */
export const SearchHit = z
  .object({
    /** As the space's routes answer it: `space` is the home space's id or the shared folder's. */
    node: Node,
    /** From the root of its space, `/` first and without the shared folder's own name. */
    path: z.string(),
    /** The folders above it from the space's root on, whose name is empty. */
    ancestors: z.array(z.object({ id: Id, name: z.string() })),
    /** The shared folder that it is in, where that is not the asker's own; null in their home. */
    shared: z.object({ id: Id, name: z.string(), owner: z.string() }).nullable(),
    /** Whether all that was asked for is in the name, or some of it in the text. */
    matched: z.enum(["name", "text"]),
    nameMarks: Marks,
    /** Up to three; none of what has no text, or was found by its name alone. */
    snippets: z.array(Snippet),
  })
  .meta({ id: "SearchHit" });
export type SearchHit = z.infer<typeof SearchHit>;

export const SearchPage = z
  .object({
    /** Best first. May be fewer than were asked for, also none; the search ends where `next` is null. */
    hits: z.array(SearchHit),
    next: z.string().nullable(),
    /** Words that were searched for instead, where nothing has what was asked for; empty otherwise. */
    corrected: z.array(z.object({ word: z.string(), instead: z.array(z.string()) })),
  })
  .meta({ id: "SearchPage" });
export type SearchPage = z.infer<typeof SearchPage>;

/** Why a content is not found by its text, or not by all of it, as the administrator sees it (X4). */
export const ParkedContent = z
  .object({
    /** The home space of whose it is. */
    space: Id,
    content: z.string(),
    reason: z.string(),
    at: Millis,
  })
  .meta({ id: "ParkedContent" });
export type ParkedContent = z.infer<typeof ParkedContent>;

/** A message that was tried to the end (X6). */
export const DeadLetter = z
  .object({
    id: z.int(),
    /** JSON. */
    body: z.string(),
    at: Millis,
    /** When it was sent again; null: it was not. */
    redrivenAt: Millis.nullable(),
  })
  .meta({ id: "DeadLetter" });
export type DeadLetter = z.infer<typeof DeadLetter>;

/** `GET /admin/search`. */
export const SearchState = z
  .object({
    /** Files and folders that can be found, and contents that were looked at for their text. */
    entries: z.int(),
    texts: z.int(),
    /** Spaces that are in the index, and how many of them are, at least begun, in its present making (X7). */
    spaces: z.object({ indexed: z.int(), current: z.int() }),
    /** Why contents have no text, or not all of it in the index, most first. */
    reasons: z.array(z.object({ reason: z.string(), contents: z.int() })),
    /** Newest first, 100 at most: of the reason that was asked for, else of those that may be mended. */
    parked: z.array(ParkedContent),
    /** Spaces whose changes are not all in the index: 100 at most, of each shard's first 10,000. */
    behind: z.array(z.object({ space: Id, seq: z.int(), indexed: z.int() })),
    /** Newest first, 100 at most. */
    deadLetters: z.array(DeadLetter),
  })
  .meta({ id: "SearchState" });
export type SearchState = z.infer<typeof SearchState>;

/** What was sent again: messages, and contents that are to be read again. */
export const SearchRedriven = z.object({ messages: z.int(), contents: z.int() }).meta({ id: "SearchRedriven" });
export type SearchRedriven = z.infer<typeof SearchRedriven>;
