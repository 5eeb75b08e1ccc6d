import type { Step } from "./steps.ts";

export type SyncState =
  /** The disk was not looked at as a whole yet. */
  | "scanning"
  | "syncing"
  /** Nothing to do. */
  | "idle"
  | "offline"
  /** A mass deletion waits for a confirmation (Y14); everything else goes on. */
  | "braked"
  | "stopped";

/** An edit that was kept beside the one that held (Y4), or a node that got another name (Y10, Y11). */
export interface Conflict {
  /** Where it was. */
  readonly path: string;
  /** Where it is kept. */
  readonly conflictPath: string;
  /** Milliseconds since 1970-01-01 UTC. */
  readonly at: number;
  /** The device whose edit it is. */
  readonly device: string;
}

/** What an engine tells as it happens. */
export type SyncEvent =
  | { readonly type: "state"; readonly state: SyncState }
  | { readonly type: "begun" | "done"; readonly step: Step["type"]; readonly id: string; readonly path: string }
  | {
      readonly type: "failed";
      readonly step: Step["type"];
      readonly id: string;
      readonly path: string;
      readonly reason: string;
    }
  | { readonly type: "conflict"; readonly conflict: Conflict }
  /** Nodes that would be deleted: on the server because they are gone here, or here because they are gone there. */
  | { readonly type: "braked"; readonly remote: number; readonly local: number }
  | { readonly type: "transfers"; readonly transfers: readonly Transfer[] };

/** A file on its way. */
export interface Transfer {
  readonly id: string;
  readonly path: string;
  /** `across`: from one realm to another, on the server. */
  readonly direction: "up" | "down" | "across";
  readonly size: number;
  /** Read and sent, or arrived, so far. */
  readonly bytes: number;
}
