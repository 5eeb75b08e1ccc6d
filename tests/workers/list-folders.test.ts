import { env } from "cloudflare:workers";
import fc from "fast-check";
import { expect, it } from "vitest";
import { nameKey } from "../../core/names.ts";
import type { Node } from "../../protocol/tree.ts";
import type { Env } from "../../workers/env.ts";
import { FOLDERS_QUERY, listFolders } from "../../workers/storage/list-folders.ts";
import { problemOf, signUp, type TestAccount } from "./support/accounts.ts";
import { Belongings } from "./support/belongings.ts";
import { countingShard } from "./support/counting-shard.ts";
import { addNodes, addSpace } from "./support/tree-rows.ts";

const { META_0 } = env as unknown as Env & { META_0: D1Database };

it("[T16] a listing of several folders holds each live entry once, folder after folder, whatever the page size", async () => {
  const names = fc.uniqueArray(fc.string({ unit: "grapheme", minLength: 1, maxLength: 6 }), {
    maxLength: 9,
    selector: nameKey,
  });
  const property = fc.asyncProperty(
    fc.array(names, { minLength: 1, maxLength: 6 }),
    fc.integer({ min: 1, max: 8 }),
    async (contents, limit) => {
      const space = await addSpace(META_0);
      const ids = await addNodes(
        space,
        contents.map((_, i) => ({ name: `folder ${i}`, type: "folder" as const })),
      );
      for (const [i, entries] of contents.entries()) {
        await addNodes(
          space,
          entries.map((name) => ({ name, parent: ids[i]! })),
        );
      }
      const { shard, rows } = countingShard("META_0", META_0);
      const nodes: Node[] = [];
      let rest: readonly string[] = ids;
      let cursor: string | undefined;
      while (rest.length > 0) {
        rows.read = 0;
        const page = await listFolders(shard, space.spaceId, { folders: rest, limit, cursor });
        // An entry is two reads, of the index and of the row; a folder's end is one.
        expect(rows.read).toBeLessThanOrEqual(2 * (page.nodes.length + 1) + 2 * rest.length);
        nodes.push(...page.nodes);
        const { next } = page;
        rest = next ? rest.slice(rest.indexOf(next.folder)) : [];
        cursor = next?.cursor;
      }
      const expected = contents.flatMap((entries, i) =>
        entries
          .toSorted((a, b) => Buffer.compare(Buffer.from(nameKey(a)), Buffer.from(nameKey(b))))
          .map((name) => [ids[i], name]),
      );
      expect(nodes.map(({ parent, name }) => [parent, name])).toEqual(expected);
    },
  );
  await fc.assert(property, { numRuns: 15 });
});

it("[T16] it seeks in the index of names", async () => {
  const { results } = await META_0.prepare(`EXPLAIN QUERY PLAN ${FOLDERS_QUERY}`)
    .bind("", "[]", 1)
    .all<{ detail: string }>();
  const plan = results.map(({ detail }) => detail).join("\n");
  expect(plan).toMatch(/SEARCH n USING INDEX nodes_name \(space_id=\? AND parent_id=\? AND name_key>\?\)/);
  expect(plan).not.toMatch(/TEMP B-TREE/);
});

function list(account: TestAccount, body: unknown): Promise<Response> {
  return account.api("/folders/children", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
}

it("[I11] [T16] folders that are not the caller's, and files, are named; cursors go with their folder", async () => {
  const [owner, stranger] = [new Belongings(await signUp()), new Belongings(await signUp())];
  const [mine, theirs] = [await owner.folder(), await stranger.folder()];
  const [file, other] = [await owner.file(mine.id), await owner.file(mine.id)];
  const refused = await list(owner.account, { folders: [mine.id, theirs.id] });
  expect(await refused.json()).toMatchObject({ code: "not_found", ids: [theirs.id] });
  const ofFile = await list(owner.account, { folders: [mine.id, file.id] });
  expect(await ofFile.json()).toMatchObject({ code: "not_a_folder", ids: [file.id] });
  const root = await (await list(owner.account, { folders: ["root"] })).json<{ nodes: Node[]; next: null }>();
  expect(root).toMatchObject({ nodes: [{ id: mine.id }], next: null });
  const first = await list(owner.account, { folders: [mine.id], limit: 1 });
  const { nodes, next } = await first.json<{ nodes: Node[]; next: { folder: string; cursor: string } }>();
  expect(next.folder).toBe(mine.id);
  const { cursor } = next;
  const second = await (await list(owner.account, { folders: [mine.id], cursor })).json<{ nodes: Node[] }>();
  expect([...nodes, ...second.nodes].map(({ id }) => id).sort()).toEqual([file.id, other.id].sort());
  for (const wrong of [
    { folders: ["root"], cursor },
    { folders: [mine.id], cursor: "W10" },
  ]) {
    expect(await problemOf(await list(owner.account, wrong))).toBe("400 invalid_cursor");
  }
});
