import { Command, Option } from "commander";
import type { Members } from "../../protocol/members.ts";
import type { CliContext } from "../context.ts";
import { about } from "../each-item.ts";
import { UsageError } from "../exit-codes.ts";
import { formatTime, printable } from "../output.ts";
import { findPerson, requireRole, sharedFolder, type SharedFolder } from "../people.ts";
import { run } from "../run.ts";

interface MembersOptions {
  readonly remove?: string;
  readonly role?: string[];
}

/** `ledge members`: who has a shared folder; changes roles, and removes people. */
export function membersCommand(): Command {
  return new Command("members")
    .description("list who has a shared folder and who is invited; change a role, or remove somebody")
    .argument("<path>", "a folder on the server")
    .option("--remove <email>", "take the folder, or the invitation, from somebody")
    .addOption(new Option("--role <email-and-role...>", "an email and viewer, editor or manager").conflicts("remove"))
    .action(
      run(async (context, path: string, options: MembersOptions) => {
        const shared = await sharedFolder(context, path);
        if (options.remove !== undefined) return remove(context, shared, options.remove);
        if (options.role !== undefined) return changeRole(context, shared, options.role);
        show(context, await about(path, shared.people.members(shared.folder, context.signal)));
      }),
    );
}

function show(context: CliContext, { members, invitations }: Members): void {
  for (const { person, role, joinedAt } of members) {
    const text = `${role.padEnd(8)}  ${formatTime(joinedAt)}  ${person.email}  ${person.name}`;
    context.result({ ...person, role, joinedAt, invited: false }, printable(text));
  }
  for (const invitation of invitations) {
    const text = `${invitation.role.padEnd(8)}  ${"(invited)".padEnd(19)}  ${invitation.email}`;
    context.result({ ...invitation, invited: true }, printable(text));
  }
}

async function remove(context: CliContext, shared: SharedFolder, email: string): Promise<void> {
  const found = await findPerson(shared, email);
  const { people, folder, path } = shared;
  if ("member" in found) await about(path, people.removeMember(folder, found.member.person.id));
  else await about(path, people.withdrawInvitation(folder, found.invitation.id));
  context.result({ removed: email }, "");
}

async function changeRole(context: CliContext, shared: SharedFolder, words: readonly string[]): Promise<void> {
  const [email, role, ...rest] = words;
  if (email === undefined || role === undefined || rest.length > 0)
    throw new UsageError("--role takes an email and a role");
  const wanted = requireRole(role);
  const found = await findPerson(shared, email);
  if (!("member" in found)) throw new UsageError(`${email} has not accepted yet: invite again with another role`);
  const { people, folder, path } = shared;
  context.result(await about(path, people.changeRole(folder, found.member.person.id, wanted)), "");
}
