/** How long is waited before something on the disk is believed, in milliseconds. */
export interface QuietTimes {
  /** A file's stamp must have stood so long (Y17). */
  readonly start: number;
  /** What `start` doubles up to, each time that the file changed again between two looks. */
  readonly longest: number;
  /** So long at least where the file system tells whole seconds only: longer than the longest that it tells as one. */
  readonly coarse: number;
  /**
   * In a look at everything a file that was written longer ago than this is quiet already. Long enough for the clocks of
   * the file system and of this process to differ.
   */
  readonly recent: number;
  /** A path must have been missing so long before that is a deletion (Y7). */
  readonly deletion: number;
}

export const QUIET_TIMES: QuietTimes = { start: 20, longest: 2_000, coarse: 2_050, recent: 10_000, deletion: 1_000 };
