import { openDriveStore } from "../drive/indexed-db-store.ts";
import { countKept } from "../uploads/upload-store.ts";
import { uploadsView } from "../uploads/uploads.ts";
import { openDrafts } from "../viewer/edit/drafts.ts";

/** How much of an account only this browser has, so that signing out would lose it. */
export interface Unsent {
  /** Edits of the tree that the server has not answered. */
  readonly edits: number;
  /** Uploads of all tabs that are not through. */
  readonly uploads: number;
  /** Files with text that was typed and not saved. */
  readonly drafts: number;
}

/**
 * Counts what would be lost. Where the browser stores nothing, it is what this page knows of. Never rejects.
 *
 * @param waiting - The edits that this page knows of.
 */
export async function unsentOf(account: string, waiting: number): Promise<Unsent> {
  const [edits, uploads, drafts] = await Promise.all([
    openDriveStore(account)
      .queued()
      .then(({ length }) => length)
      .catch(() => 0),
    countKept(account).catch(() => 0),
    openDrafts(account).count(),
  ]);
  const unfinished = uploadsView().items.filter(({ state }) => state !== "done").length;
  return { edits: Math.max(edits, waiting), uploads: Math.max(uploads, unfinished), drafts };
}

export function isAnyUnsent({ edits, uploads, drafts }: Unsent): boolean {
  return edits + uploads + drafts > 0;
}
