import { decodeCursor } from "../../protocol/cursor.ts";
import type { Realm, RemoteChanges } from "../ports/sync-remote.ts";

/** How far one shared folder is known. */
export interface SharedPosition {
  /** The folder that stands for it in the account's own tree. */
  readonly mount: string;
  /** Of its own feed; null before the first. */
  readonly cursor: string | null;
  /** Folders that are still to be listed with all that is below them, before the feed goes on. */
  readonly pending?: readonly string[];
  /** Pages of that listing that were given out. */
  readonly pages?: number;
}

/** How far the account's own space and the shared folders in its tree are known. */
export interface MergedCursor {
  readonly home: string;
  /** By the shared folder's id. */
  readonly shared: Readonly<Record<string, SharedPosition>>;
  /** Those in which nothing may be changed, as of when what is in several of them was last told apart. */
  readonly held?: readonly string[] | undefined;
}

/** The home space's own cursor where nothing is shared, so that a cursor of one space is one of these. */
export function encodeMerged({ home, shared, held }: MergedCursor): string {
  return Object.keys(shared).length === 0 ? home : JSON.stringify({ v: 1, home, shared, held });
}

/** A cursor that `encodeMerged` made, or one of the home space alone. */
export function decodeMerged(text: string): MergedCursor {
  if (!text.startsWith("{")) return { home: text, shared: {} };
  const { home, shared, held } = JSON.parse(text) as MergedCursor;
  return { home, shared, held };
}

/** The same with these folders to be listed in each of the realms that was listed before: where they are not, nothing is. */
export function withListed(merged: MergedCursor, folders: readonly string[]): MergedCursor {
  if (folders.length === 0) return merged;
  const shared = Object.entries(merged.shared).map(([realm, { mount, cursor, pending = [] }]) => {
    if (cursor === null) return [realm, merged.shared[realm] as SharedPosition] as const;
    return [realm, { mount, cursor, pending: [...new Set([...pending, ...folders])] }] as const;
  });
  return { ...merged, shared: Object.fromEntries(shared) };
}

/** Whether it is not known yet what is in the folder, or in some of it. */
export function isUnlisted(position: SharedPosition | undefined): boolean {
  return position !== undefined && (position.cursor === null || position.pending !== undefined);
}

/** The realm's own cursor; null where none is known. */
export function cursorOf({ home, shared }: MergedCursor, realm: Realm): string | null {
  return realm === undefined ? home : (shared[realm]?.cursor ?? null);
}

/** Of a realm's own cursor: 0 where it is none. */
export function seqOf(cursor: string | null | undefined): number {
  return (cursor == null ? null : decodeCursor(cursor))?.seq ?? 0;
}

/** The same with the realm's own cursor replaced; nothing new where the realm is not in it. */
export function withCursor(merged: MergedCursor, realm: Realm, cursor: string): MergedCursor {
  if (realm === undefined) return { ...merged, home: cursor };
  const position = merged.shared[realm];
  return position ? { ...merged, shared: { ...merged.shared, [realm]: { ...position, cursor } } } : merged;
}

/**
 * What is known with a page that goes on from an older cursor than the one that is known: each realm as far as either knows
 * it, and listed as far as the page says where the page is of it.
 */
export function mergeCursors(
  known: MergedCursor,
  next: MergedCursor,
  page: Pick<RemoteChanges, "realm" | "isAnew" | "ended">,
): MergedCursor {
  const home = seqOf(next.home) >= seqOf(known.home) ? next.home : known.home;
  const shared: Record<string, SharedPosition> = { ...known.shared };
  for (const [realm, position] of Object.entries(next.shared)) {
    const before = known.shared[realm];
    if (!before) shared[realm] = position;
    else if (realm === page.realm) {
      const isLater = page.isAnew === true || seqOf(position.cursor) >= seqOf(before.cursor);
      shared[realm] = isLater ? position : { ...position, cursor: before.cursor };
    } else if (position.pending) shared[realm] = { ...position, cursor: before.cursor };
  }
  for (const { realm } of page.ended ?? []) delete shared[realm];
  return { home, shared, held: next.held ?? known.held };
}
