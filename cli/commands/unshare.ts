import { Command } from "commander";
import { about, eachItem } from "../each-item.ts";
import { requireLinkId } from "../inputs.ts";
import { run } from "../run.ts";

/** `ledge unshare`: ends links. */
export function unshareCommand(): Command {
  return new Command("unshare")
    .description("end links: nobody gets in by them any more")
    .argument("<id...>", "as `ledge links` shows them")
    .action(
      run(async (context, ids: string[], _options: object) => {
        const api = await context.api();
        await eachItem(context, ids, async (id) => {
          await about(id, api.unshare(requireLinkId(id)));
          context.result({ ended: id }, "");
        });
      }),
    );
}
