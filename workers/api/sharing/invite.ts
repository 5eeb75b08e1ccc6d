import type { Context } from "hono";
import { LedgeError } from "../../../protocol/errors.ts";
import { LIMITS } from "../../../protocol/limits.ts";
import type { Role } from "../../../protocol/members.ts";
import { newId } from "../../../protocol/new-id.ts";
import { mailOf, queueMail } from "../../mail/mail.ts";
import { sendSoon } from "../../mail/send.ts";
import {
  addInvitations,
  emailsOfMembers,
  INVITATION_LIFETIME,
  invitedAccounts,
  messagesSent,
} from "../../storage/directory-invitations.ts";
import {
  addSharedFolder,
  endSharedFolder,
  ownerOf,
  readSpace,
  type SpaceRow,
} from "../../storage/directory-members.ts";
import { sha256Hex } from "../auth/access-token.ts";
import type { AppContext } from "../context.ts";
import { chargeInvitations, chargeInvited } from "../middleware/attempt-limits.ts";
import { requireNode } from "../node-ref.ts";
import { mailOrigin } from "../own-mail.ts";
import { shareOnItsShard, unshareOnItsShard, type FolderOfOwner } from "./sharing-on-shard.ts";
import { noSuchSpace, refuseMoving, requireManaged } from "./space.ts";
import { later, noticePeople, notifyPeople, record } from "./tell-people.ts";

/** 144 bits, as the secrets of links have (L2). */
const SECRET_BYTES = 18;

/** What became of one email. */
export interface InviteResult {
  readonly email: string;
  readonly status: "invited" | "member";
}

interface Invite {
  readonly emails: readonly string[];
  readonly role: Role;
  readonly message?: string | undefined;
}

/** Invites emails to a folder (M4); the owner's first invitation shares it. Answers one result for each email, in order. */
export async function invite(c: Context<AppContext>, folderId: string, request: Invite): Promise<InviteResult[]> {
  const emails = [...new Set(request.emails.map((email) => email.toLowerCase()))];
  const space = await requireSharable(c, folderId);
  await chargeInvitations(c, c.var.caller.userId, emails.length);
  // What is shared with nobody yet has its owner only.
  const own = new Set([c.var.caller.email]);
  const members = space ? await emailsOfMembers(c.env.DIRECTORY, folderId, emails) : own;
  const invited = emails.filter((email) => !members.has(email));
  if (mailOf(c.env) !== null) await chargeInvited(c, invited);
  const folder = space ? await sharedStill(c, space) : await share(c, folderId);
  await keep(c, folder, invited, request);
  return emails.map((email) => ({ email, status: members.has(email) ? "member" : "invited" }));
}

/** The shared folder, if it is one that the caller manages; null where it is a folder of theirs that can be one. */
async function requireSharable(c: Context<AppContext>, folderId: string): Promise<SpaceRow | null> {
  const { home, caller } = c.var;
  const known = await readSpace(c.env.DIRECTORY, folderId, caller.userId);
  refuseMoving(known);
  if (known && known.role !== "owner") return named(await requireManaged(c, folderId));
  const { node, reach } = await requireNode(home, folderId);
  if (reach === "trashed") throw new LedgeError("already_trashed", "what is in the trash is shared with nobody");
  if (node.type === "file") throw new LedgeError("not_a_folder", "files are shared by links");
  if (node.parent === null) throw new LedgeError("root_immutable", "the home folder is shared with nobody");
  if (node.mount !== undefined) throw new LedgeError("mounted_folder", "invite to the folder that it stands for");
  return known && { ...known, name: node.name };
}

/** What the directory has as shared is so on the shard: an unsharing that was cut off, or came late, may have left it otherwise. */
async function sharedStill(c: Context<AppContext>, space: SpaceRow): Promise<SpaceRow> {
  await shareOnItsShard(c.env, placeOf(space));
  return space;
}

function placeOf({ folder_id: folderId, owner_id: ownerId, shard, space_id: spaceId }: SpaceRow): FolderOfOwner {
  return { folderId, ownerId, shard, spaceId };
}

/** It was unshared meanwhile, perhaps before its shard was told that it is shared. */
async function goneMeanwhile(c: Context<AppContext>, folder: FolderOfOwner): Promise<never> {
  await unshareOnItsShard(c.env, folder);
  throw noSuchSpace();
}

