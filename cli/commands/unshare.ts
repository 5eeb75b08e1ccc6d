import { Command } from "commander";
import { about, eachItem } from "../each-item.ts";
import { requireLinkId } from "../inputs.ts";
import { sharedFolder } from "../people.ts";
import { run } from "../run.ts";

/** `ledge unshare`: ends links, or takes a folder back from all who have it. */
export function unshareCommand(): Command {
  return new Command("unshare")
    .description("end links: nobody gets in by them any more; or take a shared folder back from all who have it")
    .argument("<id-or-path...>", "links as `ledge links` shows them, or folders by path, with a slash: /team")
    .action(
      run(async (context, things: string[], _options: object) => {
        const api = await context.api();
        await eachItem(context, things, async (thing) => {
          if (!thing.includes("/")) {
            await about(thing, api.unshare(requireLinkId(thing)));
            return context.result({ ended: thing }, "");
          }
          const { people, folder } = await sharedFolder(context, thing);
          await about(thing, people.unshareFolder(folder));
          context.result({ unshared: folder }, "");
        });
      }),
    );
}
