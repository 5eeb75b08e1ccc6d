import type { ExtractLimits, LimitReason, SkipReason } from "./limits.ts";
import { TextKeeper } from "./text-keeper.ts";

/** Ends the reading of one file. What was read by then stays. */
export class Stop extends Error {
  readonly reason: SkipReason;

  /** `detail` is for the administrator: English, without anything of the file's text. */
  constructor(reason: SkipReason, detail: string) {
    super(detail);
    this.name = "Stop";
    this.reason = reason;
  }
}

const FIELD_LENGTH = 1_000;
const FIELDS = 40;
/** Bytes that may be inflated before their ratio counts: short runs of one letter are no bomb. */
const RATIO_GRACE = 1024 * 1024;

/**
 * What one file is read into, and its limits: readers count here what they take, and are thrown a `Stop` where it is too
 * much. The first `Stop` is remembered, for libraries that swallow what is thrown through them.
 */
export class Reading {
  readonly limits: ExtractLimits;
  readonly #text: TextKeeper;
  readonly #fields = new Map<string, string>();
  readonly #ends: number;
  #stopped: Stop | undefined;
  #read = 0;
  #inflated = 0;
  #passed = 0;

  constructor(limits: ExtractLimits) {
    this.limits = limits;
    this.#text = new TextKeeper(limits.text);
    this.#ends = Date.now() + limits.milliseconds;
  }

  /** What ended the reading, if anything did. */
  get stopped(): Stop | undefined {
    return this.#stopped;
  }

  /** Text as it comes; white space is made even, and pieces are joined as they are. */
  add(text: string): void {
    if (this.#text.add(text)) return;
    this.stop("over_text", `more than ${this.limits.text} characters of text`);
  }

  /** A line of its own. */
  addLine(text: string): void {
    this.add(`\n${text}\n`);
  }

  /** Something known of the file: a title, a date. Empty values and names beyond the fortieth are left out. */
  field(name: string, value: string | number | null | undefined): void {
    const even = String(value ?? "")
      .slice(0, FIELD_LENGTH)
      .toWellFormed()
      .normalize("NFC")
      .replace(/[\s\p{Cc}]+/gu, " ")
      .trim();
    if (even !== "" && (this.#fields.size < FIELDS || this.#fields.has(name))) this.#fields.set(name, even);
  }

  countRead(bytes: number): void {
    this.#read += bytes;
    if (this.#read > this.limits.readBytes) this.stop("over_bytes", `more than ${this.limits.readBytes} bytes to read`);
    this.checkTime();
  }

  /** More bytes came out of compressed ones, to be parsed. */
  countInflated(bytes: number): void {
    this.#inflated += bytes;
    const most = this.limits.inflatedBytes;
    if (this.#inflated > most) this.stop("over_expansion", `more than ${most} bytes after inflating`);
  }

  /** More bytes came out of compressed ones, to be passed over. */
  countPassed(bytes: number): void {
    this.#passed += bytes;
    const most = this.limits.passedBytes;
    if (this.#passed > most) this.stop("over_expansion", `more than ${most} bytes after inflating`);
  }

  /** `to` bytes have come out of the first `from` of what is compressed. */
  checkRatio(from: number, to: number): void {
    if (to <= RATIO_GRACE || to <= from * this.limits.ratio) return;
    this.stop("over_expansion", `inflates to more than ${this.limits.ratio} times its size`);
  }

  checkEntries(entries: number): void {
    if (entries > this.limits.entries) this.stop("over_entries", `more than ${this.limits.entries} entries`);
  }

  checkDepth(depth: number): void {
    if (depth > this.limits.depth) this.stop("over_depth", `nested deeper than ${this.limits.depth}`);
  }

  checkTime(): void {
    if (this.#stopped) throw this.#stopped;
    if (Date.now() > this.#ends) this.stop("over_time", `took more than ${this.limits.milliseconds} ms`);
  }

  /** Looks at the time after a turn of the event loop: in a Worker the clock moves on only then. */
  async pause(): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, 0));
    this.checkTime();
  }

  stop(reason: LimitReason | "damaged" | "protected", detail: string): never {
    this.#stopped ??= new Stop(reason, detail);
    throw this.#stopped;
  }

  result(): { readonly text: string; readonly fields: Readonly<Record<string, string>> } {
    return { text: this.#text.text(), fields: Object.fromEntries(this.#fields) };
  }
}
