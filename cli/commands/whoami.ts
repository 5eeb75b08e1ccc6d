import { Command } from "commander";
import { formatBytes } from "../output.ts";
import { run } from "../run.ts";

/** `ledge whoami`: the account, the server and the quota. */
export function whoamiCommand(): Command {
  return new Command("whoami").description("show the account, the server and the quota").action(
    run(async (context, _options: object) => {
      const api = await context.api();
      const account = await api.account();
      const url = await context.url();
      const { quota, used, reserved } = account.quota;
      const held = `${formatBytes(used)} of ${formatBytes(quota)} used`;
      const text = [
        `${account.name} <${account.email}>${account.admin ? ", administrator" : ""}`,
        `at ${url}`,
        reserved > 0 ? `${held}, ${formatBytes(reserved)} reserved by uploads` : held,
      ];
      context.result({ url, ...account }, text.join("\n"));
    }),
  );
}
