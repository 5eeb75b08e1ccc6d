import { createRoute } from "@hono/zod-openapi";
import type { Context } from "hono";
import { z } from "zod";
import { LedgeError } from "../../../protocol/errors.ts";
import { Id } from "../../../protocol/ids.ts";
import type { Person } from "../../../protocol/members.ts";
import { OwnershipOffer, Transfer } from "../../../protocol/transfers.ts";
import type { Env } from "../../env.ts";
import { mailOf, queueMail } from "../../mail/mail.ts";
import { sendSoon } from "../../mail/send.ts";
import { endOffer, findMember, OFFER_LIFETIME, offerFolder } from "../../storage/directory-offers.ts";
import { readSpace } from "../../storage/directory-members.ts";
import { cancelHandovers, handoverOf, lastHandover } from "../../storage/directory-ownership.ts";
import { acceptOffer } from "../../transfers/accept-offer.ts";
import { tellOf } from "../../transfers/notice.ts";
import { AT_ONCE, sendTransfer } from "../../transfers/queue.ts";
import { runLeased, runTransfer } from "../../transfers/run-transfer.ts";
import { transferFrom } from "../../transfers/transfer-from.ts";
import type { AppContext } from "../context.ts";
import { json, jsonBody } from "../json-response.ts";
import { chargeInvitations } from "../middleware/attempt-limits.ts";
import { requireScope } from "../middleware/authenticate.ts";
import { mailOrigin } from "../own-mail.ts";
import { router } from "../router.ts";
import { refuseMoving, requireSpace, type Space } from "../sharing/space.ts";
import { later, noticePeople, notifyPeople } from "../sharing/tell-people.ts";
import { notify, tellAccount } from "../user-sync.ts";

const tags = ["people"];
const params = z.object({ folder: Id });

const offer = createRoute({
  method: "post",
  path: "/spaces/{folder}/owner",
  tags,
  summary: "Offer a shared folder to a member",
  description:
    "For its owner. The member is told, and accepts or declines; until then nothing changes. An offer to somebody else ends. " +
    "It is good for 30 days, and as long as the member is one.",
  middleware: requireScope("write"),
  request: { params, body: jsonBody(OwnershipOffer) },
  responses: {
    204: { description: "It is offered to this member, and to nobody else" },
    403: { description: "`forbidden`: for its owner" },
    404: { description: "`not_found`: no such folder, or no such member" },
    429: { description: "`rate_limited`" },
  },
});

const end = createRoute({
  method: "delete",
  path: "/spaces/{folder}/owner",
  tags,
  summary: "Take an offer back, or decline it",
  description: "For the folder's owner, and for whom it is offered to.",
  middleware: requireScope("write"),
  request: { params },
  responses: {
    204: { description: "It is offered to nobody" },
    403: { description: "`forbidden`: for its owner, and whom it is offered to" },
  },
});

const accept = createRoute({
  method: "post",
  path: "/spaces/{folder}/owner/accept",
  tags,
  summary: "Accept to be the owner of a shared folder",
  description:
    "For whom it is offered to. The folder is copied to their home with all versions, its trash and its ids, and stands in the " +
    "place of their mount then; it counts for their quota. Members keep what they have, and the former owner is a manager. " +
    "What is small is `done` in the answer; ask for the rest by `GET /transfers/{id}`. Asked again it answers the same " +
    "transfer. It ends with the offer, until the folder begins to change hands.",
  middleware: requireScope("write"),
  request: { params },
  responses: {
    200: json(
      Transfer,
      "The transfer, as far as it is: why one failed is in `error`, and the offer is still good then",
    ),
    403: { description: "`forbidden`: for whom it is offered to" },
    409: { description: "`mount_in_shared`: a folder in it is shared, too; `too_many_transfers`" },
    503: { description: "`busy`: it changes hands at this moment, or what came to nothing is being cleared away" },
  },
});

