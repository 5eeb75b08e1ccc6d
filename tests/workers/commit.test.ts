import { describe, expect, it } from "vitest";
import { newId } from "../../protocol/new-id.ts";
import { LIMITS } from "../../protocol/limits.ts";
import type { OperationInput } from "../../protocol/tree.ts";
import { COPY_NODES } from "../../core/commit/copy.ts";
import { noNeeds } from "../../core/tree-state.ts";
import { needsOf, planCommits } from "../../core/plan-commit.ts";
import { load, type CommitDatabase } from "../../workers/storage/commit-load.ts";
import * as loadQueries from "../../workers/storage/commit-queries.ts";
import { reapStep, REAP_QUERIES, REAP_VERSIONS } from "../../workers/storage/commit-reap.ts";
import { commitStatements, WRITE_QUERIES } from "../../workers/storage/commit-write.ts";
import { commitGroup } from "../../workers/sync-do/commit-group.ts";
import {
  chunk,
  codesOf,
  commitTo,
  findDefects,
  hold,
  inputOf,
  makeSpace,
  META_0,
  nodesOf,
  type TestSpace,
} from "./support/commit-space.ts";
import { countingShard } from "./support/counting-shard.ts";

const file = (parent: string, name: string, chunks = [chunk(1)], more: object = {}): OperationInput => ({
  type: "createFile",
  parent,
  name,
  chunks,
  mtime: 7,
  ...more,
});
const folder = (parent: string, name: string, id = newId(), more: object = {}): OperationInput => ({
  type: "createFolder",
  parent,
  name,
  id,
  ...more,
});

/** A copy of the rows of one table that a space has. */
async function rows(table: string, space: TestSpace): Promise<unknown[]> {
  return (await META_0.prepare(`SELECT * FROM ${table} WHERE space_id = ?`).bind(space.spaceId).all()).results;
}

