import type { Api } from "../client/api.ts";
import { MembersApi } from "../client/members.ts";
import { LedgeError } from "../protocol/errors.ts";
import { Role, type Member, type PendingInvitation } from "../protocol/members.ts";
import { ID_PATTERN } from "../protocol/new-id.ts";
import type { CliContext } from "./context.ts";
import { UsageError } from "./exit-codes.ts";
import { locate, parseRemotePath } from "./remote-path.ts";

/** A folder that is shared, or is to be, by its path. */
export interface SharedFolder {
  readonly people: MembersApi;
  /** The folder's own id, also where the path is that of a mount. */
  readonly folder: string;
  readonly path: string;
}

export async function peopleApi(context: CliContext): Promise<{ api: Api; people: MembersApi }> {
  const api = await context.api();
  return { api, people: new MembersApi(api.http) };
}

/** Rejects with `not_found`, or a usage error for what cannot be shared by itself. */
export async function sharedFolder(context: CliContext, text: string): Promise<SharedFolder> {
  const { api, people } = await peopleApi(context);
  const { path } = parseRemotePath(text);
  const located = await locate(api, path, context.signal);
  if (!located) throw new LedgeError("not_found", `${path}: no such file or folder`);
  const { node } = located;
  if (node.type !== "folder")
    throw new LedgeError("not_a_folder", `${path} is a file: "ledge share" makes a link to it`);
  if (located.api !== api) throw new UsageError(`${path} is in somebody else's folder: only its owner can share it`);
  return { people, folder: node.mount ?? node.id, path };
}

/** An invitation by its id, or by the address that its mail has, or the secret in that: for those whose email is another. */
export async function invitationOf(
  people: MembersApi,
  text: string,
): Promise<{ readonly id: string; readonly secret?: string }> {
  if (ID_PATTERN.test(text)) return { id: text };
  const secret = /(?:^|#)([\w-]{24})$/.exec(text)?.[1];
  if (secret === undefined)
    throw new UsageError(
      `${text} is neither the id of an invitation, as "ledge invitations" shows it, nor its mail's address`,
    );
  const { id } = await people.lookAtInvitation(secret);
  return { id, secret };
}

export function requireRole(text: string): Role {
  const { data } = Role.safeParse(text);
  if (data === undefined) throw new UsageError(`${text} is no role: say one of ${Role.options.join(", ")}`);
  return data;
}

/** Who has the folder, or is invited to it, by email. */
export async function findPerson(
  { people, folder, path }: SharedFolder,
  email: string,
): Promise<{ readonly member: Member } | { readonly invitation: PendingInvitation }> {
  const { members, invitations } = await people.members(folder);
  const wanted = email.trim().toLowerCase();
  const member = members.find(({ person }) => person.email.toLowerCase() === wanted);
  if (member) return { member };
  const invitation = invitations.find((each) => each.email.toLowerCase() === wanted);
  if (invitation) return { invitation };
  throw new LedgeError("not_found", `${email} neither has ${path} nor is invited to it`);
}
