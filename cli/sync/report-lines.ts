import { formatBytes, formatTime, plural } from "../output.ts";
import type { ReplicaReport } from "./replica-report.ts";
import { waitingLine } from "./waiting-line.ts";

/** Of each list, without `--json`. */
const MOST_LISTED = 50;

/** What a folder in sync is at, for people; `isWhole`: with everything that waits, and why. */
export function reportLines(report: ReplicaReport, { isWhole }: { readonly isWhole: boolean }): string[] {
  const { root, url, remote, device, excluded, status } = report;
  const name = device === null ? "" : `  as ${device.name}`;
  const lines = [`${root}  ⇄  ${url} ${remote}${name}`, `  ${stateLine(report)}`];
  if (!status) return lines;
  for (const each of listed(status.transfers, isWhole))
    lines.push(`  ${each.direction} ${each.path}  ${formatBytes(each.bytes)} of ${formatBytes(each.size)}`);
  if (status.brake) {
    const { remote: there, local } = status.brake;
    lines.push(
      `  a mass deletion is held back: ${there} on the server, ${local} here. ` +
        "--confirm-deletions carries it out, --undo-deletions takes it back",
    );
  }
  if (!isWhole) {
    if (status.waitingCount > 0) lines.push(`  ${status.waitingCount} waiting: ledge status ${root}`);
    if (status.problems.length > 0) lines.push(`  ${status.problems.length} left alone: ledge status ${root}`);
    return lines;
  }
  for (const each of listed(status.waiting, true))
    lines.push(`  ${waitingLine(each)}, since ${formatTime(each.since)}`);
  if (status.waitingCount > MOST_LISTED) lines.push(`  and ${plural(status.waitingCount - MOST_LISTED, "more")}`);
  for (const [path, why] of listed(status.problems, true)) lines.push(`  left alone ${path}: ${why}`);
  if (status.problems.length > MOST_LISTED) lines.push(`  and ${status.problems.length - MOST_LISTED} more`);
  for (const path of excluded) lines.push(`  left out ${path}`);
  return lines;
}

function listed<T>(all: readonly T[], isWhole: boolean): readonly T[] {
  return all.slice(0, isWhole ? MOST_LISTED : 3);
}

function stateLine({ isLost, running, pid, status }: ReplicaReport): string {
  if (isLost) return "the folder is missing or has no .ledge: is a disk not mounted?";
  if (!status) return running ? "starting" : "not running";
  const known = `${plural(status.nodes, "file")} and folders known, server's changes up to ${status.seq}`;
  if (!running) return `not running since ${formatTime(status.at)}  (${known})`;
  const who = pid === null ? "" : ` (process ${pid})`;
  if (status.state === "stopped") return `starting${who}`;
  const pending = status.pending > 0 ? `, ${status.pending} to look at` : "";
  const offline = status.offline === null ? "" : `: ${status.offline}`;
  return `${status.state}${offline}${who}  ${known}${pending}`;
}
