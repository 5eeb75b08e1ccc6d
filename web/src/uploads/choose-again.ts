import { notifications } from "@mantine/notifications";
import { strings } from "../strings/uploads.ts";
import type { UploadItem } from "./upload-item.ts";
import { UploadStore } from "./upload-store.ts";
import type { ToWorker } from "./messages.ts";

type Tell = (message: ToWorker) => void;

/** Only Chromium has handles whose permission can be asked for. */
interface AskableHandle extends FileSystemFileHandle {
  requestPermission(options: { mode: "read" }): Promise<PermissionState>;
}

/**
 * Gets the bytes of uploads that the browser cannot read any more: by its permission where it knows the files, else by
 * having them chosen again. What fits by name, size and time goes on; what was sent is not sent again (B11).
 */
export function chooseAgain(items: readonly UploadItem[], tell: (message: ToWorker) => void, store?: string): void {
  const known = items.filter(({ problem }) => problem?.code === "not_allowed");
  const unknown = items.filter(({ problem }) => problem?.code !== "not_allowed");
  if (known.length > 0) void allow(known, tell, store);
  if (unknown.length > 0) pick(unknown, tell);
}

async function allow(items: readonly UploadItem[], tell: Tell, name: string | undefined): Promise<void> {
  const store = await UploadStore.open(name);
  const allowed: string[] = [];
  for (const { id } of items) {
    const source = await store.source(id);
    if (!source || source instanceof Blob) continue;
    if ((await (source as AskableHandle).requestPermission({ mode: "read" })) === "granted") allowed.push(id);
  }
  tell({ type: "retry", ids: allowed });
}

function pick(items: readonly UploadItem[], tell: Tell): void {
  const input = document.createElement("input");
  input.type = "file";
  input.multiple = true;
  input.hidden = true;
  input.addEventListener("change", () => {
    const files = matching(items, [...(input.files ?? [])]);
    if (files.length > 0) tell({ type: "provide", files });
    else notifications.show({ color: "red", message: strings.uploads.otherFile(items[0]?.name ?? "") });
    input.remove();
  });
  input.addEventListener("cancel", () => input.remove());
  document.body.append(input);
  input.click();
}

type Chosen = Pick<File, "name" | "size" | "lastModified">;
type Sought = Pick<UploadItem, "id" | "name" | "size" | "mtime">;

/** Which file is whose: by name, size and time. A file may be several items'. */
export function matching<F extends Chosen>(items: readonly Sought[], files: readonly F[]): { id: string; file: F }[] {
  return items.flatMap(({ id, name, size, mtime }) => {
    const file = files.find((each) => each.name === name && each.size === size && each.lastModified === mtime);
    return file ? [{ id, file }] : [];
  });
}
