import type { Entry } from "../drive/drive.ts";

/** An entry of a list, and its index. It can be asked for as a `Spot`. */
export interface ListedEntry {
  readonly id: string;
  readonly at: number;
  readonly entry: Entry;
}

/** The entry whose row or card an element is in. */
export function listedEntry(rows: readonly Entry[], target: EventTarget): ListedEntry | undefined {
  const { id, index } = (target as Element).closest<HTMLElement>("[data-id]")?.dataset ?? {};
  if (id === undefined) return undefined;
  // What the page shows may be of a moment before.
  const at = rows[Number(index)]?.id === id ? Number(index) : rows.findIndex((row) => row.id === id);
  const entry = rows[at];
  return entry && { id, at, entry };
}
