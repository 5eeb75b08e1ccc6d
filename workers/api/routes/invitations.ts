import { createRoute } from "@hono/zod-openapi";
import type { Context } from "hono";
import { z } from "zod";
import { LedgeError } from "../../../protocol/errors.ts";
import { Id } from "../../../protocol/ids.ts";
import { LIMITS } from "../../../protocol/limits.ts";
import { AcceptInvitation, Invitation, SharedSpace } from "../../../protocol/members.ts";
import { newId } from "../../../protocol/new-id.ts";
import type { Node } from "../../../protocol/tree.ts";
import {
  acceptInvitation,
  declineInvitation,
  findBySecret,
  findInvitation,
  joinedBy,
  listInvitations,
  type FoundInvitation,
  type InvitationClaim,
} from "../../storage/directory-invitations.ts";
import { lookAtFolders } from "../../storage/shared-folders.ts";
import { openShard } from "../../storage/shards.ts";
import { sha256 } from "../auth/access-token.ts";
import { authorOf } from "../commit.ts";
import type { AppContext } from "../context.ts";
import { json, jsonBody } from "../json-response.ts";
import { chargeAttempts } from "../middleware/attempt-limits.ts";
import { changingHands } from "../middleware/open-home.ts";
import { requireScope } from "../middleware/authenticate.ts";
import { requireNode } from "../node-ref.ts";
import { router } from "../router.ts";
import { ensureMounted } from "../sharing/mounting.ts";
import { requireSpace, sharedSpace, type Space } from "../sharing/space.ts";
import { later, noticePeople, notifyPeople, record } from "../sharing/tell-people.ts";
import { notify, userSync } from "../user-sync.ts";

const tags = ["people"];
const params = z.object({ id: Id });
const Secret = z.string().max(100);

const list = createRoute({
  method: "get",
  path: "/invitations",
  tags,
  summary: "Invitations to the account's email, newest first",
  description: "None where the email is not verified: those are opened by the address in their mail.",
  middleware: requireScope("read"),
  responses: { 200: json(z.object({ invitations: z.array(Invitation) }), "Those that are still good") },
});

const look = createRoute({
  method: "post",
  path: "/invitations/look",
  security: [],
  tags,
  summary: "What the secret of a mail invites to",
  request: { body: jsonBody(z.object({ secret: Secret })) },
  responses: { 200: json(Invitation, "The invitation"), 429: { description: "`rate_limited`" } },
});

const accept = createRoute({
  method: "post",
  path: "/invitations/{id}/accept",
  tags,
  summary: "Accept an invitation",
  description:
    "The account becomes a member, and the folder stands in its home: in `parent`, or the home folder. Sent again it answers " +
    "the same. An invitation of the account's own, verified email needs no secret.",
  middleware: requireScope("write"),
  request: { params, body: jsonBody(AcceptInvitation) },
  responses: {
    200: json(SharedSpace, "The folder as the account has it now"),
    404: { description: "`not_found`: no such invitation, or not this account's, or not any more; `parent_not_found`" },
    409: { description: "`too_many_spaces`, `not_a_folder`, `mount_in_shared`" },
  },
});

const decline = createRoute({
  method: "post",
  path: "/invitations/{id}/decline",
  tags,
  summary: "Decline an invitation",
  middleware: requireScope("write"),
  request: { params, body: jsonBody(z.object({ secret: Secret.optional() })) },
  responses: { 204: { description: "It is good for nothing any more" } },
});

export const invitationRoutes = router()
  .openapi(list, async (c) => {
    const invitations = await listInvitations(c.env.DIRECTORY, c.var.caller.userId, Date.now());
    return c.json({ invitations }, 200);
  })
  .openapi(look, async (c) => {
    await chargeAttempts(c, "invitation");
    const found = await findBySecret(c.env.DIRECTORY, await sha256(c.req.valid("json").secret), Date.now());
    if (!found) throw noSuchInvitation();
    c.header("cache-control", "private, no-store");
    return c.json(found.invitation, 200);
  })
  .openapi(accept, async (c) => {
    const { id } = c.req.valid("param");
    const { secret, parent, name } = c.req.valid("json");
    const { caller, env } = { caller: c.var.caller, env: c.env };
    const claim = await claimOf(c, id, secret);
    const target = parent === undefined ? null : await requireTarget(c, parent);
    const joined = await join(c, claim);
    const space = await requireSpace(c, joined.folder);
    if (joined.by) tellJoined(c, space, joined.by);
    const mount = await mountJoined(c, space, target, name ?? space.look.name);
    const { folder_id: folder, owner_id: owner } = space.row;
    later(c, "the sockets hear nothing yet", () =>
      userSync(env, caller.userId).followIfConnected(caller.userId, { folder, owner }),
    );
    return c.json(sharedSpace(space, mount.id), 200);
  })
  .openapi(decline, async (c) => {
    const { id } = c.req.valid("param");
    const claim = await claimOf(c, id, c.req.valid("json").secret);
    const found = await declineInvitation(c.env.DIRECTORY, claim, Date.now());
    if (!found) throw noSuchInvitation();
    const { folder, invitedBy, owner } = found.invitation;
    notifyPeople(c, [invitedBy.id], { kind: "declined", subject: { kind: "space", ...folder }, detail: found.email });
    noticePeople(c, toldFolder(found, owner.id));
    notify(c, "spaces");
    return c.body(null, 204);
  });