function named({ row, look }: Awaited<ReturnType<typeof requireManaged>>): SpaceRow {
  return { ...row, name: look.name };
}

/**
 * Shares a folder of the caller's: on the shard first, where it costs a few rows as long as nobody has it, and then in the
 * directory. Cut off in between, the next invitation goes on.
 */
async function share(c: Context<AppContext>, folderId: string): Promise<SpaceRow> {
  const { home, caller, env } = { ...c.var, env: c.env };
  const known = await ownerOf(env.DIRECTORY, folderId);
  if (known !== null && known !== caller.userId) throw taken();
  const { node } = await requireNode(home, folderId);
  const folder = { folderId, ownerId: caller.userId, shard: home.shard.name, spaceId: home.spaceId };
  await shareOnItsShard(env, folder);
  const kept = await addSharedFolder(env.DIRECTORY, { ...folder, name: node.name }, Date.now());
  if (kept !== "kept") await unshareOnItsShard(env, folder);
  if (kept === "taken") throw taken();
  if (kept === "full")
    throw new LedgeError("too_many_spaces", `at most ${LIMITS.sharedFolders}: leave or unshare some`);
  try {
    await shareOnItsShard(env, folder);
  } catch (error) {
    // It was purged or filled meanwhile. Nobody was invited yet.
    if (error instanceof LedgeError) await endSharedFolder(env.DIRECTORY, folder.spaceId, folderId);
    throw error;
  }
  const row = await readSpace(env.DIRECTORY, folderId, caller.userId);
  if (!row) return goneMeanwhile(c, folder);
  return row;
}

/** Clients make ids: another account's folder may have this one. */
function taken(): LedgeError {
  return new LedgeError("id_conflict", "another account shares a folder of this id: copy it, and share the copy");
}

/** Keeps invitations with their mails, and tells of them. */
async function keep(
  c: Context<AppContext>,
  folder: SpaceRow,
  emails: readonly string[],
  { role, message }: Invite,
): Promise<void> {
  if (emails.length === 0) return;
  const { caller, env } = { caller: c.var.caller, env: c.env };
  const now = Date.now();
  const inviting = { folderId: folder.folder_id, invitedBy: caller.userId, role, now };
  const before = message === undefined ? await messagesSent(env.DIRECTORY, inviting, emails) : null;
  const made = await Promise.all(
    emails.map((email) => make(c, folder, email, message || before?.get(email) || null, now)),
  );
  const kept = await addInvitations(
    env.DIRECTORY,
    inviting,
    made.map(({ invitation }) => invitation),
    made.flatMap(({ mail }) => mail),
  );
  if (kept === "full") throw new LedgeError("too_many_members", `at most ${LIMITS.members} members and invitations`);
  if (kept === "gone") await goneMeanwhile(c, placeOf(folder));
  if (kept === "unmanaged") throw new LedgeError("forbidden", "this takes a manager of the folder, or its owner");
  if (mailOf(env) !== null) sendSoon(env, c.executionCtx);
  await record(c, folder, "invite", emails);
  noticePeople(c, folder);
  later(c, "invited accounts were not notified", async () => {
    for (const { account, invitation } of await invitedAccounts(env.DIRECTORY, folder.folder_id, emails)) {
      const subject = { kind: "invitation", id: invitation, name: folder.name } as const;
      notifyPeople(c, [account], { kind: "invited", subject, detail: role, event: invitation });
    }
  });
}

/** An invitation and the statements of its mail. The secret is in the mail and nowhere else. */
async function make(c: Context<AppContext>, folder: SpaceRow, email: string, message: string | null, now: number) {
  const id = newId(now);
  const secret = Buffer.from(crypto.getRandomValues(new Uint8Array(SECRET_BYTES))).toString("base64url");
  const { name, email: inviterEmail, emailVerified: isInviterVerified } = c.var.caller;
  const mail = await queueMail(
    c.env,
    `invitation/${id}`,
    {
      kind: "invitation",
      to: email,
      inviter: name,
      inviterEmail,
      isInviterVerified,
      folder: folder.name,
      message,
      link: `${mailOrigin(c)}/invitations#${secret}`,
      expiresAt: now + INVITATION_LIFETIME,
    },
    now,
  );
  return { invitation: { id, email, digest: await sha256Hex(secret), message }, mail };
}
