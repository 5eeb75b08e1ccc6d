import type { Api } from "../client/api.ts";
import { TransfersApi } from "../client/transfers.ts";
import { LedgeError, ERRORS, type ErrorCode } from "../protocol/errors.ts";
import { newId } from "../protocol/new-id.ts";
import type { Transfer, TransferRequest } from "../protocol/transfers.ts";
import type { Node } from "../protocol/tree.ts";
import type { CliContext } from "./context.ts";
import type { Destination, Located } from "./remote-path.ts";

/**
 * Moves what is in one person's files to another's, with all its versions, and shows how far that is. Ctrl-C cancels it as long as
 * it has not appeared there; then all is where it was.
 *
 * @returns the node in its new place.
 */
export async function moveAcross(
  context: CliContext,
  api: Api,
  { node }: Located,
  to: Destination,
  onConflict: "fail" | "rename",
): Promise<Node> {
  const transfers = new TransfersApi(api.http, context.clock);
  const request: TransferRequest = {
    id: newId(),
    from: { space: node.space, node: node.id },
    to: { space: to.space, parent: to.parent },
    onConflict,
    ...(to.name !== undefined && { name: to.name }),
  };
  context.whenInterrupted("What is moved to somebody else's files is where it was");
  const ended = await withTransferProgress(context, async (onProgress) => {
    try {
      return await transfers.move(request, { signal: context.signal, onProgress });
    } catch (error) {
      if (!context.signal.aborted) throw error;
      return await cancelled(transfers, request.id, error);
    }
  });
  requireDone(ended);
  if (ended.error) context.note(`ledge: ${node.name} is in both places now: ${ended.error.detail}`);
  return (await to.api.node(ended.node ?? node.id)).node;
}

/** Rejects with `reason`, unless it was too late: then it answers what it became. */
async function cancelled(transfers: TransfersApi, id: string, reason: unknown): Promise<Transfer> {
  try {
    await transfers.cancel(id);
  } catch (error) {
    if (error instanceof LedgeError && error.code === "transfer_ended") return transfers.transfer(id);
    // It was never begun.
    if (!(error instanceof LedgeError && error.code === "not_found")) throw error;
  }
  throw reason;
}

/** Shows how far a transfer is until `work` is over, which is to tell. */
export async function withTransferProgress<T>(
  context: CliContext,
  work: (onProgress: (transfer: Transfer) => void) => Promise<T>,
): Promise<T> {
  let latest: Transfer | null = null;
  const state = () => ({
    files: latest?.files ?? 0,
    bytes: latest?.bytes ?? 0,
    totalFiles: latest?.totalFiles ?? null,
    totalBytes: latest?.totalBytes ?? null,
  });
  return context.withProgress(state, () => work((transfer) => (latest = transfer)));
}

/** Rejects with what a transfer failed for. */
export function requireDone({ state, error }: Transfer): void {
  if (state === "done") return;
  const code = error && Object.hasOwn(ERRORS, error.code) ? (error.code as ErrorCode) : "internal";
  throw new LedgeError(code, error?.detail ?? `it was ${state}`);
}
