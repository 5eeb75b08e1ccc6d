import type { SharedNode } from "../../../protocol/share.ts";
import { previewKind } from "../viewer/preview-kind.ts";

/** How a guest looks at a folder: from the densest to the one with the largest pictures. */
export type GuestLook = "list" | "grid" | "gallery";

export const LOOKS: readonly GuestLook[] = ["list", "grid", "gallery"];

const KEY = "ledge-guest-view";

/** The look that was chosen in this browser, whatever the link; null where none was. */
export function keptLook(): GuestLook | null {
  try {
    return LOOKS.find((look) => look === localStorage.getItem(KEY)) ?? null;
  } catch {
    return null;
  }
}

export function keepLook(look: GuestLook): void {
  try {
    localStorage.setItem(KEY, look);
  } catch {
    // Where storage is turned off, it lasts as long as the page.
  }
}

/** The look of a folder for which none was chosen: what is mostly pictures is shown as such. */
export function lookFor(nodes: readonly SharedNode[]): GuestLook {
  const files = nodes.filter(({ type }) => type === "file");
  const pictures = files.filter(({ name, size }) => previewKind(name, size).kind === "image");
  return files.length > 1 && pictures.length * 2 > files.length ? "gallery" : "list";
}
