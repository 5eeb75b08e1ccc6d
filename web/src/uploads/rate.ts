/** What is through at a moment. */
export interface Sample {
  /** Milliseconds, from any origin. */
  readonly at: number;
  readonly bytes: number;
  readonly files: number;
}

export interface Pace {
  /** Bytes a second. */
  readonly bytes: number;
  readonly files: number;
}

/** Milliseconds over which speed is smoothed: old enough samples count half. */
const HALF_LIFE = 4_000;
/** Milliseconds of samples before a speed is told. */
const SETTLED = 1_500;
/** Milliseconds without a sample after which it begins anew: it was paused. */
const GAP = 5_000;

/** How fast uploads go, smoothed: an exponentially weighted mean over time, whatever the distance of the samples. */
export class RateMeter {
  #last: Sample | null = null;
  #began = 0;
  #weight = 0;
  #bytes = 0;
  #files = 0;

  add(sample: Sample): void {
    const last = this.#last;
    this.#last = sample;
    if (!last || sample.at - last.at > GAP) return this.#begin(sample);
    const seconds = (sample.at - last.at) / 1000;
    if (seconds <= 0) return;
    const fade = 0.5 ** ((sample.at - last.at) / HALF_LIFE);
    this.#weight = this.#weight * fade + seconds;
    // A request that begins anew takes back what it told.
    this.#bytes = this.#bytes * fade + sample.bytes - last.bytes;
    this.#files = this.#files * fade + sample.files - last.files;
  }

  reset(): void {
    this.#last = null;
  }

  /** Null while it is too early to tell. */
  get pace(): Pace | null {
    if (!this.#last || this.#last.at - this.#began < SETTLED || this.#weight === 0) return null;
    return { bytes: Math.max(0, this.#bytes / this.#weight), files: Math.max(0, this.#files / this.#weight) };
  }

  #begin(sample: Sample): void {
    this.#began = sample.at;
    this.#weight = 0;
    this.#bytes = 0;
    this.#files = 0;
  }
}

/** Files smaller than this on average are bound by their number, not by their bytes. */
const SMALL_FILE = 256 * 1024;

/** Milliseconds until what is left is through; null where that cannot be told. */
export function timeLeft(left: { readonly bytes: number; readonly files: number }, pace: Pace | null): number | null {
  if (!pace) return null;
  const byBytes = left.bytes === 0 ? 0 : left.bytes / pace.bytes;
  const isMany = left.files > 0 && left.bytes / left.files < SMALL_FILE;
  const seconds = isMany && pace.files > 0 ? Math.max(byBytes, left.files / pace.files) : byBytes;
  return Number.isFinite(seconds) ? seconds * 1000 : null;
}
