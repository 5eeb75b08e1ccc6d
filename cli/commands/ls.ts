import { Command } from "commander";
import type { Node } from "../../protocol/tree.ts";
import { displayName, longLine } from "../output.ts";
import { inside, parseRemotePath, requireLocated } from "../remote-path.ts";
import { run } from "../run.ts";

/** `ledge ls`: what is in a folder, by name. With `--json`, one node a line. */
export function lsCommand(): Command {
  return new Command("ls")
    .description("list a folder; with --json, one node a line")
    .argument("[path]", "a folder or file on the server", "/")
    .option("-l, --long", "with size and time")
    .action(
      run(async (context, path: string, options: { long?: boolean }) => {
        const api = await context.api();
        const located = await requireLocated(api, parseRemotePath(path));
        const { node } = located;
        const show = (entry: Node): void => context.result(entry, options.long ? longLine(entry) : displayName(entry));
        if (node.type === "file") {
          show(node);
          return;
        }
        const { api: space, folder } = inside(api, located);
        for await (const child of space.children(folder, context.signal)) show(child);
      }),
    );
}
