import { Command } from "commander";
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
        for (const text of paths) {
          const remote = parseRemotePath(text);
          if (options.parents) {
            context.result(await ensureFolder(api, remote.path), "");
            continue;
          }
          if (remote.name === "") throw new UsageError("the root is there already");
          const parent = await requireNode(api, { ...parseRemotePath(remote.parent), wantsFolder: true });
          context.result(await api.commitOne({ type: "createFolder", parent: parent.id, name: remote.name }), "");
        }
      }),
    );
}
