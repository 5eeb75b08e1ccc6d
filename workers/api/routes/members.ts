import { createRoute } from "@hono/zod-openapi";
import { z } from "zod";
import { LedgeError } from "../../../protocol/errors.ts";
import { Id } from "../../../protocol/ids.ts";
import { LIMITS } from "../../../protocol/limits.ts";
import { Invite, Member, Members, Role } from "../../../protocol/members.ts";
import { pendingFrom, pendingStatement, withdrawInvitation } from "../../storage/directory-invitations.ts";
import { changeRole, memberFrom, membersStatement, readSpace, removeMember } from "../../storage/directory-members.ts";
import { json, jsonBody } from "../json-response.ts";
import { chargeRoleChange } from "../middleware/attempt-limits.ts";
import { requireScope } from "../middleware/authenticate.ts";
import { router } from "../router.ts";
import { invite } from "../sharing/invite.ts";
import { drainUnmounts } from "../sharing/mounting.ts";
import { noSuchSpace, refuseMoving, requireManaged, requireSpace } from "../sharing/space.ts";
import { later, noticePeople, notifyPeople, record } from "../sharing/tell-people.ts";
import { userSync } from "../user-sync.ts";

const tags = ["people"];
const params = z.object({ folder: Id });
/** The removed member's mount, and those that were left behind before. */
const PURGED_AT_ONCE = 20;

const memberParams = params.extend({ account: Id });

const list = createRoute({
  method: "get",
  path: "/spaces/{folder}/members",
  tags,
  summary: "Who has a shared folder, and who is invited",
  middleware: requireScope("read"),
  request: { params },
  responses: {
    200: json(Members, "The owner first, then members by when they came; invitations by when they were made"),
  },
});

const inviting = createRoute({
  method: "post",
  path: "/spaces/{folder}/members",
  tags,
  summary: "Invite people to a folder",
  description:
    "The owner's first invitation shares the folder, which may be any but the home folder. The answer is the same whether " +
    "or not an account has an email. An email that is invited already gets a new invitation in place of the old one. At " +
    `most ${LIMITS.members} members and invitations.`,
  middleware: requireScope("write"),
  request: { params, body: jsonBody(Invite) },
  responses: {
    200: json(
      z.object({ results: z.array(z.object({ email: z.string(), status: z.enum(["invited", "member"]) })) }),
      "One result for each email, each once, in order",
    ),
    403: { description: "`forbidden`: this takes a manager, or the owner" },
    409: {
      description:
        "`too_many_members`, `too_many_spaces`, `root_immutable`, `not_a_folder`, `already_trashed`, `mounted_folder`, `mount_in_shared`",
    },
    429: { description: "`rate_limited`" },
  },
});

const change = createRoute({
  method: "patch",
  path: "/spaces/{folder}/members/{account}",
  tags,
  summary: "Change a member's role",
  description: "Holds from the member's next request on.",
  middleware: requireScope("write"),
  request: { params: memberParams, body: jsonBody(z.object({ role: Role })) },
  responses: {
    200: json(Member, "The member as it is now"),
    403: { description: "`forbidden`: this takes a manager, or the owner; and nobody changes the owner" },
    429: { description: "`rate_limited`" },
  },
});

const remove = createRoute({
  method: "delete",
  path: "/spaces/{folder}/members/{account}",
  tags,
  summary: "Remove a member, or leave",
  description: "Who names their own account leaves, whatever their role; else it takes a manager, or the owner.",
  middleware: requireScope("write"),
  request: { params: memberParams },
  responses: {
    204: { description: "The account does not have the folder any more, from its next request on" },
    403: { description: "`forbidden`; nobody removes the owner" },
  },
});

const withdraw = createRoute({
  method: "delete",
  path: "/spaces/{folder}/invitations/{id}",
  tags,
  summary: "Withdraw an invitation",
  middleware: requireScope("write"),
  request: { params: params.extend({ id: Id }) },
  responses: { 204: { description: "It is good for nothing any more" }, 403: { description: "`forbidden`" } },
});

export const memberRoutes = router()
  .openapi(list, async (c) => {
    const { folder } = c.req.valid("param");
    await requireSpace(c, folder);
    const { DIRECTORY } = c.env;
    const [members, pending] = await DIRECTORY.batch([
      membersStatement(DIRECTORY, folder),
      pendingStatement(DIRECTORY, folder, Date.now()),
    ]);
    const found = {
      members: (members?.results ?? []).map(memberFrom),
      invitations: (pending?.results ?? []).map(pendingFrom),
    };
    return c.json(found, 200);
  })
  .openapi(inviting, async (c) => {
    const results = await invite(c, c.req.valid("param").folder, c.req.valid("json"));
    return c.json({ results }, 200);
  })
  .openapi(change, async (c) => {
    const { folder, account } = c.req.valid("param");
    const { role } = c.req.valid("json");
    const { row, look } = await requireManaged(c, folder);
    if (account === row.owner_id) throw new LedgeError("forbidden", "the owner's role is not to be changed");
    await chargeRoleChange(c, c.var.caller.userId);
    const changed = await changeRole(c.env.DIRECTORY, folder, account, role);
    if (!changed) throw new LedgeError("not_found", "there is no such member");
    if (changed.before !== role) {
      await record(c, row, "changeRole", [`${changed.member.person.email} ${role}`]);
      noticePeople(c, row);
      const subject = { kind: "space", id: folder, name: look.name } as const;
      if (account !== c.var.caller.userId) notifyPeople(c, [account], { kind: "roleChanged", subject, detail: role });
    }
    return c.json(changed.member, 200);
  })
  .openapi(remove, async (c) => {
    const { folder, account } = c.req.valid("param");
    const { caller, env } = { caller: c.var.caller, env: c.env };
    const isLeaving = account === caller.userId;
    // Who leaves may do so whatever became of the folder.
    const row = isLeaving ? await readSpace(env.DIRECTORY, folder, account) : (await requireManaged(c, folder)).row;
    if (!row) throw noSuchSpace();
    refuseMoving(row);
    if (account === row.owner_id) throw new LedgeError("forbidden", "the owner can unshare the folder, not leave it");
    const removed = await removeMember(env.DIRECTORY, folder, account);
    if (!removed) refuseMoving(await readSpace(env.DIRECTORY, folder, caller.userId));
    if (!removed) throw new LedgeError("not_found", "there is no such member");
    if (removed.mountId !== null) await drainUnmounts(env, PURGED_AT_ONCE, folder);
    await record(c, row, isLeaving ? "leave" : "remove", [isLeaving ? null : account]);
    const object = userSync(env, row.owner_id);
    later(c, "the member's sockets were not told", () => object.endWatching(folder, account));
    noticePeople(c, row);
    const subject = { kind: "space", id: folder, name: row.name } as const;
    if (isLeaving) notifyPeople(c, [row.owner_id], { kind: "left", subject });
    else notifyPeople(c, [account], { kind: "removed", subject });
    return c.body(null, 204);
  })
  .openapi(withdraw, async (c) => {
    const { folder, id } = c.req.valid("param");
    const { row } = await requireManaged(c, folder);
    if ((await withdrawInvitation(c.env.DIRECTORY, folder, id)) === null)
      throw new LedgeError("not_found", "there is no such invitation");
    noticePeople(c, row);
    return c.body(null, 204);
  });