describe("one commit", () => {
  it("[T1] later operations see what earlier ones did, and each fails for itself", async () => {
    const space = await makeSpace();
    await hold(space, [chunk(1)]);
    const [a, b] = [newId(), newId()];
    const response = await commitTo(space, [
      folder(space.rootId, "a", a),
      folder(a, "b", b),
      file(b, "f"),
      file(newId(), "nowhere"),
      { type: "move", node: b, parent: space.rootId },
      { type: "move", node: a, parent: b },
      { type: "move", node: b, parent: a },
      { type: "move", node: a, parent: b },
    ]);
    expect(codesOf(response)).toEqual([null, null, null, "parent_not_found", null, null, "would_cycle", null]);
    // Moving to where it is takes no seq.
    expect(response.seq).toBe(5);
    expect(await findDefects(space)).toEqual([]);
  });

  it("[T4] a replay answers the first results, another body operation_mismatch, failure leaves no record", async () => {
    const space = await makeSpace();
    const operationId = newId();
    const operations = [folder(space.rootId, "a"), folder(space.rootId, "A")];
    const first = await commitTo(space, operations, { operationId });
    expect(codesOf(first)).toEqual([null, "name_conflict"]);
    expect(await commitTo(space, operations, { operationId })).toEqual({ ...first, replayed: true });
    await expect(commitTo(space, [folder(space.rootId, "b")], { operationId })).rejects.toThrow("operation_mismatch");
    const failed = await commitTo(space, [folder(newId(), "x")]);
    expect([failed.seq, codesOf(failed)]).toEqual([1, ["parent_not_found"]]);
    expect(await rows("operations", space)).toHaveLength(1);
    expect(await rows("commits", space)).toHaveLength(1);
  });

  it("[T4] an answer of many conflicts over long names is kept in a row that D1 takes, and replayed as it was", async () => {
    const space = await makeSpace();
    const names = Array.from({ length: 990 }, (_, i) => `${i}`.padEnd(255, "\\"));
    await commitTo(
      space,
      names.map((name) => folder(space.rootId, name)),
    );
    const operationId = newId();
    const missing = Array.from({ length: 9 }, (_, i) =>
      file(
        space.rootId,
        `m${i}`,
        Array.from({ length: 1000 }, (_, j) => chunk(i * 1000 + j)),
      ),
    );
    const operations = [folder(space.rootId, "new"), ...names.map((name) => file(space.rootId, name, [])), ...missing];
    const first = await commitTo(space, operations, { operationId });
    expect(codesOf(first).slice(0, 2)).toEqual([null, "name_conflict"]);
    const replay = await commitTo(space, operations, { operationId });
    expect(replay.results).toEqual(first.results);
    const length = await META_0.prepare(
      "SELECT max(length(CAST(result AS BLOB))) AS n FROM operations WHERE space_id = ?",
    )
      .bind(space.spaceId)
      .first<number>("n");
    expect(length).toBeLessThan(1_000_000);
  });

  it("[I7] two nodes swap names in one commit", async () => {
    const space = await makeSpace();
    const [a, b] = nodesOf(await commitTo(space, [folder(space.rootId, "a"), folder(space.rootId, "b")]));
    const swapped = await commitTo(space, [
      { type: "move", node: a!.id, name: "tmp" },
      { type: "move", node: b!.id, name: "a" },
      { type: "move", node: a!.id, name: "b" },
    ]);
    expect(nodesOf(swapped).map((node) => node.name)).toEqual(["tmp", "a", "b"]);
    const stored = await META_0.prepare(
      "SELECT id, name, name_key FROM nodes WHERE space_id = ? AND seq > 0 ORDER BY name",
    )
      .bind(space.spaceId)
      .all();
    expect(stored.results).toEqual([
      { id: b!.id, name: "a", name_key: "a" },
      { id: a!.id, name: "b", name_key: "b" },
    ]);
    const taken = await commitTo(space, [
      { type: "trash", node: a!.id },
      folder(space.rootId, "B"),
      { type: "restore", node: a!.id },
      { type: "restore", node: a!.id, onConflict: "rename" },
    ]);
    expect(codesOf(taken)).toEqual([null, null, "name_conflict", null]);
    expect(nodesOf({ ...taken, results: taken.results.slice(3) })[0]?.name).toBe("b (2)");
  });

  it("[N4] rename takes the first free number, also past what is read at first", async () => {
    const space = await makeSpace();
    await hold(space, [chunk(1)]);
    const many = Array.from({ length: 60 }, () => file(space.rootId, "f.txt", [chunk(1)], { onConflict: "rename" }));
    await commitTo(space, many);
    const next = await commitTo(space, [
      ...many.slice(0, 2),
      folder(space.rootId, "F.TXT", newId(), { onConflict: "rename" }),
    ]);
    expect(nodesOf(next).map((node) => node.name)).toEqual(["f (61).txt", "f (62).txt", "F.TXT (2)"]);
    expect(await findDefects(space)).toEqual([]);
  });

  it("[T9][T10] versions, stale bases, missing and mis-sized chunks", async () => {
    const space = await makeSpace();
    await hold(space, [chunk(1), chunk(2)]);
    const [made] = nodesOf(await commitTo(space, [file(space.rootId, "f", [chunk(1), chunk(2), chunk(1)])]));
    expect(made).toMatchObject({ version: 1, size: 3 * 4096 });
    const update = (chunks: object[], baseVersion: number) => ({
      type: "updateFile",
      node: made!.id,
      baseVersion,
      chunks,
      mtime: 7,
    });
    const response = await commitTo(space, [
      update([chunk(1), chunk(2), chunk(1)], 1),
      update([chunk(2)], 1),
      update([chunk(1)], 1),
      update([chunk(9)], 2),
      update([chunk(1, 5)], 2),
      { type: "restoreVersion", node: made!.id, version: 1, baseVersion: 2 },
      { type: "restoreVersion", node: made!.id, version: 9 },
    ] as OperationInput[]);
    expect(codesOf(response)).toEqual([
      null,
      null,
      "stale_base",
      "chunks_missing",
      "chunk_size_mismatch",
      null,
      "not_found",
    ]);
    expect(response.results[3]).toMatchObject({ missing: [chunk(9).id] });
    expect(response.results[5]).toMatchObject({ node: { version: 3, content: made!.content } });
    expect(response.seq).toBe(3);
    expect(await findDefects(space)).toEqual([]);
  });

  it("[T6] a folder's copy shares its content, and over the limit is refused", async () => {
    const space = await makeSpace();
    await hold(space, [chunk(1)]);
    const [a, b] = [newId(), newId()];
    await commitTo(space, [folder(space.rootId, "a", a), folder(a, "b", b), file(b, "f"), file(a, "gone")]);
    const [gone] = (
      await META_0.prepare("SELECT id FROM nodes WHERE space_id = ? AND name = 'gone'")
        .bind(space.spaceId)
        .all<{ id: string }>()
    ).results;
    const copied = await commitTo(space, [
      { type: "trash", node: gone!.id },
      { type: "copy", node: a, parent: space.rootId, onConflict: "rename" },
      { type: "copy", node: a, parent: b },
    ]);
    expect(codesOf(copied)).toEqual([null, null, "would_cycle"]);
    expect(copied.seq).toBe(4 + 1 + 3);
    expect(await findDefects(space)).toEqual([]);
    await commitTo(
      space,
      Array.from({ length: COPY_NODES - 2 }, (_, i) => folder(b, `x${i}`)),
    );
    expect(codesOf(await commitTo(space, [{ type: "copy", node: a, parent: space.rootId, name: "c" }]))).toEqual([
      "too_many_nodes",
    ]);
    expect(codesOf(await commitTo(space, [{ type: "copy", node: b, parent: space.rootId, name: "c" }]))).toEqual([
      null,
    ]);
  });

  it("[T11][T7] edit beats delete, and what has no way back goes to the root", async () => {
    const space = await makeSpace();
    await hold(space, [chunk(1), chunk(2)]);
    const [a, f] = [newId(), newId()];
    await commitTo(space, [
      folder(space.rootId, "a", a),
      file(a, "f", [chunk(1)], { id: f }),
      { type: "trash", node: a },
    ]);
    const edited = await commitTo(space, [
      { type: "updateFile", node: f, baseVersion: 1, chunks: [chunk(2)], mtime: 8 },
    ]);
    expect(nodesOf(edited)[0]).toMatchObject({ parent: space.rootId, state: "live", version: 2, name: "f" });
    expect(await findDefects(space)).toEqual([]);
  });

  it("[T13] how deep it goes below nested folders is told by looking at each folder once", async () => {
    const space = await makeSpace();
    const chain = Array.from({ length: 100 }, (_, i) => `chain${String(i).padStart(21, "0")}`);
    const leaves = Array.from({ length: 3000 }, (_, i) => `leaf${String(i).padStart(22, "0")}`);
    const insert = `INSERT INTO nodes (space_id, id, parent_id, name, name_key, type, mtime, seq, created_at)
      SELECT ?1, value ->> 0, value ->> 1, value ->> 0, value ->> 0, 'folder', 0, ?3 + key, 0 FROM json_each(?2)`;
    const chained = chain.map((id, i) => [id, chain[i - 1] ?? space.rootId]);
    await META_0.batch([
      META_0.prepare(insert).bind(space.spaceId, JSON.stringify(chained), 1000),
      META_0.prepare(insert).bind(space.spaceId, JSON.stringify(leaves.map((id) => [id, chain[99]])), 5000),
    ]);
    const { shard, rows } = countingShard("META_0", META_0);
    const needs = { ...noNeeds(), heights: new Set([...chain, leaves[0] ?? "", newId()]) };
    const loaded = await load(shard.db, space, needs, []);
    expect(chain.map((id) => loaded?.state.heights.get(id))).toEqual(chain.map((_, i) => 100 - i));
    expect(loaded?.state.heights.get(leaves[0] ?? "")).toBe(0);
    expect(rows.read).toBeLessThan(5 * (chain.length + leaves.length));
  });

  it("[T13] neither creating nor moving goes deeper than the limit", async () => {
    const space = await makeSpace();
    const ids = Array.from({ length: 130 }, () => newId());
    const deep = await commitTo(
      space,
      ids.map((id, i) => folder(ids[i - 1] ?? space.rootId, "d", id)),
    );
    expect(codesOf(deep).filter((code) => code !== null)).toEqual(["too_deep", "parent_not_found"]);
    const [x, y] = [newId(), newId()];
    const moved = await commitTo(space, [
      folder(space.rootId, "x", x),
      folder(x, "y", y),
      { type: "move", node: x, parent: ids[126]! },
      { type: "move", node: x, parent: ids[125]! },
      { type: "move", node: ids[0]!, name: "renamed" },
    ]);
    expect(codesOf(moved)).toEqual([null, null, "too_deep", null, null]);
  });
});

