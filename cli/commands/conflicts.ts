import { Command } from "commander";
import { formatTime, printable } from "../output.ts";
import { run } from "../run.ts";
import { conflictCopies } from "../sync/conflict-copies.ts";
import { chosenReplicas, reportOf } from "../sync/replica-report.ts";

/** `ledge conflicts`: the conflict copies that are still on this disk. */
export function conflictsCommand(): Command {
  return new Command("conflicts")
    .description("conflict copies that are still there, oldest first")
    .argument("[dir]", "a folder in sync (default: all on this machine)")
    .action(
      run(async (context, folder: string | undefined, _options: object) => {
        for (const replica of await chosenReplicas(context, folder)) {
          if (reportOf(replica).isLost) continue;
          for (const copy of conflictCopies(replica.root)) {
            const shown = folder === undefined ? `${copy.root}/${copy.path}` : copy.path;
            const by = copy.device === null ? "" : ` by ${copy.device}`;
            context.result(copy, printable(`${formatTime(copy.at)}  ${shown}  of ${copy.original}${by}`));
          }
        }
      }),
    );
}
