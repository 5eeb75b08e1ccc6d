import { Command, Option } from "commander";
import type { LinkPermission, LinkSettings } from "../../protocol/share.ts";
import { about } from "../each-item.ts";
import { requireLifetime } from "../inputs.ts";
import { linkPasswordFrom } from "../password.ts";
import { requirePositive } from "../numbers.ts";
import { parseRemotePath, requireOwn } from "../remote-path.ts";
import { run } from "../run.ts";

interface ShareOptions {
  readonly view?: boolean;
  readonly upload?: boolean;
  readonly password?: boolean;
  readonly passwordStdin?: boolean;
  readonly expires?: number;
  readonly maxDownloads?: number;
  readonly maxBytes?: number;
  readonly note?: string;
  readonly slug?: string;
}

/** `ledge share`: makes a link, and prints its address. */
export function shareCommand(): Command {
  return new Command("share")
    .description("make a link to a file or a folder, and print its address")
    .argument("<path>", "on the server")
    .addOption(new Option("--view", "to look at, not to be saved").conflicts("upload"))
    .option("--upload", "to send files into the folder, and see nothing")
    .option("--password", "ask for a password that guests must know")
    .option("--password-stdin", "read that password from standard input")
    .option(
      "--expires <time>",
      "how long the link is good, e.g. 12h, 7d or 4w (default: until you end it)",
      requireLifetime,
    )
    .option("--max-downloads <n>", "how often it may be downloaded altogether", requirePositive)
    .option("--max-bytes <n>", "with --upload: how much may be sent altogether", requirePositive)
    .option("--note <text>", "shown to guests")
    .option("--slug <name>", "a readable name to stand in the address")
    .action(
      run(async (context, path: string, options: ShareOptions) => {
        const api = await context.api();
        const { id } = await requireOwn(api, parseRemotePath(path));
        const password =
          options.password || options.passwordStdin
            ? await linkPasswordFrom(options.passwordStdin === true)
            : undefined;
        const settings: LinkSettings = {
          permission: permissionOf(options),
          password,
          expiresAt: options.expires === undefined ? undefined : Date.now() + options.expires,
          maxDownloads: options.maxDownloads,
          maxUploadBytes: options.maxBytes,
          note: options.note,
          slug: options.slug,
        };
        const link = await about(path, api.share(id, settings, context.signal));
        context.result(link, link.url);
      }),
    );
}

function permissionOf({ view, upload }: ShareOptions): LinkPermission {
  if (upload) return "upload";
  return view ? "view" : "download";
}
