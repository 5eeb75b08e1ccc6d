import { Command } from "commander";
import { about } from "../each-item.ts";
import { invitationOf, peopleApi } from "../people.ts";
import { run } from "../run.ts";

/** `ledge decline`. */
export function declineCommand(): Command {
  return new Command("decline")
    .description("decline an invitation")
    .argument("<id>", "as `ledge invitations` shows it, or the address in the mail")
    .action(
      run(async (context, text: string, _options: object) => {
        const { people } = await peopleApi(context);
        const { id, secret } = await about(text, invitationOf(people, text));
        await about(text, people.declineInvitation(id, secret));
        context.result({ declined: id }, "");
      }),
    );
}
