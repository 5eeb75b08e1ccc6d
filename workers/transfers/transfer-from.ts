import type { Transfer } from "../../protocol/transfers.ts";
import type { TransferRow, TransferSide } from "../storage/directory-transfers.ts";

/** A transfer as who asked for it sees it. */
export function transferFrom(row: TransferRow): Transfer {
  const { id, kind, state, name, files, bytes, totalFiles, totalBytes, error, createdAt, updatedAt } = row;
  const { to } = JSON.parse(row.asked) as { to: { parent: string } };
  return {
    id,
    kind,
    state,
    from: { space: spaceOf(row.from), node: row.nodeId },
    to: { space: spaceOf(row.to), parent: to.parent },
    name,
    node: state === "done" ? row.targetId : null,
    files,
    bytes,
    totalFiles,
    totalBytes,
    error,
    createdAt,
    updatedAt,
  };
}

/** As its members name it, not as its rows do. */
function spaceOf({ scope, spaceId }: TransferSide): string {
  return scope ?? spaceId;
}
