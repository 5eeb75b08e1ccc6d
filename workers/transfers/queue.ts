import { z } from "zod";
import { Id } from "../../protocol/ids.ts";
import type { Env, TransferMessage } from "../env.ts";
import { forgetTransfers, standingTransfers, type TransferRow } from "../storage/directory-transfers.ts";
import { runTransfer, type RunBounds } from "./run-transfer.ts";

const MiB = 1024 * 1024;

/** What one message does. */
const BOUNDS: RunBounds = { time: 20_000, steps: 25, stepBytes: 64 * MiB };
/** What a request does before it is answered: most moves are done with that. */
export const AT_ONCE: RunBounds = { time: 2_000, steps: 12, stepBytes: 16 * MiB };

/** A transfer of which nothing was heard for so long is taken up again. Milliseconds. */
const STANDING_MS = 60_000;
/** Transfers that one run of the cron takes up, and that it forgets. */
const TAKEN_UP = 500;
const FORGOTTEN = 1_000;
/** Messages of one `sendBatch`. */
const BATCH = 100;

const TransferMessageBody = z.object({ transfer: Id });

/** The queues are told apart by what is in them: a deployment may give them other names. */
export function isTransferBatch(batch: MessageBatch): batch is MessageBatch<TransferMessage> {
  return TransferMessageBody.safeParse(batch.messages[0]?.body).success;
}

/** Has a transfer taken on, where something is left to do, once its pause is over. A message that is lost is made up for by the cron. */
export async function sendTransfer(env: Env, { id, isOpen, leasedUntil }: TransferRow): Promise<void> {
  if (!isOpen) return;
  const delaySeconds = Math.max(0, Math.ceil((leasedUntil - Date.now()) / 1_000));
  try {
    await env.TRANSFER_QUEUE.send({ transfer: id }, { delaySeconds });
  } catch (error) {
    console.warn("a transfer's message was lost", { id, error: String(error) });
  }
}

/** The queue's consumer: takes each transfer on by one run, and sends the next message where something is left. */
export async function consumeTransfers(batch: MessageBatch<TransferMessage>, env: Env): Promise<void> {
  for (const message of batch.messages) {
    const parsed = TransferMessageBody.safeParse(message.body);
    if (!parsed.success) {
      console.error("unknown transfer message", { id: message.id });
      message.ack();
      continue;
    }
    const row = await runTransfer(env, parsed.data.transfer, BOUNDS);
    if (row) await sendTransfer(env, row);
    message.ack();
  }
}

/** Has transfers taken up again that nobody is at, as after a crash. */
export async function takeUpTransfers(env: Env, now = Date.now()): Promise<void> {
  const ids = await standingTransfers(env.DIRECTORY, now, now - STANDING_MS, TAKEN_UP);
  for (let at = 0; at < ids.length; at += BATCH) {
    await env.TRANSFER_QUEUE.sendBatch(ids.slice(at, at + BATCH).map((transfer) => ({ body: { transfer } })));
  }
  await forgetTransfers(env.DIRECTORY, now, FORGOTTEN);
}
