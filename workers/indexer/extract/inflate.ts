import { Gunzip, Inflate } from "fflate";
import type { Reading } from "./reading.ts";

/** Compressed bytes that are inflated at a time: deflate makes at most 1,032 of one, so that 4 MiB come out at most. */
const STEP = 4096;

/**
 * Inflates `parts` and hands on what comes out, counted as what is parsed, or as what is passed over. Ends with the
 * compressed stream, or with `parts`; throws where bytes are none that deflate made.
 */
export async function inflate(
  format: "deflate" | "gzip",
  parts: AsyncIterable<Uint8Array>,
  reading: Reading,
  use: "parsed" | "passed",
  take: (bytes: Uint8Array) => void,
): Promise<void> {
  let from = 0;
  let to = 0;
  const out = (bytes: Uint8Array): void => {
    if (bytes.length === 0) return;
    to += bytes.length;
    if (use === "passed") reading.countPassed(bytes.length);
    else {
      reading.countInflated(bytes.length);
      reading.checkRatio(from, to);
    }
    take(bytes);
  };
  const inflater = format === "gzip" ? new Gunzip(out) : new Inflate(out);
  for await (const part of parts) {
    for (let at = 0; at < part.length; at += STEP) {
      const step = part.subarray(at, at + STEP);
      from += step.length;
      inflater.push(step);
    }
    reading.checkTime();
  }
}
