const MiB = 1024 * 1024;

/** What tunes a sync engine. Times in milliseconds, sizes in bytes. */
export interface SyncSettings {
  /** Between two looks at the whole disk. */
  readonly rescanEvery: number;
  /** The same where nothing watches it. */
  readonly rescanUnwatched: number;
  /** Between two polls while no socket is open; jitter shortens it by up to a quarter. */
  readonly pollEvery: number;
  /** Between two polls while one is: nothing but a net below the reminders, since each reads rows. */
  readonly pollConnected: number;
  /** Between two acknowledgements of the same cursor on an open socket. */
  readonly remindEvery: number;
  /** Between two plans while steps run. */
  readonly planEvery: number;
  /** Steps of one plan. */
  readonly planLimit: number;
  /** Operations of one commit. */
  readonly batchOperations: number;
  /** Bytes of files that are sent for one commit. */
  readonly batchBytes: number;
  /** A file over this size is sent, or fetched, apart from the smaller ones. */
  readonly largeFile: number;
  /** Large files in one direction at a time. */
  readonly largeAtOnce: number;
  /** Small files that are fetched, read or compared at a time, and their bytes. */
  readonly smallAtOnce: number;
  readonly smallBytes: number;
  /** A request or transfer without a sign of life for so long is given up. */
  readonly stalledAfter: number;
  /** Bytes of the disk that fetching leaves free. */
  readonly diskReserve: number;
  /** Deletions in `brakeWindow` that need a confirmation: more than `brakeNodes`, or more than half of at least `brakeLeast`. */
  readonly brakeNodes: number;
  readonly brakeLeast: number;
  readonly brakeWindow: number;
}

export const DEFAULT_SETTINGS: SyncSettings = {
  rescanEvery: 10 * 60_000,
  rescanUnwatched: 60_000,
  pollEvery: 30_000,
  pollConnected: 24 * 60 * 60_000,
  remindEvery: 5 * 60_000,
  planEvery: 20,
  planLimit: 2_000,
  batchOperations: 500,
  batchBytes: 64 * MiB,
  largeFile: 8 * MiB,
  largeAtOnce: 3,
  smallAtOnce: 256,
  smallBytes: 64 * MiB,
  stalledAfter: 2 * 60_000,
  diskReserve: 64 * MiB,
  brakeNodes: 500,
  brakeLeast: 10,
  brakeWindow: 10 * 60_000,
};
