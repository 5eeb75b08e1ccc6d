import { Command } from "commander";
import { about } from "../each-item.ts";
import { sharedFolder } from "../people.ts";
import { run } from "../run.ts";

/** `ledge leave`: gives a folder up that somebody else shares. */
export function leaveCommand(): Command {
  return new Command("leave")
    .description("leave a folder that somebody shares with you; copies on synced disks stay there")
    .argument("<path>", "where it is in your tree")
    .action(
      run(async (context, path: string, _options: object) => {
        const { people, folder } = await sharedFolder(context, path);
        const { id } = await (await context.api()).account();
        await about(path, people.removeMember(folder, id));
        context.result({ left: folder }, "");
      }),
    );
}
