import { Command } from "commander";
import { about, eachItem, RENAME_HINT } from "./each-item.ts";
import { destination, parseRemotePath, requireNode } from "./remote-path.ts";
import { run } from "./run.ts";
import { requireOneTarget } from "./targets.ts";

/** A command that moves or copies what is on the server: `SOURCE... TARGET`, as mv and cp take them. */
export function relocateCommand(name: string, type: "move" | "copy", description: string): Command {
  return new Command(name)
    .description(description)
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
          const done = api.commitOne({ type, node: node.id, ...to, onConflict });
          context.result(await about(`${source} to ${target}`, done, RENAME_HINT), "");
        });
      }),
    );
}
