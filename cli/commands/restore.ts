import { Command } from "commander";
import { about, RENAME_HINT } from "../each-item.ts";
import { findTrashed } from "../find-trashed.ts";
import { destination, parseRemotePath } from "../remote-path.ts";
import { UsageError } from "../exit-codes.ts";
import { run } from "../run.ts";

/** `ledge restore`: out of the trash, to where it was or where told. */
export function restoreCommand(): Command {
  return new Command("restore")
    .description("bring something back from the trash")
    .argument("<id-or-name>", "or old path, as `ledge trash` lists it")
    .option("--to <path>", "into this folder, or under this name, instead of where it was")
    .option("--rename", "take a free name where the name is taken")
    .action(
      run(async (context, name: string, options: { to?: string; rename?: boolean }) => {
        const api = await context.api();
        const { id } = await findTrashed(api, name);
        const target = options.to === undefined ? null : await destination(api, parseRemotePath(options.to));
        if (target && target.api !== api)
          throw new UsageError(`--to ${options.to}: what was yours is restored to what is yours`);
        const to = target && { parent: target.parent, ...(target.name !== undefined && { name: target.name }) };
        const onConflict = options.rename ? "rename" : "fail";
        const done = api.commitOne({ type: "restore", node: id, ...to, onConflict });
        const node = await about(name, done, RENAME_HINT);
        const { path } = await api.node(node.id);
        context.result({ path, ...node }, `Restored ${path}`);
      }),
    );
}
