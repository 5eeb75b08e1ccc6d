import { formatBytes, formatSeconds } from "./output.ts";

/** How far a transfer is. Totals are null while they are not known. */
export interface ProgressState {
  readonly files: number;
  readonly bytes: number;
  readonly totalFiles: number | null;
  readonly totalBytes: number | null;
}

/** A line on stderr: redrawn in place on a terminal, appended now and then elsewhere. */
export class Progress {
  readonly #stream: NodeJS.WriteStream;
  readonly #state: () => ProgressState;
  readonly #began = Date.now();
  readonly #timer: NodeJS.Timeout;
  #drawn = false;

  constructor(stream: NodeJS.WriteStream, state: () => ProgressState) {
    this.#stream = stream;
    this.#state = state;
    this.#timer = setInterval(() => this.#draw(), stream.isTTY ? 200 : 5_000);
    this.#timer.unref();
  }

  /** Takes the line away, so that something else can be written. It comes back by itself. */
  clear(): void {
    if (this.#drawn && this.#stream.isTTY) this.#stream.write("\r\u001b[K");
    this.#drawn = false;
  }

  stop(): void {
    clearInterval(this.#timer);
    this.clear();
  }

  #draw(): void {
    const line = progressLine(this.#state(), (Date.now() - this.#began) / 1000);
    if (this.#stream.isTTY) this.#stream.write(`\r\u001b[K${line.slice(0, Math.max(20, this.#stream.columns - 1))}`);
    else this.#stream.write(`${line}\n`);
    this.#drawn = true;
  }
}

export function progressLine(state: ProgressState, seconds: number): string {
  const { files, bytes, totalFiles, totalBytes } = state;
  const rate = seconds > 0 ? bytes / seconds : 0;
  const parts = [
    totalBytes === null ? formatBytes(bytes) : `${formatBytes(bytes)} of ${formatBytes(totalBytes)}`,
    totalFiles === null ? `${files} files` : `${files} of ${totalFiles} files`,
    `${formatBytes(rate)}/s`,
  ];
  if (totalBytes !== null && rate > 0) parts.push(`${formatSeconds((totalBytes - bytes) / rate)} left`);
  return parts.join("  ");
}
