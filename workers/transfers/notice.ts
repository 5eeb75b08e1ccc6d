import type { Env } from "../env.ts";
import type { TransferRow } from "../storage/directory-transfers.ts";

/** Tells the sockets of who asked that a transfer changed its state. One that is lost is one that comes late: clients ask. */
export async function tellOf(env: Env, { accountId }: Pick<TransferRow, "accountId">): Promise<void> {
  try {
    await env.USER_SYNC.get(env.USER_SYNC.idFromName(accountId)).notify("transfers", null);
  } catch (error) {
    console.warn("sockets were not told of a transfer", { error: String(error) });
  }
}
