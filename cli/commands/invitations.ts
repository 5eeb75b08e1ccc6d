import { Command } from "commander";
import { formatTime, printable } from "../output.ts";
import { peopleApi } from "../people.ts";
import { run } from "../run.ts";

/** `ledge invitations`: those to the account's own email. */
export function invitationsCommand(): Command {
  return new Command("invitations").description("list what others would share with you").action(
    run(async (context, _options: object) => {
      const { people } = await peopleApi(context);
      const invitations = await people.invitations(context.signal);
      if (invitations.length > 0) context.heading(`${"id".padEnd(26)}  role      until                folder`);
      for (const invitation of invitations) {
        const { id, role, expiresAt, folder, invitedBy, message } = invitation;
        const text = `${id}  ${role.padEnd(8)}  ${formatTime(expiresAt)}  ${folder.name}, by ${invitedBy.name} <${invitedBy.email}>`;
        context.result(invitation, printable(message === null ? text : `${text}: ${message}`));
      }
      if (invitations.length === 0 && !context.json) context.note("Nobody has invited you.");
    }),
  );
}
