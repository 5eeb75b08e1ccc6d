import { Command } from "commander";
import { operationError, type SpaceApi } from "../../client/space-api.ts";
import type { Node, OperationInput } from "../../protocol/tree.ts";
import { about, eachItem } from "../each-item.ts";
import { parseRemotePath, requireLocated } from "../remote-path.ts";
import { run } from "../run.ts";
import { trashNote } from "../trash-paths.ts";

/** `ledge rm`: into the trash, or for good. Folders with all that is in them. */
export function rmCommand(): Command {
  return new Command("rm")
    .description("put files and folders in the trash")
    .argument("<path...>", "on the server")
    .option("--permanent", "delete for good: nothing can be restored")
    .action(
      run(async (context, paths: string[], options: { permanent?: boolean }) => {
        const api = await context.api();
        const trashed: Node[] = [];
        await eachItem(context, paths, async (path) => {
          const { api: space, node } = await requireLocated(api, parseRemotePath(path));
          const { id } = node;
          const operations: OperationInput[] = [{ type: "trash", node: id }];
          if (options.permanent) operations.push({ type: "purge", node: id });
          const removed = await about(path, remove(space, operations, context.signal));
          if (removed?.state === "trashed") trashed.push(removed);
          context.result(removed, "");
        });
        if (trashed.length > 0) context.hint(trashNote(trashed));
      }),
    );
}

async function remove(api: SpaceApi, operations: readonly OperationInput[], signal: AbortSignal): Promise<Node | null> {
  const { results } = await api.commit(operations, { signal });
  for (const result of results) if (!result.ok) throw operationError(result);
  const last = results.at(-1);
  return last?.ok ? last.node : null;
}
