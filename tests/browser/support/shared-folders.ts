import { MembersApi } from "../../../client/members.ts";
import type { Role, SharedSpace } from "../../../protocol/members.ts";
import type { TestAccount } from "./accounts.ts";

/** What is asked of people and invitations in an account's name. */
export function membersOf({ api }: TestAccount): MembersApi {
  return new MembersApi(api.http);
}

/** The account's own id. */
export async function idOf({ api }: TestAccount): Promise<string> {
  return (await api.account()).id;
}

/** Shares a folder and accepts, by the secret of the mail, past the browsers; mounted in the member's top folder. */
export async function shareWith(
  url: string,
  { owner, member, folder, role = "editor" }: { owner: TestAccount; member: TestAccount; folder: string; role?: Role },
): Promise<SharedSpace> {
  await membersOf(owner).invite(folder, { emails: [member.email], role });
  const members = membersOf(member);
  for (const secret of await secretsTo(url, member.email)) {
    const invitation = await members.lookAtInvitation(secret);
    if (invitation.folder.id === folder) return members.acceptInvitation(invitation.id, { secret });
  }
  throw new Error(`no invitation to ${folder} came`);
}

interface KeptMessage {
  readonly to: string;
  readonly kind: string;
  readonly text: string;
}

/** The secret of the newest invitation that was mailed to an address; waits for one. */
export async function secretTo(url: string, email: string): Promise<string> {
  const [newest] = await secretsTo(url, email);
  if (newest === undefined) throw new Error(`no invitation came to ${email}`);
  return newest;
}

/** Of the invitations that the server's inbox of development holds for an address, the newest first; waits for one. */
async function secretsTo(url: string, email: string): Promise<string[]> {
  for (let attempt = 0; attempt < 300; attempt++) {
    const answer = await fetch(`${url}/dev/mail`, { headers: { Accept: "application/json" } });
    const { messages } = (await answer.json()) as { messages: readonly KeptMessage[] };
    const invitations = messages.filter(({ to, kind }) => to === email && kind === "invitation");
    const secrets = invitations.flatMap(({ text }) => /#(\S+)/.exec(text)?.[1] ?? []);
    if (secrets.length > 0) return secrets;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return [];
}
