import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import { CHANGES_QUERY, COMMIT_BEFORE_QUERY } from "../../workers/storage/changes.ts";
import { childrenQuery, TRASH_QUERY } from "../../workers/storage/listing.ts";
import { CHAIN_QUERY, WALK_QUERY } from "../../workers/storage/tree-reads.ts";
import type { Env } from "../../workers/env.ts";
import { planOf } from "./support/query-plan.ts";

const { META_0 } = env as unknown as Env & { META_0: D1Database };

it("[T14] listings seek in an index that has their order", async () => {
  for (const sort of ["name", "size", "mtime"] as const) {
    for (const order of ["asc", "desc"] as const) {
      for (const continued of [false, true]) {
        const plan = await planOf(META_0, childrenQuery(sort, order, sort === "name" && continued, continued));
        expect(plan).toMatch(/SEARCH n USING INDEX nodes_\w+ \(space_id=\? AND parent_id=\?/);
        expect(plan).not.toMatch(/TEMP B-TREE|SCAN/);
        if (continued) expect(plan).toMatch(sort === "name" ? /name_key[<>]\?/ : /\(\w+,name_key\)[<>]\(\?,\?\)/);
      }
    }
  }
  const trash = await planOf(META_0, TRASH_QUERY);
  expect(trash).toMatch(/USING INDEX nodes_trash \(space_id=\? AND \(trashed_at,id\)<\(\?,\?\)\)/);
  expect(trash).not.toMatch(/TEMP B-TREE/);
});

it("[S4] changes seek in the journal", async () => {
  expect(await planOf(META_0, CHANGES_QUERY)).toBe("SEARCH n USING INDEX nodes_seq (space_id=? AND seq>?)");
  const before = await planOf(META_0, COMMIT_BEFORE_QUERY);
  expect(before).toMatch(/USING COVERING INDEX commits_time \(space_id=\? AND at<\?\)/);
  expect(before).not.toMatch(/TEMP B-TREE/);
});

it("[I11] walks up and down the tree look up one node a step", async () => {
  const up = await planOf(META_0, CHAIN_QUERY);
  expect(up).not.toMatch(/SCAN (n|nodes)\b/);
  expect(up).toMatch(/SEARCH n USING PRIMARY KEY \(space_id=\? AND id=\?\)/);
  const down = await planOf(META_0, WALK_QUERY);
  expect(down).not.toMatch(/SCAN (n|nodes)\b/);
  expect(down).toMatch(/SEARCH n USING (COVERING )?INDEX nodes_name \(space_id=\? AND parent_id=\? AND name_key=\?\)/);
});
