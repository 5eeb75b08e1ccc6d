import { copyFile, mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { SearchApi } from "../../client/search.ts";
import { billed } from "../support/billed.ts";
import { signUp } from "../support/ledge-account.ts";
import { uploadFolder } from "../support/ledge-upload.ts";
import type { Figure, Servers } from "../support/measure.ts";
import { metered } from "../support/meter-client.ts";
import type { CorpusFile } from "./collect.ts";
import { type CorpusQuery, spread } from "./queries.ts";

const METERED_FILES = 1_000;

/** What some of the files, and queries for them, cost. */
export async function meter(
  servers: Servers,
  root: string,
  files: readonly CorpusFile[],
  temporary: string,
  queries: readonly CorpusQuery[],
): Promise<Figure[]> {
  const { url } = await servers.metered();
  const account = await signUp(url);
  const some = join(temporary, "metered");
  const chosen = spread(files, METERED_FILES);
  for (const { path } of chosen) {
    await mkdir(dirname(join(some, path)), { recursive: true });
    await copyFile(join(root, path), join(some, path));
  }
  const search = new SearchApi(account.api.http);
  const figures = [
    billed(
      `${chosen.length} files, uploaded and indexed`,
      await metered(url, () => uploadFolder(account, some, account.root)),
    ),
  ];
  for (const [kind, each] of Map.groupBy(queries, (query) => query.kind)) {
    const few = spread(each, 5);
    const ask = async () => {
      for (const { q } of few) await search.search(q);
    };
    figures.push(billed(`${few.length} queries, ${kind}`, await metered(url, ask)));
  }
  return figures;
}
