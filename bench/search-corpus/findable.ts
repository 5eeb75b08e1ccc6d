import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { SearchApi } from "../../client/search.ts";
import type { LedgeAccount } from "../support/ledge-account.ts";
import { uploadFolder } from "../support/ledge-upload.ts";

/** An account may search 1,200 times a minute; what is measured is as exact as this. */
const POLL_MS = 60;
const PATIENCE_MS = 45 * 60_000;

/** Commits one small file with a text that nothing else has, and answers milliseconds from the commit's answer until it is found. */
export async function untilFindable(account: LedgeAccount, temporary: string, mark: string): Promise<number> {
  const folder = join(temporary, mark);
  await mkdir(folder);
  await writeFile(join(folder, `note ${mark}.txt`), `A short note, to be found by ${mark}text alone.\n`);
  await uploadFolder(account, folder, account.root);
  const begin = performance.now();
  await untilFound(account, `${mark}text`);
  await rm(folder, { recursive: true });
  return performance.now() - begin;
}

async function untilFound({ api }: LedgeAccount, q: string): Promise<void> {
  const search = new SearchApi(api.http);
  for (const deadline = Date.now() + PATIENCE_MS; Date.now() < deadline; await sleep(POLL_MS)) {
    const { hits } = await search.search(q, { limit: 1 });
    if (hits.length > 0) return;
  }
  throw new Error(`${q} was not found`);
}
