import { Command } from "commander";
import { ahead } from "../../client/upload/ahead.ts";
import { eachItem } from "../each-item.ts";
import { findTrashed } from "../find-trashed.ts";
import { UsageError } from "../exit-codes.ts";
import { formatTime, plural } from "../output.ts";
import { confirm } from "../prompt.ts";
import { run } from "../run.ts";
import { trashedName, TrashPaths } from "../trash-paths.ts";

/** Things in the trash whose paths are looked up at a time. */
const AHEAD = 32;

/** `ledge trash list | empty | purge`. */
export function trashCommand(): Command {
  return new Command("trash")
    .description("see and empty the trash")
    .addCommand(listCommand(), { isDefault: true })
    .addCommand(emptyCommand())
    .addCommand(purgeCommand());
}

function listCommand(): Command {
  return new Command("list").description("list what is in the trash, newest first").action(
    run(async (context, _options: object) => {
      const api = await context.api();
      const paths = new TrashPaths(api, context.signal);
      let empty = true;
      // Paths are asked for ahead of the line that is written.
      const located = ahead(api.trash(context.signal), AHEAD, async (node) => ({ node, path: await paths.of(node) }));
      for await (const { node, path } of located) {
        empty = false;
        const text = `${node.id}  ${formatTime(node.trashedAt ?? 0)}  ${trashedName(node, path)}`;
        context.result({ ...node, path }, text);
      }
      if (empty && !context.json) context.note("The trash is empty.");
    }),
  );
}

function emptyCommand(): Command {
  return new Command("empty")
    .description("delete all that is in the trash for good")
    .option("-y, --yes", "do not ask")
    .action(
      run(async (context, options: { yes?: boolean }) => {
        // What is put in the trash while the question waits is not meant.
        const before = Date.now();
        if (!options.yes && !(await confirm("Delete all that is in the trash for good?"))) {
          throw new UsageError("nothing was deleted: confirm, or say --yes");
        }
        const purged = await (await context.api()).emptyTrash(before);
        context.result({ purged }, `${plural(purged, "item")} deleted.`);
      }),
    );
}

function purgeCommand(): Command {
  return new Command("purge")
    .description("delete things that are in the trash for good")
    .argument("<id-or-name...>", "or old path, as `ledge trash` lists it")
    .action(
      run(async (context, names: string[], _options: object) => {
        const api = await context.api();
        await eachItem(context, names, async (name) => {
          const node = await findTrashed(api, name);
          context.result(await api.commitOne({ type: "purge", node: node.id }), "");
        });
      }),
    );
}