describe("a purge", () => {
  it("[T8] hides the subtree at once and releases it in bounded steps", async () => {
    const space = await makeSpace();
    await hold(space, [chunk(1), chunk(2)]);
    const [top, below] = [newId(), newId()];
    const files = Array.from({ length: 700 }, (_, i) => file(below, `f${i}`, [chunk(1 + (i % 2))]));
    await commitTo(space, [folder(space.rootId, "top", top), folder(top, "below", below), ...files]);
    await commitTo(space, [
      { type: "trash", node: top },
      { type: "purge", node: top },
    ]);
    expect(codesOf(await commitTo(space, [{ type: "move", node: below, parent: space.rootId }]))).toEqual([
      "not_found",
    ]);
    const steps = [];
    for (let step = 0; step < 20; step++) {
      const result = await reapStep(META_0, { ...space, now: 1 });
      steps.push(result.seq);
      expect(await findDefects(space)).toEqual([]);
      if (result.isDone) break;
    }
    expect(steps.filter((seq) => seq !== null)).toHaveLength(3);
    expect(await rows("versions", space)).toEqual([]);
    expect(
      await META_0.prepare("SELECT count(*) AS n FROM nodes WHERE space_id = ? AND state <> 'purged'")
        .bind(space.spaceId)
        .first("n"),
    ).toBe(1);
    expect(
      await META_0.prepare("SELECT sum(refs) AS n FROM contents WHERE owner_id = ?").bind(space.ownerId).first("n"),
    ).toBe(0);
  });
});

