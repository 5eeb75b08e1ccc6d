import { Command } from "commander";
import { about, eachItem, RENAME_HINT } from "../each-item.ts";
import { destination, parseRemotePath, requireNode } from "../remote-path.ts";
import { requireOneTarget } from "../targets.ts";
import { run } from "../run.ts";

/** `ledge mv`: renames, or moves into a folder. */
export function mvCommand(): Command {
  return new Command("mv")
    .description("move or rename; into TARGET where it is a folder")
    .usage("[options] <source...> <target>")
    .argument("<source...>", "what, and last where to, all on the server")
    .option("--rename", "take a free name where the name is taken")
    .action(
      run(async (context, paths: string[], options: { rename?: boolean }) => {
        const { sources, target } = requireOneTarget(paths);
        const api = await context.api();
        const to = await destination(api, parseRemotePath(sources.length > 1 ? `${target}/` : target));
        await eachItem(context, sources, async (source) => {
          const node = await requireNode(api, parseRemotePath(source));
          const onConflict = options.rename ? "rename" : "fail";
          const done = api.commitOne({ type: "move", node: node.id, ...to, onConflict });
          context.result(await about(`${source} to ${target}`, done, RENAME_HINT), "");
        });
      }),
    );
}
