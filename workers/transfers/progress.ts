import type { SubtreePosition } from "../storage/subtree-walk.ts";
import type { DistinctBytes } from "./distinct-bytes.ts";

/**
 * Where a transfer is:
 * - `move`: of one owner, it is one move;
 * - `count`: what is to be copied is counted;
 * - `measure`: where there may be no room for all of it, what of it is not there yet is measured;
 * - `walk`: all that is at `walks` is copied out of sight;
 * - `follow`: what changed meanwhile is copied as well, until nothing has;
 * - `appear`: it appears in its new place;
 * - `finish`: what was copied goes to the trash in its old place;
 * - `clear`: what is left out of sight is cleared away.
 */
export type Step = "move" | "count" | "measure" | "walk" | "follow" | "appear" | "finish" | "clear";

/** What is kept of a transfer between two steps. */
export interface Progress {
  readonly step: Step;
  /** Random and told to nobody: what new ids are made from. */
  readonly seed: string;
  /** The seq of the source's space up to which all changes are copied, or stand to be met by the walks. */
  readonly seq: number;
  /** Where the counting or measuring is. */
  readonly at: SubtreePosition | null;
  /** Of what is measured. */
  readonly missing: DistinctBytes | null;
  /** What is to be copied with all below it, the last one first, each from a position on. */
  readonly walks: readonly { readonly top: string; readonly at: SubtreePosition | null }[];
  /** Of all versions that were copied. */
  readonly bytes: number;
  /** How often the source had changed when all of it had been copied. */
  readonly rounds: number;
  /** Whether changes at the source were stopped: see `TransferKind.seal`. */
  readonly isSealed: boolean;
  /** Steps that failed in a row, for reasons that may pass. */
  readonly failures: number;
}

export function newProgress(step: "move" | "count", seed: string, nodeId: string, seq: number): Progress {
  return {
    step,
    seed,
    seq,
    at: null,
    missing: null,
    walks: [{ top: nodeId, at: null }],
    bytes: 0,
    rounds: 0,
    isSealed: false,
    failures: 0,
  };
}

export function readProgress(text: string): Progress {
  return JSON.parse(text) as Progress;
}