describe("a purge of many versions", () => {
  it("[T8] leaves the tombstone at once and releases the versions in bounded steps", async () => {
    const space = await makeSpace();
    await hold(space, [chunk(1)]);
    const [top, long, other] = [newId(), newId(), newId()];
    await commitTo(space, [
      folder(space.rootId, "top", top),
      file(top, "long", [chunk(1)], { id: long }),
      file(space.rootId, "other", [chunk(1)], { id: other }),
    ]);
    const count = 2 * REAP_VERSIONS + 10;
    await META_0.batch([
      META_0.prepare(
        `WITH RECURSIVE n(i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < ?3)
         INSERT INTO versions SELECT space_id, node_id, i, owner_id, content_id, size, mtime, executable, created_at, author_id
         FROM n CROSS JOIN versions WHERE space_id = ?1 AND node_id IN (?2, ?4) AND version = 1 AND (node_id = ?2 OR i < 30)`,
      ).bind(space.spaceId, long, count, other),
      META_0.prepare("UPDATE nodes SET version = iif(id = ?2, ?3, 29) WHERE space_id = ?1 AND id IN (?2, ?4)").bind(
        space.spaceId,
        long,
        count,
        other,
      ),
    ]);
    expect(await findDefects(space)).toEqual([]);
    const left = async () => (await rows("versions", space)).length;
    await commitTo(space, [
      { type: "trash", node: other },
      { type: "purge", node: other },
    ]);
    // The tombstone stands, and what it held is still to be released.
    expect(await left()).toBe(count + 29);
    await commitTo(space, [
      { type: "trash", node: top },
      { type: "purge", node: top },
    ]);
    const counts = [];
    for (let isDone = false; !isDone;) {
      isDone = (await reapStep(META_0, { ...space, now: 1 })).isDone;
      counts.push(await left());
      if (counts.length > 20) throw new Error("the reaper does not end");
    }
    counts.reduce((before, after) => {
      expect(before - after).toBeLessThanOrEqual(REAP_VERSIONS);
      return after;
    }, count + 29);
    expect(counts.at(-1)).toBe(0);
    expect(await findDefects(space)).toEqual([]);
    const refs = META_0.prepare("SELECT sum(refs) AS n FROM contents WHERE owner_id = ?").bind(space.ownerId);
    expect(await refs.first("n")).toBe(0);
  });
});

