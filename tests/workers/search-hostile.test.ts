import { describe, expect, it } from "vitest";
import type { Belongings } from "./support/belongings.ts";
import { index, namesFound, searchPage } from "./support/indexing.ts";
import { someone, type Someone } from "./support/searcher.ts";
import { setRole, shareFolder } from "./support/shared-folder.ts";

const text = (words: string) => new Uint8Array(new TextEncoder().encode(words));

/** An owner with a shared folder, and somebody who has it. */
async function sharing() {
  const owner = await someone();
  const shared = await owner.me.folder();
  await shareFolder(owner.me, shared.id);
  const member = await someone();
  await setRole(shared.id, member.me.account.userId, "editor");
  await index(owner.spaceId, member.spaceId);
  return { owner, shared: shared.id, member };
}

/** What is answered, page by page: the names of hits, and whether there is more. */
async function pagesOf({ me }: Someone, q: string, limit: number): Promise<[names: string[], hasMore: boolean][]> {
  const pages: [string[], boolean][] = [];
  let cursor: string | undefined;
  do {
    const page = await searchPage(me.account, q, { limit, ...(cursor !== undefined && { cursor }) });
    pages.push([page.hits.map(({ node }) => node.name), page.next !== null]);
    cursor = page.next ?? undefined;
  } while (cursor !== undefined);
  return pages;
}

async function write(me: Belongings, parent: string, name: string, words = name) {
  return me.commitOne({ type: "createFile", parent, name, chunks: [await me.chunk(text(words))], mtime: 1 });
}

describe("[F1] what is elsewhere in a space", () => {
  it("[F1] [F3] changes neither the order of what a member finds, nor the pages, however many of theirs they put beside it", async () => {
    const { owner, shared, member } = await sharing();
    // The best hit is the one that was indexed first: it is the first of all only as long as it is in the first window.
    await write(owner.me, shared, "beacon");
    await owner.addFiles(shared, "beacon of mine", 299);
    const before = await pagesOf(member, "beacon", 100);
    expect(before[0]?.[0][0]).toBe("beacon");
    expect(before.flatMap(([names]) => names)).toHaveLength(300);
    await owner.addFiles(owner.folder.id, "beacon of none of theirs", 3);
    expect(await pagesOf(member, "beacon", 100)).toEqual(before);
  });

  it("[F1] [F6] is not told by where a page ends, by those that are passed over for their folder or lie in the trash", async () => {
    const { owner, shared, member } = await sharing();
    const inside = await owner.me.folder(shared);
    await owner.addFiles(shared, "beacon", 1_000);
    await owner.addFiles(inside.id, "beacon", 1_099);
    await owner.me.commitOne({ type: "trash", node: inside.id });
    const before = await pagesOf(member, "beacon in:nowhere", 100);
    expect(before).toEqual([[[], false]]);
    await owner.addFiles(owner.folder.id, "beacon of none of theirs", 3);
    expect(await pagesOf(member, "beacon in:nowhere", 100)).toEqual(before);
  }, 120_000);

  it("[F1] [F2] is not what a mistyped word is taken for", async () => {
    const { owner, shared, member } = await sharing();
    await write(owner.me, shared, "congratulation.txt");
    await index(owner.spaceId);
    const before = await searchPage(member.me.account, "congrattulatoin");
    expect(before.corrected).toEqual([{ word: "congrattulatoin", instead: ["congratulation"] }]);
    // Nearer than what they may see.
    await write(owner.me, owner.folder.id, "congrattulation.txt");
    await index(owner.spaceId);
    expect(await searchPage(member.me.account, "congrattulatoin")).toEqual(before);
  });
});

describe("[F2] a mistyped word", () => {
  it("[F2] leaves the other words as they are where they are there", async () => {
    const { me, rootId, spaceId } = await someone();
    for (const name of ["invoice 2023", "invoice 2024", "invoice 2025"]) await write(me, rootId, name);
    await index(spaceId);
    expect(await namesFound(me.account, "invoce 2024")).toEqual(["invoice 2024"]);
    expect(await namesFound(me.account, "invoce 202")).toHaveLength(3);
  });
});

describe("[F5] snippets", () => {
  it("[F5] are of what a file says, not of what it said when it was indexed", async () => {
    const { me, rootId, spaceId } = await someone();
    const node = await write(me, rootId, "letter.txt", "the lantern of old");
    await index(spaceId);
    const [indexed] = (await searchPage(me.account, "lantern")).hits;
    expect(indexed?.snippets.map((each) => each.text)).toEqual(["the lantern of old"]);
    const chunks = [await me.chunk(text("all is dark"))];
    await me.commitOne({ type: "updateFile", node: node.id, baseVersion: node.version, chunks, mtime: 2 });
    expect((await searchPage(me.account, "lantern")).hits.flatMap(({ snippets }) => snippets)).toEqual([]);
    await index(spaceId);
    expect((await searchPage(me.account, "lantern")).hits).toEqual([]);
    const [edited] = (await searchPage(me.account, "dark")).hits;
    expect(edited?.snippets.map((each) => each.text)).toEqual(["all is dark"]);
  });
});
