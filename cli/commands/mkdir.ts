import { Command } from "commander";
import { about, eachItem } from "../each-item.ts";
import { UsageError } from "../exit-codes.ts";
import { ensureFolder, inside, parseRemotePath, requireLocated } from "../remote-path.ts";
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
            context.result((await ensureFolder(api, remote.path)).node, "");
            return;
          }
          if (remote.name === "") throw new UsageError("the root is there already");
          const parent = await requireLocated(api, { ...parseRemotePath(remote.parent), wantsFolder: true });
          const { api: space, folder } = inside(api, parent);
          const made = space.commitOne({ type: "createFolder", parent: folder, name: remote.name });
          context.result(await about(remote.path, made), "");
        });
      }),
    );
}