describe("what it costs", () => {
  it("[T5] renaming a folder with 10,000 descendants reads and writes as little as any rename", async () => {
    const space = await makeSpace();
    await hold(space, [chunk(1)]);
    const [big, small] = [newId(), newId()];
    await commitTo(space, [folder(space.rootId, "big", big), folder(space.rootId, "small", small)]);
    for (let part = 0; part < 10; part++) {
      await commitTo(
        space,
        Array.from({ length: 1000 }, (_, i) => file(big, `f${part}-${i}`)),
      );
    }
    const [ofBig, ofSmall] = [await cost(space, big, "big2"), await cost(space, small, "small2")];
    console.log("rename of a folder with 10,000 descendants:", ofBig);
    expect(ofBig).toEqual(ofSmall);
    expect(ofBig.nodesWritten).toBe(1);
    expect(ofBig.read).toBeLessThan(50);
  });

  it("1,000 new files are written in one batch, in well under a second", async () => {
    const space = await makeSpace();
    const times: { all: number; write: number }[] = [];
    for (let round = 0; round < 4; round++) {
      const chunks = Array.from({ length: 1000 }, (_, i) => chunk(round * 1000 + i + 1));
      await hold(space, chunks);
      const operations = chunks.map((each, i) => file(space.rootId, `f${round}-${i}`, [each]));
      let write = 0;
      const db = timed((ms) => (write = Math.round(ms)));
      const before = performance.now();
      nodesOf(await commitTo(space, operations, { db }));
      times.push({ all: Math.round(performance.now() - before), write });
    }
    console.log("1,000 createFile, ms:", times);
    expect(Math.min(...times.map(({ all }) => all))).toBeLessThan(1000);
  });

  it("no query of the commit path scans a table", async () => {
    const { FOLDERS_BELOW: _, ...reads } = loadQueries;
    const queries = { ...reads, ...WRITE_QUERIES, ...REAP_QUERIES };
    for (const [name, sql] of Object.entries(queries)) {
      const count = Math.max(0, ...[...sql.matchAll(/\?(\d)/g)].map((match) => Number(match[1])));
      const plan = await META_0.prepare(`EXPLAIN QUERY PLAN ${sql}`)
        .bind(...Array.from({ length: count }, () => "[]"))
        .all<{ detail: string }>();
      const scans = plan.results
        .map((row) => row.detail)
        .filter((detail) => /^SCAN (?!(j|json_each|value|chain|below|p|recent|CONSTANT)\b)/.test(detail));
      expect(scans, name).toEqual([]);
      // A whole space is as bad as a whole table; but its shared folders are few (M12).
      const whole = plan.results
        .map((row) => row.detail)
        .filter((detail) => /^SEARCH (?!shared_folders\b).* PRIMARY KEY \(space_id=\?\)$/.test(detail));
      expect(whole, name).toEqual([]);
    }
  });
});

/** META_0, telling how long each batch took. */
function timed(tell: (ms: number) => void): CommitDatabase {
  return {
    prepare: (sql) => META_0.prepare(sql),
    batch: async <T>(statements: D1PreparedStatement[]) => {
      const before = performance.now();
      const answers = await META_0.batch<T>(statements);
      tell(performance.now() - before);
      return answers;
    },
  };
}

/** META_0, with something done before the second batch: between a plan's read and its write. */
function interrupted(work: () => Promise<unknown>): CommitDatabase {
  let batches = 0;
  return {
    prepare: (sql) => META_0.prepare(sql),
    batch: async <T>(statements: D1PreparedStatement[]) => {
      if (++batches === 2) await work();
      return META_0.batch<T>(statements);
    },
  };
}

/** What a rename reads and writes, both batches together. */
async function cost(space: TestSpace, node: string, name: string) {
  const counted = { read: 0, written: 0, nodesWritten: 0 };
  const db = {
    prepare: (sql: string) => META_0.prepare(sql),
    batch: async <T>(statements: D1PreparedStatement[]) => {
      const answers = await META_0.batch<T>(statements);
      for (const { meta } of answers) {
        counted.read += meta.rows_read;
        counted.written += meta.rows_written;
      }
      return answers;
    },
  };
  const before = await changedSince(space);
  await commitTo(space, [{ type: "move", node, name }], { db: db });
  counted.nodesWritten = (await changedSince(space)) - before;
  return counted;
}

