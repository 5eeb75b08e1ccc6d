import { FileBytes } from "./file-bytes.ts";
import type { ExtractSource } from "./file-bytes.ts";
import { EXTRACT_LIMITS } from "./limits.ts";
import type { ExtractLimits, SkipReason } from "./limits.ts";
import { Reading, Stop } from "./reading.ts";
import { readerFor } from "./readers.ts";

export type { ExtractSource } from "./file-bytes.ts";
export type { ExtractLimits, SkipReason } from "./limits.ts";

export type Extracted =
  | {
      /** NFC, well-formed, at most `limits.text` characters; white space is even, one line break between lines. */
      readonly text: string;
      /** Whether there is more text than this; `cut` says what ended the reading. */
      readonly truncated: boolean;
      readonly cut: SkipReason | null;
      /** What is known besides: `title`, `author`, `date`, `camera`, `artist`, … Not in `text`. */
      readonly fields: Readonly<Record<string, string>>;
    }
  | {
      readonly skipped: SkipReason;
      /** For the administrator: English, and nothing of the file's text. */
      readonly detail: string;
    };

/**
 * A file's text, for the search index (X4, X5). What the file is, its bytes say first and its name's ending second.
 * Whatever the bytes are, it answers: a limit or damage ends the reading, what was read by then is kept, and where that
 * is nothing the answer is `skipped`. Nothing of a file is run, and nothing outside of it is fetched but
 * character maps (X8).
 *
 * Throws what `source` throws, and nothing else: the storage failed then, and the file is to be read again.
 */
export async function extractText(source: ExtractSource, limits: ExtractLimits = EXTRACT_LIMITS): Promise<Extracted> {
  const reading = new Reading(limits);
  const file = new FileBytes(source, reading);
  const end = await readWithin(reading, file);
  if (file.failure) throw file.failure.cause;
  const { text, fields } = reading.result();
  const stopped = reading.stopped ?? end;
  if (text === "" && Object.keys(fields).length === 0) {
    return { skipped: stopped?.reason ?? "no_text", detail: stopped?.message ?? "no text in it" };
  }
  return { text, truncated: stopped !== undefined, cut: stopped?.reason ?? null, fields };
}

/** Reads until the end, a limit, or the time is over, for libraries that may wait for what never comes. */
async function readWithin(reading: Reading, file: FileBytes): Promise<Stop | undefined> {
  const { milliseconds } = reading.limits;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<Stop>((resolve) => {
    timer = setTimeout(() => resolve(new Stop("over_time", `took more than ${milliseconds} ms`)), milliseconds);
  });
  try {
    return await Promise.race([read(reading, file), late]);
  } finally {
    clearTimeout(timer);
  }
}

async function read(reading: Reading, file: FileBytes): Promise<Stop | undefined> {
  try {
    const reader = await readerFor(file);
    await reader(file, reading);
    return undefined;
  } catch (error) {
    return error instanceof Stop ? error : new Stop("damaged", describe(error));
  }
}

/** What a library said of a file, without the file's words: its errors quote them at times. */
function describe(error: unknown): string {
  return error instanceof Error ? error.name : "unreadable";
}
