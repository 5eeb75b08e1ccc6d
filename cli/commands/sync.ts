import { Command, Option } from "commander";
import { requireDisplayName } from "../inputs.ts";
import { UsageError } from "../exit-codes.ts";
import { run } from "../run.ts";
import { parseRate } from "../sync/rate.ts";
import { runSync, type SyncOptions } from "../sync/run-sync.ts";

/** `ledge sync`: keeps a folder and one on the server in sync. */
export function syncCommand(): Command {
  const collect = (text: string, others: readonly string[]): string[] => [...others, text];
  return new Command("sync")
    .description("keep a folder in sync with one on the server, until Ctrl-C")
    .argument("<dir>", "a folder on this machine, made where it is missing")
    .argument("[remote]", "a folder on the server (default: the one that DIR is linked with, or /)")
    .option("--once", "end when nothing is left to do")
    .option("--dry-run", "say what would be done, and do nothing")
    .option("--name <name>", "what this device is called (default: the machine's name)")
    .option("--exclude <path>", "leave a folder of the server out on this device, from now on", collect, [])
    .option("--include <path>", "take a folder in again that was left out", collect, [])
    .option("--limit-up <rate>", "bytes a second, as in 500kB or 2MB", parseRate)
    .option("--limit-down <rate>", "likewise", parseRate)
    .addOption(
      new Option("--deletions <answer>", "what to do about a mass deletion that is held back").choices([
        "confirm",
        "undo",
      ]),
    )
    .option("--relink", "forget what DIR was in sync with and link it anew: nothing is deleted by that")
    .action(
      run(async (context, folder: string, remote: string | undefined, options: SyncOptions) => {
        if (folder === "") throw new UsageError("the folder's name is empty");
        const name = options.name === undefined ? undefined : requireDisplayName("the device's name", options.name);
        await runSync(context, { folder, remote, name, relink: options.relink === true }, options);
      }),
    );
}
