import { notifications } from "@mantine/notifications";
import { isolated } from "../strings/isolate.ts";
import { strings } from "../strings/strings.ts";
import { errorText } from "../ui/error-text.ts";
import { formatNumber } from "../ui/format.ts";
import type { NewUpload } from "./upload-item.ts";
import { addUploads } from "./uploads.ts";
import type { Dropped } from "./read-drop.ts";

/** Names that are told one by one. */
const NAMED = 5;

/** Whether files of this machine are dragged, as against entries of the drive. */
export function holdsFiles(transfer: DataTransfer | null): boolean {
  return transfer !== null && transfer.types.includes("Files");
}

/** Uploads what was dropped or pasted. To be called in the event's handler: later the browser shows nothing of it. */
export function takeDrop(folder: string, transfer: DataTransfer): Promise<void> {
  return readTransfer(transfer, (uploads) => addUploads(folder, uploads));
}

/** Hands what was dropped or pasted to `take`; says what could not be read. To be called in the event's handler. */
export async function readTransfer(
  transfer: DataTransfer,
  take: (uploads: readonly NewUpload[]) => Promise<void>,
): Promise<void> {
  const dropped = lookInto(transfer);
  try {
    const { readDropped } = await import("./read-drop.ts");
    const { uploads, unread } = await readDropped(dropped);
    if (unread.length > 0) tellUnread(unread);
    await take(uploads);
  } catch (error) {
    notifications.show({ color: "red", title: strings.files.drop.notBegun, message: errorText(error) });
  }
}

function tellUnread(unread: readonly string[]): void {
  const named = unread.slice(0, NAMED).map(isolated).join(", ");
  const message = strings.files.drop.unreadText(named, unread.length - NAMED, formatNumber(unread.length - NAMED));
  notifications.show({ color: "red", title: strings.files.drop.unread, message, autoClose: false });
}

function lookInto(transfer: DataTransfer): Dropped {
  const items = [...transfer.items].filter(({ kind }) => kind === "file");
  const entries = items.flatMap((item) => item.webkitGetAsEntry() ?? []);
  const files = [...transfer.files];
  // Where some have no entry, the places would not fit.
  if (entries.length !== items.length) return { entries: [], handles: [], files };
  return { entries, handles: items.map((item) => handleOf(item)), files };
}

/** Only Chromium has handles. */
interface WithHandle {
  getAsFileSystemHandle?: () => Promise<FileSystemHandle | null>;
}

function handleOf(item: DataTransferItem & WithHandle): Promise<FileSystemHandle | null> {
  return item.getAsFileSystemHandle?.() ?? Promise.resolve(null);
}
