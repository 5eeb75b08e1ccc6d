import type { Context } from "hono";
import type { Node } from "../../../protocol/tree.ts";
import { sendSoon } from "../../mail/send.ts";
import { mailOf, queueMail } from "../../mail/mail.ts";
import { readPeople } from "../../storage/activity-actors.ts";
import { notificationStatement } from "../../storage/directory-notifications.ts";
import type { DropRow } from "../../storage/drops.ts";
import type { AppContext } from "../context.ts";
import { mailOrigin } from "../own-mail.ts";
import { tellAccount } from "../user-sync.ts";
import { sharedName } from "./shared-node.ts";

/** What is sent by a link is mailed about at most this often, milliseconds: guests may begin as many drops as they like. */
const MAILED_TOGETHER = 3_600_000;
/** Files that a mail names. */
const NAMED = 5;

/** What a guest has sent. */
export interface Received {
  readonly drop: DropRow;
  /** What the link is to. */
  readonly folder: Node;
  /** Of the files that were made. */
  readonly names: readonly string[];
}

/**
 * Tells a link's owner, after the answer, that a guest has sent files: one notification for all that the guest sends by one
 * drop (V4), and a mail for what came first by the link in an hour.
 */
export function tellReceived(c: Context<AppContext>, received: Received, now: number): void {
  const told = tell(c, received, now).catch((error: unknown) =>
    console.warn("an owner was not told of received files", { error: String(error) }),
  );
  c.executionCtx.waitUntil(told);
}

async function tell(c: Context<AppContext>, { drop, folder, names }: Received, now: number): Promise<void> {
  const { id: event, owner_id: accountId, guest } = drop;
  const subject = { kind: "node", id: folder.id, name: sharedName(folder) } as const;
  const mail = await mailStatements(c, { drop, folder, names }, now);
  await c.env.DIRECTORY.batch([
    notificationStatement(c.env.DIRECTORY, {
      accountId,
      kind: "received",
      byId: null,
      subject,
      detail: guest,
      count: names.length,
      event,
      at: now,
    }),
    ...mail,
  ]);
  if (mail.length > 0) sendSoon(c.env, c.executionCtx);
  tellAccount(c, accountId, "notifications");
}

async function mailStatements(
  c: Context<AppContext>,
  { drop, folder, names }: Received,
  now: number,
): Promise<D1PreparedStatement[]> {
  if (mailOf(c.env) === null) return [];
  const owner = (await readPeople(c.env.DIRECTORY, [drop.owner_id])).get(drop.owner_id);
  if (!owner) return [];
  const isRoot = folder.parent === null;
  const message = {
    kind: "received" as const,
    to: owner.email,
    linkName: sharedName(folder),
    guest: drop.guest,
    count: names.length,
    files: c.var.share.link.password === null ? names.slice(0, NAMED) : null,
    link: `${mailOrigin(c)}${isRoot ? "/files" : `/files/${folder.id}`}`,
  };
  return queueMail(c.env, `received/${drop.link_id}/${Math.floor(now / MAILED_TOGETHER)}`, message, now);
}
