import type { AnyOperation } from "../../core/commit/any-operation.ts";
import { LedgeError } from "../../protocol/errors.ts";
import { newId } from "../../protocol/new-id.ts";
import type { OperationResult } from "../../protocol/tree.ts";
import type { CommitInput, CommitOutcome } from "../sync-do/commit-queue.ts";
import type { OpenSide, Run } from "./kind.ts";

/**
 * Carries out operations through the owner's UserSync (I4), by who asked for the transfer.
 *
 * @param scope - What they are confined to: the side's shared folder, or null.
 * @param operationId - Absent: a new one, for what may be done twice as well as once.
 * @returns one result for each.
 * @throws LedgeError `not_found` where the scope is out of reach; `busy`; `operation_mismatch`.
 */
export async function commitTo(
  { env, transfer }: Pick<Run, "env" | "transfer">,
  side: Pick<OpenSide, "shard" | "spaceId" | "ownerId">,
  scope: string | null,
  operations: readonly AnyOperation[],
  operationId = newId(),
): Promise<readonly OperationResult[]> {
  const input: CommitInput = {
    shard: side.shard.name,
    spaceId: side.spaceId,
    ownerId: side.ownerId,
    scope,
    authorId: transfer.accountId,
    origin: transfer.origin,
    label: transfer.label,
    digest: `transfer ${transfer.id}`,
    request: { operationId, operations, closeUpload: false },
  };
  const sync = env.USER_SYNC.get(env.USER_SYNC.idFromName(side.ownerId)) as unknown as {
    commit(input: CommitInput): Promise<CommitOutcome>;
  };
  const outcome = await sync.commit(input);
  if (!outcome.ok) throw new LedgeError(outcome.code, outcome.detail);
  return outcome.response.results;
}
