import { mergeText } from "../../../../client/sync/merge-text.ts";

/** Both edits of a text in one; null where they touch the same lines, or are too much to compare. */
export function mergeTexts(base: string, mine: string, theirs: string): string | null {
  if (mine === theirs || theirs === base) return mine;
  if (mine === base) return theirs;
  const encoder = new TextEncoder();
  const merged = mergeText(encoder.encode(base), encoder.encode(mine), encoder.encode(theirs));
  return merged && new TextDecoder("utf-8", { ignoreBOM: true }).decode(merged);
}

/**
 * How an edited text stands to what the server has: `current`, `newer` where only somebody else changed it, `conflict`
 * where both did. An own save that is on its way is no conflict.
 */
export function standing(state: {
  readonly base: number;
  readonly newest: number;
  readonly isDirty: boolean;
  readonly isSaving: boolean;
}): "current" | "newer" | "conflict" {
  if (state.isSaving || state.newest <= state.base) return "current";
  return state.isDirty ? "conflict" : "newer";
}