/** The space's seq: one step a node row written. */
async function changedSince(space: TestSpace): Promise<number> {
  return Number(await META_0.prepare("SELECT seq FROM spaces WHERE id = ?").bind(space.spaceId).first("seq"));
}

describe("a chunk or a content that goes meanwhile", () => {
  it("[I2][T3] a batch whose chunk has gone since the plan aborts whole; a dead content taken away is made anew", async () => {
    const space = await makeSpace();
    await hold(space, [chunk(1)]);
    const input = inputOf(space, [file(space.rootId, "f")]);
    const commits = [{ operations: input.request.operations, authorId: "a", scope: null }];
    const loaded = (await load(META_0, space, needsOf(commits), []))!;
    const plan = planCommits(loaded.state, commits, { now: 1, newId });
    if ("needs" in plan) throw new Error("everything was loaded");
    await META_0.prepare("DELETE FROM chunks WHERE owner_id = ?").bind(space.ownerId).run();
    const context = { ...space, now: 1 };
    await expect(META_0.batch(commitStatements(META_0, context, plan.changes, []))).rejects.toThrow(/NOT NULL.*chunks/);
    expect(await rows("commits", space)).toEqual([]);
    expect(await findDefects(space)).toEqual([]);
    const { outcomes } = await commitGroup(META_0, [input], 1);
    expect(outcomes[0]).toMatchObject({ ok: true, response: { results: [{ code: "chunks_missing" }] } });
  });

  it("[I2] a dead content that the collector takes between read and write is made anew, and counted", async () => {
    const space = await makeSpace();
    await hold(space, [chunk(1), chunk(2)]);
    const chunks = [chunk(1), chunk(2), chunk(1)];
    const [made] = nodesOf(await commitTo(space, [file(space.rootId, "f", chunks)]));
    await commitTo(space, [
      { type: "trash", node: made!.id },
      { type: "purge", node: made!.id },
    ]);
    const collect = () =>
      META_0.batch([
        META_0.prepare("DELETE FROM contents WHERE owner_id = ? AND refs = 0").bind(space.ownerId),
        META_0.prepare("UPDATE chunks SET refs = refs - 1 WHERE owner_id = ?").bind(space.ownerId),
      ]);
    nodesOf(
      await commitTo(space, [file(space.rootId, "g", chunks), file(space.rootId, "h", chunks)], {
        db: interrupted(collect),
      }),
    );
    expect(await findDefects(space)).toEqual([]);
    const removeAll = () =>
      META_0.prepare("DELETE FROM chunks WHERE owner_id = ? AND refs = 0").bind(space.ownerId).run();
    await hold(space, [chunk(3)]);
    const late = await commitTo(space, [file(space.rootId, "i", [chunk(3)]), file(space.rootId, "j", [chunk(1)])], {
      db: interrupted(removeAll),
    });
    expect(codesOf(late)).toEqual(["chunks_missing", null]);
    expect(await findDefects(space)).toEqual([]);
  });

  it("[T10] a file of as many chunks as one may have is committed, and its parameters stay under D1's limit", async () => {
    const space = await makeSpace();
    const chunks = Array.from({ length: LIMITS.fileChunks }, (_, i) => chunk(i + 1));
    for (let at = 0; at < chunks.length; at += 10_000) await hold(space, chunks.slice(at, at + 10_000));
    const [made] = nodesOf(await commitTo(space, [file(space.rootId, "large", chunks)]));
    expect(made?.size).toBe(LIMITS.fileChunks * 4096);
    expect(
      await META_0.prepare("SELECT length(manifest) AS n FROM contents WHERE owner_id = ?")
        .bind(space.ownerId)
        .first("n"),
    ).toBe(1_440_000);
    expect(
      await META_0.prepare("SELECT sum(refs) AS n FROM chunks WHERE owner_id = ?").bind(space.ownerId).first("n"),
    ).toBe(LIMITS.fileChunks);
    expect(
      codesOf(
        await commitTo(space, [{ type: "updateFile", node: made!.id, baseVersion: 1, chunks: [chunk(0)], mtime: 1 }]),
      ),
    ).toEqual(["chunks_missing"]);
  });
});
