import { Command } from "commander";
import { formatBytes, formatTime } from "../output.ts";
import { parseRemotePath, requireLocated } from "../remote-path.ts";
import { run } from "../run.ts";

/** `ledge stat`: all that the server says of one file or folder. */
export function statCommand(): Command {
  return new Command("stat")
    .description("show what the server knows of a file or folder")
    .argument("<path>", "on the server")
    .action(
      run(async (context, path: string, _options: object) => {
        const remote = parseRemotePath(path);
        const { node } = await requireLocated(await context.api(), remote);
        const lines = [
          `path      ${remote.path}`,
          `type      ${node.type}`,
          `id        ${node.id}`,
          `modified  ${formatTime(node.mtime)}`,
          `created   ${formatTime(node.createdAt)}`,
        ];
        if (node.type === "file") {
          lines.push(
            `size      ${node.size} (${formatBytes(node.size)})`,
            `version   ${node.version}`,
            `content   ${node.content}`,
            `executable ${node.executable ? "yes" : "no"}`,
          );
        }
        context.result({ path: remote.path, ...node }, lines.join("\n"));
      }),
    );
}
