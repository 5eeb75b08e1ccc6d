import { useCallback, useState, type DragEvent } from "react";
import type { Drive, Entry } from "../drive/drive.ts";
import { useDrive } from "../drive/drive-context.ts";
import { folderOf } from "../drive/folder-of.ts";
import { strings } from "../strings/strings.ts";
import { fileAddress } from "../viewer/file-address.ts";
import { canMoveTo, crossingOf } from "./crossing.ts";
import { useEntryVerbs } from "./use-entry-verbs.ts";

/** Marks a drag as one of entries: what comes from outside the browser has `Files` instead, and is an upload. */
const TYPE = "application/x-ledge-entries";

/** What is being dragged: a browser shows the data of a drag only when it is dropped. */
let dragged: readonly Entry[] = [];

/** Those of it that tell where all of it can go: its folders, and one of the files of each folder, which are all alike. */
let telling: readonly Entry[] = [];

/** Whether a drag over the page is one of entries, begun here. */
export function isEntryDrag(transfer: DataTransfer): boolean {
  return transfer.types.includes(TYPE);
}

/** To be called at `dragstart`, with what is dragged. */
export function beginDrag(event: DragEvent, entries: readonly Entry[]): void {
  const first = entries[0];
  if (!first) return;
  dragged = entries;
  telling = tellingOf(entries);
  const transfer = event.dataTransfer;
  transfer.effectAllowed = "copyMove";
  transfer.setData(TYPE, String(entries.length));
  if (entries.length === 1 && first.type === "file") {
    // Chromium saves it where it is dropped outside the browser.
    const url = new URL(fileAddress(first.id, undefined, undefined, first.sharedIn), location.origin).href;
    transfer.setData("DownloadURL", `application/octet-stream:${first.name.replaceAll(":", "_")}:${url}`);
  }
  transfer.setDragImage(ghost(first.name, entries.length), 12, 12);
}

export function endDrag(): void {
  dragged = [];
  telling = [];
}

function tellingOf(entries: readonly Entry[]): readonly Entry[] {
  const folders: Entry[] = [];
  const files = new Map<string | null, Entry>();
  for (const entry of entries) {
    if (entry.type === "folder") folders.push(entry);
    else files.set(entry.parent, entry);
  }
  return [...folders, ...files.values()];
}

/** What goes with the pointer: drawn by the browser once, so it only needs to be in the page for that long. */
function ghost(name: string, count: number): HTMLElement {
  const element = document.createElement("div");
  element.className = "ledge-drag-ghost";
  element.textContent = count === 1 ? name : strings.files.items(count);
  document.body.append(element);
  setTimeout(() => element.remove());
  return element;
}

/** Whether what is being dragged can go there: not into itself or below itself, and not to where it is. */
function accepts(drive: Drive, folder: string, isCopy: boolean): boolean {
  if (telling.length === 0) return false;
  const above = new Set([folder, ...(drive.ancestors(folder) ?? []).map((each) => each.id)]);
  if (telling.some((entry) => above.has(folderOf(entry)))) return false;
  if (drive.entry(folder)?.canEdit === false) return false;
  if (isCopy ? crossingOf(drive, telling, folder).length > 0 : !canMoveTo(drive, telling, folder)) return false;
  if (telling.some((entry) => !entry.canEdit || (isCopy && entry.mount !== undefined))) return false;
  return isCopy || telling.some((entry) => entry.parent !== folder);
}

const isCopying = (event: DragEvent): boolean => event.ctrlKey || event.altKey;

interface DropHandlers {
  readonly onDragEnter: (event: DragEvent) => void;
  readonly onDragOver: (event: DragEvent) => void;
  readonly onDragLeave: (event: DragEvent) => void;
  readonly onDrop: (event: DragEvent) => void;
}

/**
 * Lets entries be dropped onto whichever folder `folderAt` finds under the pointer: moved there, with Ctrl copied. `over`
 * is the folder that would take them now. Drags of files from outside pass by untouched.
 */
export function useEntryDrops(folderAt: (event: DragEvent) => string | null): {
  readonly over: string | null;
  readonly handlers: DropHandlers;
} {
  const drive = useDrive();
  const verbs = useEntryVerbs();
  const [over, setOver] = useState<string | null>(null);
  const hover = (event: DragEvent): void => {
    if (!isEntryDrag(event.dataTransfer)) return;
    const folder = folderAt(event);
    const isCopy = isCopying(event);
    const taker = folder !== null && accepts(drive, folder, isCopy) ? folder : null;
    setOver(taker);
    if (taker === null) return;
    event.preventDefault();
    event.stopPropagation();
    event.dataTransfer.dropEffect = isCopy ? "copy" : "move";
  };
  return {
    over,
    handlers: {
      onDragEnter: hover,
      onDragOver: hover,
      onDragLeave: (event) => {
        const to = event.relatedTarget;
        if (!(to instanceof Node && event.currentTarget.contains(to))) setOver(null);
      },
      onDrop: (event) => {
        setOver(null);
        if (!isEntryDrag(event.dataTransfer)) return;
        const folder = folderAt(event);
        const isCopy = isCopying(event);
        if (folder === null || !accepts(drive, folder, isCopy)) return;
        event.preventDefault();
        event.stopPropagation();
        const entries = dragged.filter((entry) => isCopy || entry.parent !== folder);
        endDrag();
        if (isCopy) verbs.copy(entries, folder);
        else verbs.move(entries, folder);
      },
    },
  };
}

/** One folder as a place to drop entries on, e.g. a breadcrumb or an item of the sidebar; null takes none. */
export function useFolderDrop(folder: string | null): { readonly isOver: boolean; readonly handlers: DropHandlers } {
  const { over, handlers } = useEntryDrops(useCallback(() => folder, [folder]));
  return { isOver: over !== null, handlers };
}
