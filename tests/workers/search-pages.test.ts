import { expect, it } from "vitest";
import { index, namesFound, searchPage } from "./support/indexing.ts";
import { someone, type Someone } from "./support/searcher.ts";

/** The names of all hits, page by page; `between` is done after the first one. */
async function walked({ me }: Someone, q: string, limit: number, between: () => Promise<void>): Promise<string[]> {
  const first = await searchPage(me.account, q, { limit });
  await between();
  const names = first.hits.map(({ node }) => node.name);
  for (let cursor = first.next; cursor !== null;) {
    const page = await searchPage(me.account, q, { limit, cursor });
    names.push(...page.hits.map(({ node }) => node.name));
    cursor = page.next;
  }
  return names;
}

it("[F3] what is indexed between two pages shows nothing twice, and hides nothing", async () => {
  const her = await someone();
  // The best hits are the ones that were indexed first: at the end of the first of two windows.
  await her.addFiles(her.folder.id, "beacon of the coast", 200);
  await her.addFiles(her.folder.id, "beacon", 20);
  await her.addFiles(her.folder.id, "beacon on a hill", 280);
  const all = await namesFound(her.me.account, "beacon", 100);
  expect(new Set(all).size).toBe(500);
  const names = await walked(her, "beacon", 50, () =>
    her.addFiles(her.folder.id, "a beacon of none of the first", 400),
  );
  expect(names.filter((name, i) => names.indexOf(name) !== i)).toEqual([]);
  expect(all.filter((name) => !names.includes(name))).toEqual([]);
}, 60_000);

it("[F3] what leaves the index between two pages brings nothing past what was shown", async () => {
  const her = await someone();
  await her.addFiles(her.folder.id, "beacon", 30);
  await her.addFiles(her.folder.id, "beacon on a hill", 300);
  const all = await namesFound(her.me.account, "beacon", 100);
  const names = await walked(her, "beacon", 50, async () => {
    const { hits } = await searchPage(her.me.account, "beacon", { limit: 30 });
    for (const { node } of hits)
      await her.me.commitOne({ type: "move", node: node.id, name: node.name.replace("beacon", "dark") });
    await index(her.spaceId);
  });
  expect(all.filter((name) => !names.includes(name))).toEqual([]);
}, 60_000);
