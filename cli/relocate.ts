import { Command } from "commander";
import { about, eachItem, RENAME_HINT } from "./each-item.ts";
import { UsageError } from "./exit-codes.ts";
import { destination, parseRemotePath, requireLocated } from "./remote-path.ts";
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
        const { api: space, ...to } = await destination(
          api,
          parseRemotePath(sources.length > 1 ? `${target}/` : target),
        );
        await eachItem(context, sources, async (source) => {
          const { api: from, node } = await requireLocated(api, parseRemotePath(source));
          if (from !== space) {
            throw new UsageError(
              `${source} cannot be put there in one step: one of them is in somebody else's folder; get it, put it there, and remove it here`,
            );
          }
          const onConflict = options.rename ? "rename" : "fail";
          const done = space.commitOne({ type, node: node.id, ...to, onConflict });
          context.result(await about(`${source} to ${target}`, done, RENAME_HINT), "");
        });
      }),
    );
}
