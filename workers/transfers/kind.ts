import type { AnyOperation } from "../../core/commit/any-operation.ts";
import type { Node, OperationResult } from "../../protocol/tree.ts";
import type { Env } from "../env.ts";
import type { TransferError, TransferRow, TransferSide } from "../storage/directory-transfers.ts";
import type { Shard } from "../storage/shards.ts";
import type { Progress } from "./progress.ts";

/** A side of a transfer, opened at its shard's primary. */
export interface OpenSide extends Omit<TransferSide, "shard"> {
  readonly shard: Shard;
}

export interface OpenSides {
  readonly from: OpenSide;
  readonly to: OpenSide;
}

/** A transfer in the hands of its one runner. */
export interface Run extends OpenSides {
  readonly env: Env;
  readonly transfer: TransferRow;
  readonly progress: Progress;
  readonly kind: TransferKind;
  /** Bytes that one step copies at most. */
  readonly stepBytes: number;
}

/** In what moves between spaces (M11) and changes of owners (M13) differ. All of it may be called again after a crash. */
export interface TransferKind {
  /** Whether what is in the trash below it comes along, as such. */
  readonly takesTrash: boolean;
  /** Whether it is a shared folder itself that moves; such below it are not moved by either kind. */
  readonly takesShared: boolean;
  /** What a node's id becomes. Always the same for the same transfer. */
  readonly idOf: (transfer: TransferRow, progress: Progress, node: string) => string;
  /**
   * Opens both sides at their primaries, with rights as they are now; before each step.
   *
   * @throws LedgeError for which the transfer fails: `not_found`, `forbidden`, …
   */
  readonly open: (env: Env, transfer: TransferRow) => Promise<OpenSides>;
  /** Makes room at the target for what is to have ids that are in use there; before anything is copied. */
  readonly prepare?: (run: Run) => Promise<void>;
  /** Stops changes at the source, once all has been copied and before what changed last is. `unseal` undoes it where the transfer fails. */
  readonly seal?: (run: Run) => Promise<void>;
  readonly unseal?: (env: Env, transfer: TransferRow) => Promise<void>;
  /** What is moved, as it is now, where it may appear; where this is not given, it is to be live. @throws LedgeError */
  readonly top?: (run: Run) => Promise<Node>;
  /**
   * Has the copy appear. A result that is a failure fails the transfer; but `stale_base`: the source is not what was copied.
   *
   * @param top - What was moved, as it is now.
   * @param before - Operations of the same commit, that go before: the last imports.
   * @returns one result for each of `before`, and that of the appearing.
   */
  readonly appear: (run: Run, top: Node, before: readonly AnyOperation[]) => Promise<readonly OperationResult[]>;
  /** What is to be done once it has appeared. @returns what went wrong without undoing anything, as the transfer tells it. */
  readonly finish: (run: Run) => Promise<TransferError | null>;
}
