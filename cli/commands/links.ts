import { Command } from "commander";
import type { Api } from "../../client/api.ts";
import { LedgeError } from "../../protocol/errors.ts";
import type { Link } from "../../protocol/share.ts";
import { formatTime, printable } from "../output.ts";
import { parseRemotePath, requireOwn } from "../remote-path.ts";
import { run } from "../run.ts";

/** Look-ups on the way at a time. */
const AT_ONCE = 8;

/** `ledge links`: what this account shares by links. */
export function linksCommand(): Command {
  return new Command("links")
    .description("list the links that you made, newest first, and what was done with them")
    .argument("[path]", "only those to this file or folder")
    .action(
      run(async (context, path: string | undefined, _options: object) => {
        const api = await context.api();
        const node = path === undefined ? undefined : (await requireOwn(api, parseRemotePath(path))).id;
        const links: Link[] = [];
        for await (const link of api.links(node, context.signal)) links.push(link);
        const paths = await pathsOf(api, links, context.signal);
        if (links.length > 0)
          context.heading(`${"id".padEnd(26)}  may       opened  saved   got  ends                 path`);
        for (const link of links) {
          const at = paths.get(link.node) ?? null;
          context.result({ ...link, path: at }, `${printable(linkLine(link, at))}\n  ${link.url}`);
        }
      }),
    );
}

function linkLine({ id, permission, uses, expiresAt, hasPassword }: Link, path: string | null): string {
  const counts = [uses.opened, uses.downloads, uses.received].map((count, i) =>
    String(count).padStart([6, 5, 4][i] ?? 0),
  );
  const ends = (expiresAt === null ? "never" : formatTime(expiresAt)).padEnd(19);
  const may = permission.padEnd(8);
  return `${id}  ${may}  ${counts.join("  ")}  ${ends}  ${path ?? "(gone)"}${hasPassword ? "  (password)" : ""}`;
}

/** Where the links' nodes are; what was purged is absent. */
async function pathsOf(api: Api, links: readonly Link[], signal: AbortSignal): Promise<Map<string, string>> {
  const nodes = [...new Set(links.map(({ node }) => node))];
  const paths = new Map<string, string>();
  for (let at = 0; at < nodes.length; at += AT_ONCE)
    await Promise.all(
      nodes.slice(at, at + AT_ONCE).map(async (node) => {
        try {
          paths.set(node, (await api.node(node, signal)).path);
        } catch (error) {
          if (!(error instanceof LedgeError && error.code === "not_found")) throw error;
        }
      }),
    );
  return paths;
}
