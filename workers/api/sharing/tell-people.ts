import type { Context } from "hono";
import type { ActivityAction, Notification } from "../../../protocol/activity.ts";
import { recordSharing } from "../../storage/activity.ts";
import { notifyAlike, type NewNotification } from "../../storage/directory-notifications.ts";
import { openShard } from "../../storage/shards.ts";
import { authorOf } from "../commit.ts";
import type { AppContext } from "../context.ts";
import { userSync } from "../user-sync.ts";

/** A shared folder, as far as it is told of. */
export interface ToldFolder {
  readonly folder_id: string;
  readonly owner_id: string;
  readonly shard: string;
  readonly space_id: string;
}

/** Leaves a record of what the caller did with who has a folder (V1). It is done: that it is not written down fails nothing. */
export async function record(
  c: Context<AppContext>,
  folder: ToldFolder,
  action: ActivityAction,
  details: readonly (string | null)[],
): Promise<void> {
  const shard = openShard(c.env, folder.shard, "first-primary");
  const told = { ...authorOf(c.var.caller), spaceId: folder.space_id, node: folder.folder_id, action, at: Date.now() };
  try {
    await recordSharing(shard, ...details.map((detail) => ({ ...told, detail })));
  } catch (error) {
    console.error("sharing was not written down", { folder: folder.folder_id, action, error: String(error) });
  }
}

/** Tells the owner and the members with sockets, after the answer, that who has the folder, or how, has changed. */
export function noticePeople(c: Context<AppContext>, { owner_id, folder_id }: ToldFolder): void {
  later(c, "people were not noticed", () => userSync(c.env, owner_id).noticePeople(folder_id));
}

/** Tells accounts of something that the caller did, after the answer: a notification each (V4), and a notice to their sockets. */
export function notifyPeople(
  c: Context<AppContext>,
  accounts: readonly string[],
  what: Pick<NewNotification, "subject" | "detail" | "event"> & { readonly kind: Notification["kind"] },
): void {
  const told = { ...what, byId: c.var.caller.userId, at: Date.now() };
  later(c, "accounts were not notified", async () => {
    await notifyAlike(c.env.DIRECTORY, accounts, told);
    if (accounts.length === 0) return;
    // By the caller's object: there may be more of them than one request can call.
    await userSync(c.env, c.var.caller.userId).notifyAccounts(accounts, ["notifications", "spaces"]);
  });
}

/** Does what may fail without failing what was done. */
export function later(c: Context<AppContext>, failed: string, work: () => Promise<unknown>): void {
  c.executionCtx.waitUntil(work().catch((error: unknown) => console.warn(failed, { error: String(error) })));
}
