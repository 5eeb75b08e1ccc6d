import { Command } from "commander";
import { about } from "../each-item.ts";
import { UsageError } from "../exit-codes.ts";
import { invitationOf, peopleApi } from "../people.ts";
import { destination, parseRemotePath } from "../remote-path.ts";
import { run } from "../run.ts";

/** `ledge accept`: takes a folder into the account's own tree that somebody shares with it. */
export function acceptCommand(): Command {
  return new Command("accept")
    .description("accept an invitation: the folder appears in your own tree")
    .argument("<id>", "as `ledge invitations` shows it, or the address in the mail")
    .option("--to <path>", "into this folder, or under this name (default: your root, under its own name)")
    .action(
      run(async (context, text: string, options: { to?: string }) => {
        const { api, people } = await peopleApi(context);
        const target = options.to === undefined ? null : await destination(api, parseRemotePath(options.to));
        if (target && target.api !== api)
          throw new UsageError(`--to ${options.to}: a shared folder cannot be put into another one`);
        const at = target ? { parent: target.parent, ...(target.name !== undefined && { name: target.name }) } : {};
        const { id, ...secret } = await about(text, invitationOf(people, text));
        const space = await about(text, people.acceptInvitation(id, { ...at, ...secret }));
        const path = space.mount === null ? null : (await api.node(space.mount)).path;
        context.result({ ...space, path }, path === null ? `You have ${space.name}` : `It is at ${path}`);
      }),
    );
}
