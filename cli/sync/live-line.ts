import type { SyncEvent } from "../../client/sync/events.ts";
import type { SyncStatus } from "../../client/sync/status.ts";
import { formatBytes, plural, printable } from "../output.ts";

const DRAW_EVERY = 250;

/** What a sync is at, redrawn in place on a terminal. */
export class LiveLine {
  readonly #stream: NodeJS.WriteStream;
  readonly #status: () => SyncStatus;
  readonly #timer: NodeJS.Timeout;

  constructor(stream: NodeJS.WriteStream, status: () => SyncStatus) {
    this.#stream = stream;
    this.#status = status;
    this.#timer = setInterval(() => this.#draw(), DRAW_EVERY);
    this.#timer.unref();
  }

  clear(): void {
    this.#stream.write("\r\u001b[K");
  }

  stop(): void {
    clearInterval(this.#timer);
    this.clear();
  }

  #draw(): void {
    const width = Math.max(20, this.#stream.columns - 1);
    this.#stream.write(`\r\u001b[K${statusLine(this.#status()).slice(0, width)}`);
  }
}

/** A status in one line. */
export function statusLine({ state, offline, pending, transfers, waitingCount, brake }: SyncStatus): string {
  const parts: string[] = [state === "offline" && offline !== null ? `offline (${offline})` : state];
  if (state === "syncing" && pending > 0) parts.push(`${pending} to look at`);
  const [first] = transfers;
  if (first) {
    const more = transfers.length > 1 ? ` and ${transfers.length - 1} more` : "";
    parts.push(`${first.direction} ${first.path} ${formatBytes(first.bytes)} of ${formatBytes(first.size)}${more}`);
  }
  if (waitingCount > 0) parts.push(`${waitingCount} waiting`);
  if (brake) parts.push(`${plural(brake.remote + brake.local, "deletion")} held back: ledge status tells more`);
  return printable(parts.join("  "));
}

/** On a terminal the line tells what goes well; these are told beside it. */
export function isWorthALine(event: SyncEvent): boolean {
  return event.type === "failed" || event.type === "conflict" || event.type === "braked";
}
