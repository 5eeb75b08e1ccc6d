import { Command, InvalidArgumentError } from "commander";
import type { Api } from "../../client/api.ts";
import { SearchApi } from "../../client/search.ts";
import { SEARCH_PAGE_HITS, type SearchHit } from "../../protocol/search.ts";
import type { CliContext } from "../context.ts";
import { UsageError } from "../exit-codes.ts";
import { inBold, markedPath, snippetLine } from "../marked.ts";
import { requirePositive } from "../numbers.ts";
import { run } from "../run.ts";

const DEFAULT_LIMIT = 50;

/** `ledge search`: files and folders by name and content, best first. With `--json`, one hit a line. */
export function searchCommand(): Command {
  return (
    new Command("search")
      .description('find by name and content: words, -word, type:pdf, in:folder, after:2026-05, size:">10mb", owner:me')
      .argument("<query...>", "what to search for")
      .option("-n, --limit <n>", "hits at most", limitOf, DEFAULT_LIMIT)
      // What begins with a minus is what is not wanted.
      .allowUnknownOption()
      .action(
        run(async (context, words: readonly string[], { limit }: { limit: number }) => {
          const option = words.find((word) => word.startsWith("--"));
          if (option !== undefined) throw new UsageError(`unknown option '${option}' (--help tells more)`);
          const api = await context.api();
          await show(context, api, words.join(" "), limit);
        }),
      )
  );
}

/** `-notes` is read as `-n otes`: who did not mean that is told how to say it. */
function limitOf(text: string): number {
  if (/^\d/.test(text)) return requirePositive(text);
  throw new InvalidArgumentError(
    `must be a number; for what is not wanted, write -- before it: search report -- -n${text}`,
  );
}

async function show(context: CliContext, api: Api, query: string, limit: number): Promise<void> {
  const search = new SearchApi(api.http);
  const paths = new PathsInTree(api, context.signal);
  const isBold = inBold(process.stdout, context.env);
  let shown = 0;
  let cursor: string | undefined;
  do {
    const most = Math.min(SEARCH_PAGE_HITS, limit - shown);
    const page = await search.search(query, { limit: most, cursor }, context.signal);
    if (cursor === undefined)
      for (const { word, instead } of page.corrected)
        context.note(`Nothing has "${word}": these have "${instead.join('" or "')}".`);
    for (const hit of page.hits) {
      const path = await paths.of(hit);
      const snippets = hit.snippets.map((snippet) => `    ${snippetLine(snippet, isBold)}`);
      context.result({ ...hit, path }, [markedPath(hit, path, isBold), ...snippets].join("\n"));
    }
    shown += page.hits.length;
    cursor = page.next ?? undefined;
  } while (cursor !== undefined && shown < limit);
  if (shown === 0 && !context.json)
    context.note("Nothing was found. What was put here just now is found in some seconds.");
  else if (cursor !== undefined) context.hint(`There may be more: --limit ${limit * 2} shows up to so many.`);
}

/** Where hits are in the account's own tree: those of shared folders, below their mounts. */
class PathsInTree {
  readonly #api: Api;
  readonly #signal: AbortSignal;
  #mounts: Promise<ReadonlyMap<string, string>> | null = null;

  constructor(api: Api, signal: AbortSignal) {
    this.#api = api;
    this.#signal = signal;
  }

  /** Null where the shared folder is mounted nowhere. */
  async of({ path, shared }: SearchHit): Promise<string | null> {
    if (shared === null) return path;
    const mount = (await (this.#mounts ??= this.#readMounts())).get(shared.id);
    return mount === undefined ? null : mount + path;
  }

  /** Paths of live mounts, by shared folder. */
  async #readMounts(): Promise<ReadonlyMap<string, string>> {
    const paths = new Map<string, string>();
    for (const { id, mount, role } of await this.#api.spaces(this.#signal)) {
      if (role === "owner" || mount === null) continue;
      const { node, path } = await this.#api.node(mount, this.#signal);
      if (node.state === "live") paths.set(id, path);
    }
    return paths;
  }
}
