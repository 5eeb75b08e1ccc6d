import { Command } from "commander";
import { LedgeError } from "../../protocol/errors.ts";
import { formatTime } from "../output.ts";
import { parseRemotePath, requireLocated } from "../remote-path.ts";
import { requirePositive } from "../numbers.ts";
import { run } from "../run.ts";

/** `ledge versions`: lists them, or makes one the newest again. */
export function versionsCommand(): Command {
  return new Command("versions")
    .description("list a file's versions, newest first (get --version N fetches one)")
    .argument("<path>", "a file on the server")
    .option("--restore <n>", "make version n the newest again", requirePositive)
    .action(
      run(async (context, path: string, options: { restore?: number }) => {
        const { api, node } = await requireLocated(await context.api(), parseRemotePath(path));
        if (node.type !== "file") throw new LedgeError("not_a_file", `${path} is a folder`);
        if (options.restore !== undefined) {
          const version = options.restore;
          const restored = await api.commitOne({
            type: "restoreVersion",
            node: node.id,
            version,
            baseVersion: node.version,
          });
          context.result(restored, `Version ${version} is the newest again, as version ${restored.version}.`);
          return;
        }
        context.heading("    n  stored                         bytes  modified");
        for await (const entry of api.versions(node.id, context.signal)) {
          const { version, createdAt, size, mtime } = entry;
          const text = `${String(version).padStart(5)}  ${formatTime(createdAt)}  ${String(size).padStart(14)}  ${formatTime(mtime)}`;
          context.result(entry, text);
        }
      }),
    );
}
