/** Reasons of parked contents (X4) that may pass: what the others lack, reading again does not bring. */
export const PASSING_REASONS: ReadonlySet<string> = new Set([
  "ended_the_reader",
  "storage_failed",
  "content_damaged",
  "over_time",
]);
