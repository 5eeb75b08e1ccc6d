import type { z } from "zod";
import { LedgeError } from "../../protocol/errors.ts";

/** The wire form of where a page ended: base64url of its JSON. Opaque to clients; it holds only what they were shown. */
export function encodePagePosition<T>(position: T): string {
  return Buffer.from(JSON.stringify(position)).toString("base64url");
}

/**
 * The position that a client sent back.
 *
 * @throws LedgeError `invalid_cursor` where it is none of this listing's.
 */
export function decodePagePosition<T>(schema: z.ZodType<T>, cursor: string): T {
  try {
    const position = schema.safeParse(JSON.parse(Buffer.from(cursor, "base64url").toString()));
    if (position.success) return position.data;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw new LedgeError("invalid_cursor", "the page cursor is malformed or of another listing");
}
