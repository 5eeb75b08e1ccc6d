import type { Notification } from "../../protocol/activity.ts";
import type { Env } from "../env.ts";
import { recordSharing } from "../storage/activity.ts";
import { notifyAlike } from "../storage/directory-notifications.ts";
import { membersOf } from "../storage/directory-ownership.ts";
import type { TransferRow } from "../storage/directory-transfers.ts";
import { openShard } from "../storage/shards.ts";

/** Objects that are called at a time. */
const AT_ONCE = 50;

/**
 * Tells all who have a folder that it has a new owner (M8, V4), and writes it down (V1): it is done, so that nothing of this
 * fails it. A socket that hears of it lists the folder anew.
 */
export async function tellNewOwner(env: Env, transfer: TransferRow): Promise<void> {
  await attempt("written down", () => writeDown(env, transfer));
  await attempt("told to sockets", () => tellSockets(env, transfer));
  await tellParties(env, transfer, "handedOver", "transferred");
}

/** Tells both sides that a folder stays whose it was. */
export async function tellNotHandedOver(env: Env, transfer: TransferRow): Promise<void> {
  await tellParties(env, transfer, "notHandedOver", "notHandedOver");
}

function objectOf(env: Env, account: string) {
  return env.USER_SYNC.get(env.USER_SYNC.idFromName(account));
}

type Kind = Notification["kind"];

/** A notification for each side, which is one however often it is told. */
async function tellParties(env: Env, transfer: TransferRow, toFormer: Kind, toNew: Kind): Promise<void> {
  const { id, nodeId, name, from, to } = transfer;
  const told = { subject: { kind: "space", id: nodeId, name }, event: id, at: Date.now() } as const;
  await attempt("told", async () => {
    await notifyAlike(env.DIRECTORY, [from.ownerId], { ...told, kind: toFormer, byId: to.ownerId });
    await notifyAlike(env.DIRECTORY, [to.ownerId], { ...told, kind: toNew, byId: from.ownerId });
    for (const account of [from.ownerId, to.ownerId]) {
      await objectOf(env, account).hear({ shared: [], forgotten: [], notices: ["notifications", "spaces"] });
    }
  });
}

async function writeDown(env: Env, { nodeId, to, origin, label }: TransferRow): Promise<void> {
  const record = { node: nodeId, action: "transfer", detail: null, at: Date.now() } as const;
  await recordSharing(openShard(env, to.shard, "first-primary"), {
    ...record,
    spaceId: to.spaceId,
    authorId: to.ownerId,
    origin,
    label,
  });
}

async function tellSockets(env: Env, { nodeId: folder, from, to }: TransferRow): Promise<void> {
  await objectOf(env, from.ownerId).dropWatchers(folder);
  const followed = { folder, owner: to.ownerId };
  const accounts = [to.ownerId, ...(await membersOf(env.DIRECTORY, folder))];
  for (let at = 0; at < accounts.length; at += AT_ONCE) {
    const told = accounts
      .slice(at, at + AT_ONCE)
      .map((account) => objectOf(env, account).followNewOwner(account, followed));
    const failed = (await Promise.allSettled(told)).find((each) => each.status === "rejected");
    if (failed) console.warn("members were not told of a new owner", { folder, error: String(failed.reason) });
  }
}

async function attempt(what: string, work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (error) {
    console.warn(`a change of owners was not ${what}`, { error: String(error) });
  }
}
