import type { Context } from "hono";
import { z } from "zod";
import { LedgeError } from "../../protocol/errors.ts";
import { Id } from "../../protocol/ids.ts";
import { newId } from "../../protocol/new-id.ts";
import type { Node, Operation } from "../../protocol/tree.ts";
import { authorOf, commit, singleResult } from "./commit.ts";
import type { AppContext } from "./context.ts";

/** The header by which a mutation is sent again safely (I5). */
export const OperationIdHeader = z.object({
  "ledge-operation-id": Id.optional().meta({
    description: "A client-made id: sending the request again with it answers what the first did",
  }),
});

/** The operation id that the request names; without one, a new one: the request is then not safe to send again. */
function operationId(c: Context<AppContext>): string {
  return c.req.header("ledge-operation-id") ?? newId();
}

/**
 * Carries out one operation on the caller's home space.
 *
 * @throws LedgeError as `commit` and `singleResult` do.
 */
export async function mutate(c: Context<AppContext>, operation: Operation): Promise<Node> {
  const request = { operationId: operationId(c), operations: [operation], closeUpload: false };
  return singleResult(await commit(c.env, c.var.home, request, authorOf(c.var.caller)));
}

/** Purges a node in one commit, by way of the trash where it is not there yet. */
export async function purge(c: Context<AppContext>, node: string): Promise<Node> {
  const operations: Operation[] = [
    { type: "trash", node },
    { type: "purge", node },
  ];
  const request = { operationId: operationId(c), operations, closeUpload: false };
  const response = await commit(c.env, c.var.home, request, authorOf(c.var.caller));
  const [trashed, purged] = response.results;
  if (!trashed || !purged) throw new LedgeError("internal", "the commit answered fewer results than operations");
  const telling = trashed.ok || trashed.code === "already_trashed" ? purged : trashed;
  return singleResult({ ...response, results: [telling] });
}
