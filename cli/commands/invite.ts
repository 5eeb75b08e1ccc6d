import { Command } from "commander";
import { about } from "../each-item.ts";
import { UsageError } from "../exit-codes.ts";
import { requireEmail } from "../inputs.ts";
import { requireRole, sharedFolder } from "../people.ts";
import { run } from "../run.ts";

interface InviteOptions {
  readonly role: string;
  readonly message?: string;
}

/** `ledge invite`: shares a folder with people. */
export function inviteCommand(): Command {
  return new Command("invite")
    .description("share a folder with people: they get a mail, and the folder in their own tree once they accept")
    .argument("<path>", "a folder on the server")
    .argument("<email...>", "whom")
    .option("--role <role>", "viewer, editor or manager", "editor")
    .option("--message <text>", "goes into the mail")
    .action(
      run(async (context, path: string, emails: string[], options: InviteOptions) => {
        const role = requireRole(options.role);
        if (options.message !== undefined && options.message.length > 500)
          throw new UsageError("--message has at most 500 characters");
        const { people, folder } = await sharedFolder(context, path);
        const invite = { emails: emails.map(requireEmail), role, message: options.message };
        for (const { email, status } of await about(path, people.invite(folder, invite)))
          context.result({ email, status }, status === "member" ? `${email} has it already` : `${email} is invited`);
      }),
    );
}
