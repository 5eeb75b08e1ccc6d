import { Command } from "commander";
import { about } from "../each-item.ts";
import { requireInvitationId } from "../inputs.ts";
import { peopleApi } from "../people.ts";
import { run } from "../run.ts";

/** `ledge decline`. */
export function declineCommand(): Command {
  return new Command("decline")
    .description("decline an invitation")
    .argument("<id>", "as `ledge invitations` shows it")
    .action(
      run(async (context, id: string, _options: object) => {
        const { people } = await peopleApi(context);
        await about(id, people.declineInvitation(requireInvitationId(id)));
        context.result({ declined: id }, "");
      }),
    );
}
