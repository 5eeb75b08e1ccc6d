import { isAtRest, needsHelp, type UploadItem } from "./upload-item.ts";

/** All uploads together. Bytes are of files that are through or still wanted. */
export interface UploadsSummary {
  readonly files: number;
  readonly done: number;
  readonly working: number;
  readonly paused: number;
  readonly needHelp: number;
  readonly conflicts: number;
  readonly lost: number;
  readonly failed: number;
  readonly bytes: number;
  readonly sent: number;
}

/** An editor's save is shown only where it waits for something. */
export function isShown({ kind, state }: UploadItem): boolean {
  return kind !== "save" || state === "waiting" || needsHelp(state) || state === "paused";
}

/** What needs somebody first, what is through last; otherwise as they were added. */
export function inOrder(items: readonly UploadItem[]): UploadItem[] {
  const help: UploadItem[] = [];
  const open: UploadItem[] = [];
  const done: UploadItem[] = [];
  for (const item of items) {
    const group = needsHelp(item.state) ? help : item.state === "done" ? done : open;
    group.push(item);
  }
  return [...help, ...open, ...done];
}

export function summarize(items: readonly UploadItem[]): UploadsSummary {
  const sum = { files: 0, done: 0, working: 0, paused: 0, needHelp: 0, conflicts: 0, lost: 0, failed: 0 };
  let [bytes, sent] = [0, 0];
  for (const item of items) {
    sum.files++;
    bytes += item.size;
    sent += item.sent;
    if (item.state === "done") sum.done++;
    if (item.state === "paused") sum.paused++;
    if (item.state === "conflict") sum.conflicts++;
    if (item.state === "lost") sum.lost++;
    if (item.state === "failed") sum.failed++;
    if (needsHelp(item.state)) sum.needHelp++;
    if (!isAtRest(item.state)) sum.working++;
  }
  return { ...sum, bytes, sent };
}

/** What of all is through, 0 to 1. Where there are no bytes, files count. */
export function share({ bytes, sent, files, done }: UploadsSummary): number {
  if (bytes > 0) return sent / bytes;
  return files === 0 ? 1 : done / files;
}