export const ownerRoutes = router()
  .openapi(offer, async (c) => {
    const { folder } = c.req.valid("param");
    const { account } = c.req.valid("json");
    const space = await requireSpace(c, folder);
    if (space.row.role !== "owner") throw new LedgeError("forbidden", "only its owner gives a folder away");
    const receiver = await findMember(c.env.DIRECTORY, folder, account);
    if (!receiver) throw noSuchMember();
    if (space.row.offered_to !== account) await offerTo(c, space, receiver);
    return c.body(null, 204);
  })
  .openapi(end, async (c) => {
    const { folder } = c.req.valid("param");
    const { row, look } = await requireSpace(c, folder);
    const { owner_id: ownerId, offered_to: to, role } = row;
    const isReceiver = to === c.var.caller.userId;
    if (role !== "owner" && !isReceiver) throw new LedgeError("forbidden", "the folder is not offered to you");
    if (to === null) return c.body(null, 204);
    const isEnded = await endOffer(c.env.DIRECTORY, { folderId: folder, ownerId, to });
    if (!isEnded) refuseMoving(await readSpace(c.env.DIRECTORY, folder, c.var.caller.userId));
    if (!isEnded) return c.body(null, 204);
    const subject = { kind: "space", id: folder, name: look.name } as const;
    if (isReceiver) notifyPeople(c, [ownerId], { kind: "offerDeclined", subject });
    else tellAccount(c, to, "spaces");
    notify(c, "spaces");
    await cancelHandovers(c.env.DIRECTORY, folder, to, Date.now());
    later(c, "a change of owners was not cleared away", () => clearAway(c.env, folder));
    return c.body(null, 204);
  })
  .openapi(accept, async (c) => {
    const { folder } = c.req.valid("param");
    const { caller, env } = { caller: c.var.caller, env: c.env };
    const { row, look } = await requireSpace(c, folder);
    const before = row.role === "owner" ? await lastHandover(env.DIRECTORY, folder, caller.userId) : null;
    if (before) return c.json(transferFrom(before), 200);
    if (row.offered_to !== caller.userId || row.role === "owner")
      throw new LedgeError("forbidden", "the folder is not offered to you");
    const from = { shard: row.shard, spaceId: row.space_id, ownerId: row.owner_id, scope: null };
    const begun = await acceptOffer(env, caller, { folderId: folder, from, mountId: row.mount_id });
    if (!begun.isNew) return c.json(transferFrom(begun.row), 200);
    const subject = { kind: "space", id: folder, name: look.name } as const;
    notifyPeople(c, [row.owner_id], { kind: "offerAccepted", subject });
    const run = await runLeased(env, begun.row, AT_ONCE);
    later(c, "a change of owners was not sent", () => sendTransfer(env, run));
    return c.json(transferFrom(run), 200);
  });

/** Takes away what was copied of a folder whose offer has ended. */
async function clearAway(env: Env, folder: string): Promise<void> {
  const left = await handoverOf(env.DIRECTORY, folder);
  if (!left) return;
  await tellOf(env, left);
  const run = await runTransfer(env, left.id, AT_ONCE);
  if (run) await sendTransfer(env, run);
}

/** Writes the offer down with its mail, and tells of it. */
async function offerTo(c: Context<AppContext>, { row, look }: Space, receiver: Person): Promise<void> {
  const { caller, env } = { caller: c.var.caller, env: c.env };
  const { folder_id: folderId, owner_id: ownerId, offered_to: before } = row;
  await chargeInvitations(c, caller.userId, 1);
  const now = Date.now();
  const mail = await queueMail(
    env,
    `offer/${folderId}/${receiver.id}/${now}`,
    {
      kind: "offer",
      to: receiver.email,
      owner: caller.name,
      ownerEmail: caller.email,
      folder: look.name,
      link: `${mailOrigin(c)}/files/${folderId}`,
      expiresAt: now + OFFER_LIFETIME,
    },
    now,
  );
  if (!(await offerFolder(env.DIRECTORY, { folderId, ownerId, to: receiver.id }, now, mail))) throw noSuchMember();
  if (mailOf(env) !== null) sendSoon(env, c.executionCtx);
  const subject = { kind: "space", id: folderId, name: look.name } as const;
  notifyPeople(c, [receiver.id], { kind: "offered", subject });
  if (before !== null) tellAccount(c, before, "spaces");
  noticePeople(c, row);
}

function noSuchMember(): LedgeError {
  return new LedgeError("not_found", "there is no such member");
}
