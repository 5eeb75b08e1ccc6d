import type { DownloadSummary } from "../client/download/downloader.ts";
import type { UploadSummary } from "../client/upload/uploader.ts";
import { formatBytes, formatDuration, plural } from "./output.ts";

/** What `put` did, in a line. */
export function putSummary(
  summary: Pick<UploadSummary, "files" | "folders" | "skipped" | "vanished" | "failed" | "bytes" | "sent">,
  seconds: number,
): string {
  const { files, bytes, sent } = summary;
  const parts = [`${done("Put", summary)} in ${formatDuration(seconds)}.`];
  if (files > 0 && bytes > 0) {
    const saved = Math.floor((100 * (bytes - sent)) / bytes);
    if (sent === 0) parts.push("Sent nothing: the server had all of it.");
    else
      parts.push(saved > 0 ? `Sent ${formatBytes(sent)}, ${saved} % was there already.` : `Sent ${formatBytes(sent)}.`);
  }
  return [...parts, ...rest(summary)].join(" ");
}

/** What `get` did, in a line. */
export function getSummary(
  summary: Pick<DownloadSummary, "files" | "folders" | "skipped" | "failed" | "bytes">,
  seconds: number,
): string {
  return [`${done("Fetched", summary)} in ${formatDuration(seconds)}.`, ...rest(summary)].join(" ");
}

function done(verb: string, { files, folders, bytes }: { files: number; folders: number; bytes: number }): string {
  const things: string[] = [];
  if (files > 0) things.push(`${plural(files, "file")} (${formatBytes(bytes)})`);
  if (folders > 0) things.push(plural(folders, "folder"));
  return `${verb} ${things.join(" and ") || "nothing"}`;
}

function rest({ skipped, vanished = 0, failed }: { skipped: number; vanished?: number; failed: number }): string[] {
  const parts: string[] = [];
  if (skipped > 0) parts.push(`Skipped ${plural(skipped, "unchanged file")}.`);
  if (vanished > 0) parts.push(`${vanished} vanished meanwhile.`);
  if (failed > 0) parts.push(`${failed} failed, see above.`);
  return parts;
}
