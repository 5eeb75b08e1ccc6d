import { LedgeError } from "../../protocol/errors.ts";
import { TransferRequest } from "../../protocol/transfers.ts";
import type { TransferError, TransferRow } from "../storage/directory-transfers.ts";
import { findNode } from "../storage/tree-reads.ts";
import { commitTo } from "./commit-to.ts";
import { derivedId } from "./derived-id.ts";
import type { TransferKind } from "./kind.ts";
import { findSameSide } from "./open-sides.ts";
import { copyId } from "./plan-copy.ts";
import { isAsCopied, requireFolder, requireLive } from "./source.ts";

/** Moves between spaces of different owners (M11). */
export const MOVE: TransferKind = {
  takesTrash: false,
  takesShared: false,
  idOf: (_transfer, { seed }, node) => derivedId(node, seed, node),

  async open(env, transfer) {
    const [from, to] = await Promise.all([
      findSameSide(env, transfer.accountId, transfer.from),
      findSameSide(env, transfer.accountId, transfer.to),
    ]);
    // Before bytes are copied that are to go nowhere; what is decided is decided where it appears.
    if (!transfer.isAppearing) {
      await requireLive(from, transfer.nodeId);
      await requireFolder(to, askedOf(transfer).to.parent);
    }
    return { from, to };
  },

  appear(run, top, before) {
    const { name, onConflict, to } = askedOf(run.transfer);
    const node = copyId(run, top.id);
    const operation = { type: "appear", node, parent: to.parent, name: name ?? top.name, onConflict } as const;
    return commitTo(run, run.to, run.to.scope, [...before, operation]);
  },

  /** As long as it is what was copied: what changed in this instant stays where it is. */
  async finish(run): Promise<TransferError | null> {
    const { transfer, from, progress } = run;
    const found = await findNode(from, transfer.nodeId);
    if (found?.reach === "live" && !(await isAsCopied(run))) return originalKept("something in it changed meanwhile");
    const operation = { type: "trash", node: transfer.nodeId, baseSeq: progress.seq } as const;
    try {
      const [result] = await commitTo(run, from, from.scope, [operation]);
      return result?.ok === true || result?.code === "already_trashed" ? null : originalKept(result?.detail ?? "");
    } catch (error) {
      if (error instanceof LedgeError && error.code === "not_found") return originalKept(error.detail ?? "");
      throw error;
    }
  },
};

function askedOf({ asked }: Pick<TransferRow, "asked">) {
  return TransferRequest.parse(JSON.parse(asked));
}

export function originalKept(why: string): TransferError {
  return { code: "original_kept", detail: `it is in its new place, and still in its old one: ${why}` };
}
