import { expect, it } from "vitest";
import { decodeCursor } from "../../protocol/cursor.ts";
import { newId } from "../../protocol/new-id.ts";
import type { Changes, CommitResponse } from "../../protocol/tree.ts";
import { problemOf, signUp } from "./support/accounts.ts";
import { Belongings } from "./support/belongings.ts";
import { StoredFiles } from "./support/stored-files.ts";

it("[S2] [S3] [T19] a space whose history was turned back and that got a new epoch is read anew, and goes on", async () => {
  const account = await signUp();
  const owner = new Belongings(account);
  const { db } = (await StoredFiles.of(account)).shard;
  const { space, root } = account.home;
  const changes = (since = "") => owner.send<Changes>("GET", `/sync/changes${since}`);
  const commit = (operationId: string, id: string, name: string, more = {}) => ({
    operationId,
    operations: [{ type: "createFolder", id, parent: root, name }],
    ...more,
  });
  const make = (...parts: Parameters<typeof commit>) =>
    owner.send<CommitResponse>("POST", "/commits", commit(...parts));

  const [kept, lost, operation] = [newId(), newId(), newId()];
  const first = newId();
  await make(first, kept, "kept");
  await make(operation, lost, "lost");
  const before = await changes();

  // As a restore to the moment between the two does it.
  const epoch = newId();
  await db.batch([
    db.prepare("DELETE FROM nodes WHERE space_id = ? AND id = ?").bind(space, lost),
    db.prepare("DELETE FROM commits WHERE space_id = ? AND base_seq = 1").bind(space),
    db.prepare("DELETE FROM operations WHERE space_id = ? AND id = ?").bind(space, operation),
    db.prepare("UPDATE spaces SET seq = 1, epoch = ?2 WHERE id = ?1").bind(space, epoch),
  ]);
  expect(await problemOf(await account.api(`/sync/changes?since=${before.cursor}`))).toBe("410 cursor_expired");
  const after = await changes();
  expect(after.changes.map(({ id }) => id)).toEqual([root, kept]);
  expect(after.epoch).toBe(epoch);

  // What was decided before is not carried out.
  const init = { method: "POST", headers: { "content-type": "application/json" } };
  const late = JSON.stringify(commit(operation, lost, "lost", { epoch: before.epoch }));
  expect(await problemOf(await account.api("/commits", { ...init, body: late }))).toBe("410 cursor_expired");
  expect((await changes()).cursor).toBe(after.cursor);

  // What was kept is still answered as it was; what was lost is carried out anew, under the same ids.
  const replay = await make(first, kept, "kept", { epoch: before.epoch });
  expect([replay.replayed, decodeCursor(replay.cursor)]).toEqual([true, { space, epoch, seq: 1 }]);
  const again = await make(operation, lost, "lost", { epoch });
  expect([again.replayed, again.seq]).toEqual([false, 2]);
  const more = await changes(`?since=${after.cursor}`);
  expect(more.changes.map(({ id }) => id)).toEqual([lost]);
});
