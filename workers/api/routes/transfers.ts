import { createRoute } from "@hono/zod-openapi";
import { z } from "zod";
import { LedgeError } from "../../../protocol/errors.ts";
import { Id } from "../../../protocol/ids.ts";
import { LIMITS } from "../../../protocol/limits.ts";
import { Transfer, TransferRequest, Transfers } from "../../../protocol/transfers.ts";
import { cancelTransfer, listTransfers, readTransfer, type TransferRow } from "../../storage/directory-transfers.ts";
import { beginTransfer } from "../../transfers/begin-transfer.ts";
import { tellOf } from "../../transfers/notice.ts";
import { AT_ONCE, sendTransfer } from "../../transfers/queue.ts";
import { runLeased, runTransfer } from "../../transfers/run-transfer.ts";
import { transferFrom } from "../../transfers/transfer-from.ts";
import { json, jsonBody } from "../json-response.ts";
import { requireScope } from "../middleware/authenticate.ts";
import { router } from "../router.ts";

const tags = ["transfers"];
const params = z.object({ id: Id });

const begin = createRoute({
  method: "post",
  path: "/transfers",
  tags,
  summary: "Move a file or a folder into another space",
  description:
    "Between the home space and shared folders, in any direction; it takes an editor's role in both. Where both are of one " +
    "owner it is a move, and the node keeps its id. Else it is made anew at the target, under ids of its own, with all " +
    "versions, their times and authors; it appears there whole, and then the original goes to the trash. What is small is " +
    "`done` in the answer; ask for the rest by `GET /transfers/{id}`, or wait for a `notice` about `transfers`. Sent again " +
    `with the same \`id\` it answers the same transfer. At most ${LIMITS.transfers} at once.`,
  middleware: requireScope("write"),
  request: { body: jsonBody(TransferRequest) },
  responses: {
    200: json(Transfer, "The transfer of that id, which was asked for before"),
    201: json(Transfer, "The transfer, as far as it is: why one failed is in `error`"),
    403: { description: "`forbidden`: this takes an editor in both spaces" },
    404: { description: "`not_found`: no such space or node, or not for this account; `parent_not_found`" },
    409: {
      description:
        "`name_conflict`, `already_trashed`, `root_immutable`, `not_a_folder`, `mounted_folder`, `mount_in_shared`, " +
        "`operation_mismatch`, `too_many_transfers`",
    },
    422: { description: "`invalid_name`" },
  },
});

const list = createRoute({
  method: "get",
  path: "/transfers",
  tags,
  summary: "The account's transfers, newest first",
  description: "Those that have ended are kept for 30 days. The last 200.",
  middleware: requireScope("read"),
  responses: { 200: json(Transfers, "What the account asked for") },
});

const show = createRoute({
  method: "get",
  path: "/transfers/{id}",
  tags,
  summary: "How far a transfer is",
  middleware: requireScope("read"),
  request: { params },
  responses: { 200: json(Transfer, "The transfer as it is") },
});

const cancel = createRoute({
  method: "delete",
  path: "/transfers/{id}",
  tags,
  summary: "Cancel a transfer",
  description: "The original stays as it was, and nothing of it is in the target.",
  middleware: requireScope("write"),
  request: { params },
  responses: {
    200: json(Transfer, "It is `cancelled`, by this request or an earlier one"),
    409: { description: "`transfer_ended`: it has ended, or is about to appear in its new place" },
  },
});

export const transferRoutes = router()
  .openapi(begin, async (c) => {
    const { caller, env } = { caller: c.var.caller, env: c.env };
    const { row, isNew } = await beginTransfer(env, caller, c.req.valid("json"));
    if (!isNew) return c.json(transferFrom(row), 200);
    const run = await runLeased(env, row, AT_ONCE);
    c.executionCtx.waitUntil(sendTransfer(env, run));
    return c.json(transferFrom(run), 201);
  })
  .openapi(list, async (c) => {
    const rows = await listTransfers(c.env.DIRECTORY, c.var.caller.userId);
    return c.json({ transfers: rows.map(transferFrom) }, 200);
  })
  .openapi(show, async (c) => {
    const row = await requireTransfer(c.env.DIRECTORY, c.req.valid("param").id, c.var.caller.userId);
    return c.json(transferFrom(row), 200);
  })
  .openapi(cancel, async (c) => {
    const { env } = c;
    const { id } = c.req.valid("param");
    const { userId } = c.var.caller;
    await requireTransfer(env.DIRECTORY, id, userId);
    const isCancelled = await cancelTransfer(env.DIRECTORY, id, userId, Date.now());
    const row = await requireTransfer(env.DIRECTORY, id, userId);
    if (row.state !== "cancelled")
      throw new LedgeError(
        "transfer_ended",
        row.kind === "ownership" ? "a change of owners is not cancelled" : undefined,
      );
    if (isCancelled) await tellOf(env, row);
    // Nobody sees what is cleared away; a runner that is at it goes on with that by itself.
    const cleared = runTransfer(env, id, AT_ONCE).then((run) => run && sendTransfer(env, run));
    c.executionCtx.waitUntil(cleared);
    return c.json(transferFrom(row), 200);
  });

async function requireTransfer(directory: D1Database, id: string, accountId: string): Promise<TransferRow> {
  const row = await readTransfer(directory, id);
  if (row?.accountId !== accountId) throw new LedgeError("not_found", "there is no such transfer");
  return row;
}
