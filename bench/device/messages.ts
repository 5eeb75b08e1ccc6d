import type { SyncState } from "../../client/sync/events.ts";

/** What a device process is started with, as JSON in its first argument. */
export interface DeviceOptions {
  readonly url: string;
  readonly token: string;
  /** The local folder; the remote one is the home space's root. */
  readonly folder: string;
  /** Ends when nothing is left to do. */
  readonly once: boolean;
  /** Tells a `Mark` at each phase of each edit. */
  readonly marks: boolean;
}

/** The phases of an edit's way, in their order. */
export const PHASES = [
  /** The watcher told of the file. */
  "watched",
  /** The file begins to be read. */
  "reading",
  /** The server has its bytes. */
  "sent",
  /** The commit begins. */
  "committing",
  /** The commit was answered. */
  "committed",
  /** The other device was told, by the socket. */
  "heard",
  /** The file begins to be fetched. */
  "fetching",
  /** It is fetched, verified and synced to disk. */
  "fetched",
] as const;

export type Phase = (typeof PHASES)[number];

/** What a device process tells. Times are those of `now`. */
export type DeviceMessage =
  | { readonly type: "mark"; readonly phase: Phase; readonly at: number }
  | { readonly type: "state"; readonly state: SyncState }
  /** The last one: `peak` is the largest resident memory, in bytes. */
  | { readonly type: "ended"; readonly outcome: string; readonly peak: number };

/** Milliseconds of a clock that all processes on the machine share (CLOCK_MONOTONIC). */
export function now(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}