async function claimOf(
  c: Context<AppContext>,
  id: string,
  secret: string | undefined,
): Promise<InvitationClaim & { readonly accountId: string }> {
  return { id, accountId: c.var.caller.userId, secretHash: secret === undefined ? null : await sha256(secret) };
}

function noSuchInvitation(): LedgeError {
  return new LedgeError("not_found", "there is no such invitation, or not any more, or not for this account");
}

function toldFolder({ invitation, shard, spaceId }: FoundInvitation, ownerId: string) {
  return { folder_id: invitation.folder.id, owner_id: ownerId, shard, space_id: spaceId };
}

/** Where the mount is to be, looked at before the invitation is used up. */
async function requireTarget(c: Context<AppContext>, parent: string): Promise<string> {
  const found = await requireNode(c.var.home, parent).catch(() => null);
  if (found?.reach !== "live") throw new LedgeError("parent_not_found");
  if (found.node.type !== "folder") throw new LedgeError("not_a_folder");
  if (found.node.mount !== undefined) throw new LedgeError("mounted_folder");
  return parent;
}

/** Uses the invitation; `by` is what it was, where this did it. Where it was used before by this account, it is found again. */
async function join(
  c: Context<AppContext>,
  claim: InvitationClaim & { readonly accountId: string },
): Promise<{ readonly folder: string; readonly by: FoundInvitation | null }> {
  const { DIRECTORY } = c.env;
  const found = await findInvitation(DIRECTORY, claim, Date.now());
  const before = found ? null : await joinedBy(DIRECTORY, claim.id, claim.accountId);
  if (before !== null) return { folder: before, by: null };
  if (!found) throw noSuchInvitation();
  const { folder, owner } = found.invitation;
  if (owner.id === claim.accountId) throw new LedgeError("forbidden", "the folder is your own");
  await requireLive(c, found);
  const outcome = await acceptInvitation(DIRECTORY, claim, newId(), Date.now());
  if (outcome === "full")
    throw new LedgeError("too_many_spaces", `at most ${LIMITS.sharedFolders}: leave or unshare some`);
  // Accepted by the same account at the same time, perhaps.
  if (outcome === "gone" && (await joinedBy(DIRECTORY, claim.id, claim.accountId)) === null) throw noSuchInvitation();
  return { folder: folder.id, by: outcome === "joined" ? found : null };
}

/** What is in its owner's trash may come back: its invitation is not used up meanwhile (M4). */
async function requireLive(
  c: Context<AppContext>,
  { invitation, shard, spaceId, isMoving }: FoundInvitation,
): Promise<void> {
  if (isMoving) throw changingHands();
  const folderId = invitation.folder.id;
  const looks = await lookAtFolders(openShard(c.env, shard, "first-primary"), [{ spaceId, folderId }]);
  if (looks.get(folderId)?.reach !== "live")
    throw new LedgeError("not_found", "the folder is not there at the moment: its owner may bring it back");
}

function tellJoined(c: Context<AppContext>, { row, look }: Space, { invitation, email }: FoundInvitation): void {
  const subject = { kind: "space", id: row.folder_id, name: look.name } as const;
  later(c, "joining was not written down", () => record(c, row, "join", [invitation.role]));
  noticePeople(c, row);
  notifyPeople(c, [invitation.invitedBy.id], { kind: "accepted", subject, detail: email });
  notify(c, "spaces");
}

/** In the home folder, under its own name, where what was asked for will not do any more: the account is a member by now. */
async function mountJoined(
  c: Context<AppContext>,
  { row, look }: Space,
  parent: string | null,
  name: string,
): Promise<Node> {
  const { home, caller } = c.var;
  const mounting = { folderId: row.folder_id, accountId: caller.userId, mountId: row.mount_id };
  try {
    return await ensureMounted(c.env, home, { ...mounting, parent, name }, authorOf(caller));
  } catch (error) {
    if (!(error instanceof LedgeError) || error.code === "not_found") throw error;
    return ensureMounted(c.env, home, { ...mounting, parent: null, name: look.name }, authorOf(caller));
  }
}
