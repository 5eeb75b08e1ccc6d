import type { Link } from "../../../protocol/share.ts";
import { strings } from "../strings/sharing.ts";
import { formatDateTime, formatRelative, formatSize } from "../ui/format.ts";

/** Whether nobody gets in by it any more: its time is over, or its downloads are. */
export function isOver({ expiresAt, maxDownloads, uses }: Link, now: number): "expired" | "usedUp" | null {
  if (expiresAt !== null && expiresAt <= now) return "expired";
  return maxDownloads !== null && uses.downloads >= maxDownloads ? "usedUp" : null;
}

/** What limits a link, in words. */
export function limitTexts(link: Link, now: number = Date.now()): string[] {
  const text = strings.sharing;
  const { expiresAt, maxDownloads, maxUploadBytes, hasPassword, uses } = link;
  const over = isOver(link, now);
  const said: string[] = [];
  if (hasPassword) said.push(text.protected);
  if (over === "expired") said.push(text.expired);
  else if (expiresAt !== null) said.push(text.expires(formatDateTime(expiresAt)));
  if (over === "usedUp") said.push(text.usedUp);
  if (maxDownloads !== null) said.push(text.downloadsOf(Math.min(uses.downloads, maxDownloads), maxDownloads));
  if (maxUploadBytes !== null) said.push(formatSize(maxUploadBytes));
  return said;
}

/** How often, and when last. */
export function usesText({ uses: { opened, downloads, received, lastAt } }: Link): string {
  const text = strings.sharing;
  if (lastAt === null) return text.neverUsed;
  return `${text.uses(opened, downloads, received)} · ${text.lastUsed(formatRelative(Math.min(lastAt, Date.now())))}`;
}
