import { Command } from "commander";
import { about, eachItem, RENAME_HINT } from "./each-item.ts";
import { UsageError } from "./exit-codes.ts";
import { moveAcross } from "./move-across.ts";
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
        const to = await destination(api, parseRemotePath(sources.length > 1 ? `${target}/` : target));
        const { api: space, parent, name } = to;
        await eachItem(context, sources, async (source) => {
          const located = await requireLocated(api, parseRemotePath(source));
          const onConflict = options.rename ? "rename" : "fail";
          const isAcross = located.api !== space;
          if (isAcross && type === "copy") {
            throw new UsageError(
              `${source} cannot be copied there: one of them is in somebody else's folder; get it, and put it there`,
            );
          }
          const done = isAcross
            ? moveAcross(context, api, located, to, onConflict)
            : space.commitOne({ type, node: located.node.id, parent, ...(name !== undefined && { name }), onConflict });
          context.result(await about(`${source} to ${target}`, done, RENAME_HINT), "");
        });
      }),
    );
}
