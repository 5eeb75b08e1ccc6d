import { createExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it } from "vitest";
import { encodeCursor } from "../../protocol/cursor.ts";
import { newId } from "../../protocol/new-id.ts";
import type { Changes } from "../../protocol/tree.ts";
import { app } from "../../workers/api/app.ts";
import { readChanges } from "../../workers/storage/changes.ts";
import { openShard, type Shard } from "../../workers/storage/shards.ts";
import type { Env } from "../../workers/env.ts";
import { ORIGIN, signUp } from "./support/accounts.ts";
import { countingShard } from "./support/counting-shard.ts";
import { addNodes, addSpace, type SpaceRows } from "./support/tree-rows.ts";

const bindings = env as unknown as Env & { META_0: D1Database };
let space: SpaceRows;
let shard: Shard;

beforeEach(async () => {
  space = await addSpace(bindings.META_0);
  shard = openShard(bindings, "META_0", "first-primary");
});

function changesSince(since?: string, limit = 1_000): Promise<Changes> {
  return readChanges(shard, space.spaceId, since, limit);
}

describe("[S1] changes", () => {
  it("begin with the root, come by ascending seq, tombstones included", async () => {
    await addNodes(space, [{ name: "a" }, { name: "b", state: "trashed" }, { name: "c", state: "purged" }]);
    const { changes, upToDate, epoch } = await changesSince();
    expect(changes.map(({ seq, state }) => [seq, state])).toEqual([
      [0, "live"],
      [1, "live"],
      [2, "trashed"],
      [3, "purged"],
    ]);
    expect({ upToDate, epoch }).toEqual({ upToDate: true, epoch: space.epoch });
  });

  it("take an RFC 3339 time: all from the last commit before it", async () => {
    await addNodes(space, [{ name: "a" }, { name: "b" }, { name: "c" }]);
    const insert = bindings.META_0.prepare("INSERT INTO commits (space_id, base_seq, seq, at) VALUES (?, ?, ?, ?)");
    const at = (time: string) => Date.parse(time);
    await bindings.META_0.batch([
      insert.bind(space.spaceId, 0, 1, at("2026-01-01T10:00:00Z")),
      insert.bind(space.spaceId, 1, 2, at("2026-01-01T11:00:00Z")),
      insert.bind(space.spaceId, 2, 3, at("2026-01-01T12:00:00Z")),
    ]);
    const names = async (since: string) => (await changesSince(since)).changes.map(({ name }) => name);
    expect(await names("2026-01-01T11:00:00Z")).toEqual(["a", "b", "c"]);
    expect(await names("2026-01-01T11:00:00.001Z")).toEqual(["b", "c"]);
    expect(await names("2026-01-01T13:30:00+02:00")).toEqual(["b", "c"]);
    expect(await names("2026-01-01T13:30:00 02:00")).toEqual(["b", "c"]);
    expect(await names("2020-01-01T00:00:00Z")).toEqual(["", "a", "b", "c"]);
    expect(await names("2030-01-01T00:00:00Z")).toEqual(["c"]);
  });
});

describe("[S2] cursors", () => {
  it("that are malformed or of another space are refused", async () => {
    const foreign = encodeCursor({ space: newId(), epoch: space.epoch, seq: 0 });
    for (const since of ["", "nonsense", foreign, "2026-13-40T99:00:00Z", "2026-01-01"]) {
      await expect(changesSince(since), since).rejects.toMatchObject({ code: "invalid_cursor" });
    }
  });

  it("of another epoch, or ahead of the space, have expired", async () => {
    for (const cursor of [
      { space: space.spaceId, epoch: newId(), seq: 0 },
      { space: space.spaceId, epoch: space.epoch, seq: 7 },
    ]) {
      await expect(changesSince(encodeCursor(cursor))).rejects.toMatchObject({ code: "cursor_expired" });
    }
  });
});

it("[W6] are read at the primary, whatever the bookmark: a replica may not have yet what a message told of", async () => {
  const account = await signUp();
  const asked: string[] = [];
  const spied = ["META_0", "META_1"].map((name) => {
    const database = env[name as keyof typeof env] as unknown as D1Database;
    const withSession = (at: string) => {
      const session = database.withSession(at);
      const batch: D1DatabaseSession["batch"] = (statements) => {
        asked.push(at);
        return session.batch(statements);
      };
      return { prepare: session.prepare.bind(session), batch, getBookmark: () => session.getBookmark() };
    };
    return [name, { withSession }];
  });
  const bookmark = (await account.api("/sync/changes")).headers.get("ledge-bookmark") ?? "";
  const headers = { authorization: `Bearer ${account.token}`, "ledge-bookmark": bookmark };
  const request = new Request(`${ORIGIN}/api/sync/changes`, { headers });
  const answer = await app.fetch(request, { ...bindings, ...Object.fromEntries(spied) }, createExecutionContext());
  expect(await answer.json()).toMatchObject({ upToDate: true });
  expect(answer.headers.get("ledge-bookmark")).toMatch(/^[0-9a-f-]+$/);
  expect(asked).toEqual(["first-primary"]);
});

it("[S3] a reader who pages while things change ends with the server's tree", async () => {
  const ids = await addNodes(
    space,
    Array.from({ length: 20 }, (_, i) => ({ name: `n${i}` })),
  );
  const seen = new Map<string, string>();
  let since: string | undefined;
  for (let page = 0; ; page++) {
    const answer = await changesSince(since, 3);
    for (const node of answer.changes) seen.set(node.id, node.name);
    since = answer.cursor;
    if (answer.upToDate) break;
    if (page < 6) await rename(ids[page * 3] ?? "", `renamed ${page}`);
  }
  const { results } = await bindings.META_0.prepare("SELECT id, name FROM nodes WHERE space_id = ?")
    .bind(space.spaceId)
    .all<{ id: string; name: string }>();
  expect(Object.fromEntries(seen)).toEqual(Object.fromEntries(results.map(({ id, name }) => [id, name])));
});

async function rename(id: string, name: string): Promise<void> {
  const { META_0 } = bindings;
  await META_0.batch([
    META_0.prepare("UPDATE spaces SET seq = seq + 1 WHERE id = ?").bind(space.spaceId),
    META_0.prepare(
      "UPDATE nodes SET name = ?3, name_key = ?3, seq = (SELECT seq FROM spaces WHERE id = ?1) WHERE space_id = ?1 AND id = ?2",
    ).bind(space.spaceId, id, name),
  ]);
}

it("[S4] a poll without change reads a constant number of rows and writes none", async () => {
  const readPoll = async () => {
    const since = (await changesSince()).cursor;
    const { shard: counted, rows } = countingShard("META_0", bindings.META_0);
    await readChanges(counted, space.spaceId, since, 1_000);
    return { ...rows };
  };
  await addNodes(space, [{ name: "first" }]);
  const few = await readPoll();
  await addNodes(
    space,
    Array.from({ length: 900 }, (_, i) => ({ name: `n${i}` })),
  );
  expect(await readPoll()).toEqual(few);
  expect(few.written).toBe(0);
  expect(few.read).toBeLessThanOrEqual(2);
});
