import { Command } from "commander";
import { operationError } from "../../client/api.ts";
import type { OperationInput } from "../../protocol/tree.ts";
import { parseRemotePath, requireNode } from "../remote-path.ts";
import { run } from "../run.ts";

/** `ledge rm`: into the trash, or for good. Folders with all that is in them. */
export function rmCommand(): Command {
  return new Command("rm")
    .description("put files and folders in the trash")
    .argument("<path...>", "on the server")
    .option("--permanent", "delete for good: nothing can be restored")
    .action(
      run(async (context, paths: string[], options: { permanent?: boolean }) => {
        const api = await context.api();
        for (const path of paths) {
          const { id } = await requireNode(api, parseRemotePath(path));
          const operations: OperationInput[] = [{ type: "trash", node: id }];
          if (options.permanent) operations.push({ type: "purge", node: id });
          const { results } = await api.commit(operations, { signal: context.signal });
          for (const result of results) if (!result.ok) throw operationError(result);
          const last = results.at(-1);
          context.result(last?.ok ? last.node : null, "");
        }
      }),
    );
}
