import { byteLength, splitExtension, truncate } from "../../core/names.ts";
import { LIMITS } from "../../protocol/limits.ts";
import type { EntryType } from "./entry.ts";

/** What is allowed in a device's name but not in every file system's names (N1, N3). */
const UNFIT = /[/\\:*?"<>|\p{Cc}]+/gu;
const DEVICE_BYTES = 60;

/**
 * `stem (conflict DEVICE DATE).ext`, or `(case conflict …)` for one of two spellings of one name (Y4, Y11): with as much
 * of the stem as fits 255 bytes in UTF-8. The date is that of `now`, milliseconds since 1970-01-01 UTC, in UTC.
 */
export function conflictName(
  name: string,
  type: EntryType,
  why: "conflict" | "case",
  device: string,
  now: number,
): string {
  const [stem, extension] = type === "file" ? splitExtension(name) : [name, ""];
  const owner = truncate(device.toWellFormed().replace(UNFIT, "-"), DEVICE_BYTES).trim();
  const date = new Date(now).toISOString().slice(0, 10);
  const mark = ` (${[why === "case" ? "case conflict" : "conflict", owner, date].filter(Boolean).join(" ")})`;
  return truncate(stem, LIMITS.nameBytes - byteLength(mark + extension)) + mark + extension;
}
