import { Command } from "commander";
import { about, eachItem } from "../each-item.ts";
import { UsageError } from "../exit-codes.ts";
import { ensureFolder, parseRemotePath, requireNode } from "../remote-path.ts";
import { run } from "../run.ts";

/** `ledge mkdir`. */
export function mkdirCommand(): Command {
  return new Command("mkdir")
    .description("make folders")
    .argument("<path...>", "on the server")
    .option("-p, --parents", "make those above, too, and take what is there already")
    .action(
      run(async (context, paths: string[], options: { parents?: boolean }) => {
        const api = await context.api();
        await eachItem(context, paths, async (text) => {
          const remote = parseRemotePath(text);
          if (options.parents) {
            context.result(await ensureFolder(api, remote.path), "");
            return;
          }
          if (remote.name === "") throw new UsageError("the root is there already");
          const parent = await requireNode(api, { ...parseRemotePath(remote.parent), wantsFolder: true });
          const made = api.commitOne({ type: "createFolder", parent: parent.id, name: remote.name });
          context.result(await about(remote.path, made), "");
        });
      }),
    );
}
