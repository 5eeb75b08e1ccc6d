import { expect, it } from "vitest";
import type { AuditFinding, AuditStep } from "../../protocol/audit.ts";
import { newId } from "../../protocol/new-id.ts";
import { encodePack } from "../../protocol/pack-frame.ts";
import { auditStep } from "../../workers/storage/audit.ts";
import { collect, GRACE_MS } from "../../workers/storage/collector.ts";
import { loseChunks } from "../../workers/storage/lost-chunks.ts";
import { packObjectKey, putPack } from "../../workers/storage/pack-store.ts";
import { receiveChunks } from "../../workers/storage/receive-chunks.ts";
import { openUpload } from "../../workers/storage/uploads.ts";
import { commitGroup } from "../../workers/sync-do/commit-group.ts";
import { call, problemOf, signUp, type TestAccount } from "./support/accounts.ts";
import { Belongings, frameOf, someBytes } from "./support/belongings.ts";
import { findDefects, inputOf, makeSpace, META_0, type TestSpace } from "./support/commit-space.ts";
import {
  codeOf,
  env,
  type Owner,
  packOf,
  randomBytes,
  randomChunks,
  readChunk,
  recount,
  refsOf,
} from "./support/storage.ts";
import { openShard, shardNames } from "../../workers/storage/shards.ts";

const NOW = Date.now();
type Chunks = Awaited<ReturnType<typeof randomChunks>>;

interface Options {
  readonly repair?: boolean;
  readonly verify?: number;
  readonly now?: number;
  readonly env?: typeof env;
}

/** All that an audit finds, step after step, as the script takes them. */
async function audit({ repair = false, verify = 0, now = NOW, env: environment = env }: Options = {}) {
  const findings: AuditFinding[] = [];
  let steps = 0;
  let cursor: string | undefined;
  do {
    const missing = findings.filter(({ problem, repaired }) => problem === "missing_pack" && !repaired);
    const request = { ...(cursor && { cursor }), repair, verify, missing: missing.map(({ what }) => what) };
    const step: AuditStep = await auditStep(environment, request, now);
    findings.push(...step.findings);
    cursor = step.next ?? undefined;
    steps++;
  } while (cursor !== undefined);
  return { findings, steps };
}

/** Of one account, as `problem what`. */
const about = (findings: readonly AuditFinding[], { ownerId }: Owner): string[] =>
  findings.filter(({ account }) => account === ownerId).map(({ problem, what }) => `${problem} ${what}`);

interface Sample {
  readonly owner: Owner;
  readonly space: TestSpace;
  readonly chunks: Chunks;
  readonly pack: string;
}

/** An owner with the files /both (all chunks) and /first (the first), whose chunks lie in one pack. */
async function sample(count = 3): Promise<Sample> {
  const space = await makeSpace();
  const owner: Owner = { ...space, userId: space.ownerId, shard: openShard(env, "META_0", "first-primary") };
  const chunks = await randomChunks(count);
  await receiveChunks(env, owner.shard, owner.ownerId, packOf(chunks), NOW);
  await commit(space, "both", chunks);
  await commit(space, "first", chunks.slice(0, 1));
  return { owner, space, chunks, pack: (await packsOf(owner))[0]! };
}

async function commit(space: TestSpace, name: string, chunks: Chunks): Promise<string> {
  const file = { type: "createFile" as const, parent: space.rootId, name, chunks: refsOf(chunks), mtime: 1 };
  const { outcomes } = await commitGroup(META_0, [inputOf(space, [file], newId())], NOW);
  const [outcome] = outcomes;
  const result = outcome?.ok ? outcome.response.results[0] : undefined;
  return result?.ok ? "ok" : (result?.code ?? "no answer");
}

async function packsOf({ ownerId, shard }: Owner): Promise<string[]> {
  const { results } = await shard.db
    .prepare("SELECT DISTINCT pack_id AS id FROM chunks WHERE owner_id = ? AND pack_id <> '' ORDER BY 1")
    .bind(ownerId)
    .all<{ id: string }>();
  return results.map(({ id }) => id);
}

const usedBy = ({ ownerId }: Owner): Promise<number | null> =>
  META_0.prepare("SELECT used FROM owners WHERE id = ?").bind(ownerId).first<number>("used");

async function missing({ owner, chunks }: Sample): Promise<string[]> {
  const plan = { ...owner, chunks: refsOf(chunks) };
  return (await openUpload(owner.shard, plan, NOW)).missing;
}

async function isSound({ owner, space, chunks }: Sample): Promise<void> {
  expect(await recount(owner)).toEqual([]);
  expect(await findDefects(space)).toEqual([]);
  for (const { id, bytes } of chunks) expect(await readChunk(owner, id)).toEqual(bytes);
  expect(about((await audit({ verify: 16 })).findings, owner)).toEqual([]);
}

it("[G1] finds nothing where nothing is wrong", async () => {
  await isSound(await sample());
});

it("[G1] names packs that are not in the bucket and the files that need them, and changes nothing", async () => {
  const damaged = await sample();
  const { owner, pack } = damaged;
  const used = await usedBy(owner);
  await env.PACKS.delete(packObjectKey(pack));
  for (let round = 0; round < 2; round++) {
    const { findings } = await audit();
    expect(about(findings, owner)).toEqual([`missing_pack ${pack}`, "damaged_file /both", "damaged_file /first"]);
    expect(findings.some(({ repaired }) => repaired)).toBe(false);
  }
  expect(await missing(damaged)).toEqual([]);
  expect(await usedBy(owner)).toBe(used);
});

it("[G3] [G2] has chunks of a lost pack sent again, and files that name them whole by that", async () => {
  const damaged = await sample();
  const { owner, space, chunks, pack } = damaged;
  await env.PACKS.delete(packObjectKey(pack));
  const { findings } = await audit({ repair: true });
  const repaired = findings.filter(({ account }) => account === owner.ownerId);
  expect(about(repaired, owner)).toContain(`missing_pack ${pack}`);
  expect(repaired.find(({ what }) => what === pack)?.repaired).toBe(true);
  expect(await usedBy(owner)).toBe(0);
  expect(await recount(owner)).toEqual([]);
  expect(await findDefects(space)).toEqual([]);
  // Files stay, are known to be damaged, and nothing new is made of what is not there.
  expect(about((await audit()).findings, owner)).toEqual(["damaged_file /both", "damaged_file /first"]);
  expect(await commit(space, "third", chunks.slice(1))).toBe("chunks_missing");

  expect(await missing(damaged)).toEqual(chunks.map(({ id }) => id));
  await META_0.prepare("DELETE FROM uploads WHERE owner_id = ?").bind(owner.ownerId).run();
  await META_0.prepare("UPDATE owners SET reserved = 0 WHERE id = ?").bind(owner.ownerId).run();
  const first = await receiveChunks(env, owner.shard, owner.ownerId, packOf(chunks.slice(0, 1)), NOW);
  expect(first.stored).toBe(1);
  expect(about((await audit()).findings, owner)).toEqual(["damaged_file /both"]);
  const rest = await receiveChunks(env, owner.shard, owner.ownerId, packOf(chunks), NOW);
  expect(rest).toMatchObject({ accepted: 3, stored: 2 });
  expect(await commit(space, "third", chunks.slice(1))).toBe("ok");
  await isSound(damaged);
  // The row of the pack that is gone goes too.
  await collect(env, owner.shard, Date.now() + 2 * GRACE_MS);
  expect(await META_0.prepare("SELECT 1 FROM packs WHERE id = ?").bind(pack).first()).toBeNull();
  await isSound(damaged);
});

it("[G2] [U7] lost chunks that nothing names are collected, and take nothing from what is used", async () => {
  const damaged = await sample();
  const { owner, pack } = damaged;
  const extra = await randomChunks(2);
  await receiveChunks(env, owner.shard, owner.ownerId, packOf(extra), NOW);
  for (const id of await packsOf(owner)) if (id !== pack) await env.PACKS.delete(packObjectKey(id));
  await audit({ repair: true });
  await collect(env, owner.shard, Date.now() + 2 * GRACE_MS);
  const lost = META_0.prepare("SELECT count(*) AS n FROM chunks WHERE owner_id = ? AND pack_id = ''");
  expect(await lost.bind(owner.ownerId).first("n")).toBe(0);
  await isSound(damaged);
});

it("[G2] a chunk that was sent again, or is being, is not lost with its old pack", async () => {
  const damaged = await sample();
  const { owner, chunks, pack } = damaged;
  await env.PACKS.delete(packObjectKey(pack));
  await owner.shard.db.batch(loseChunks(owner.shard.db, pack, null, NOW));
  await receiveChunks(env, owner.shard, owner.ownerId, packOf(chunks), NOW);
  // A second audit that had looked before.
  await owner.shard.db.batch(loseChunks(owner.shard.db, pack, null, NOW));
  await isSound(damaged);

  for (let round = 0; round < 5; round++) {
    for (const id of await packsOf(owner)) await env.PACKS.delete(packObjectKey(id));
    const send = (): Promise<unknown> => receiveChunks(env, owner.shard, owner.ownerId, packOf(chunks), NOW);
    await Promise.all([audit({ repair: true }), send(), audit({ repair: true }), send()]);
    await send();
    await isSound(damaged);
  }
});

it("[G2] does not believe a bucket that has no pack at all", async () => {
  const { owner, pack } = await sample();
  const bucket = new Proxy(env.PACKS, {
    get: (_, name) => async () => (name === "list" ? { objects: [], truncated: false } : null),
  });
  const { findings } = await audit({ repair: true, env: { ...env, PACKS: bucket } });
  expect(about(findings, owner)).toContain(`missing_pack ${pack}`);
  expect(findings.some(({ repaired }) => repaired)).toBe(false);
  expect(await packsOf(owner)).toEqual([pack]);
});

it("[G1] names objects that no row names once the collector may take them, and leaves them to it", async () => {
  const id = newId();
  await putPack(env.PACKS, id, "META_0", new Uint8Array(10));
  const orphans = (findings: readonly AuditFinding[]): string[] =>
    findings.filter(({ problem }) => problem === "orphan_pack").map(({ what }) => what);
  expect(orphans((await audit({ repair: true })).findings)).not.toContain(id);
  const later = Date.now() + GRACE_MS + 1;
  expect(orphans((await audit({ now: later })).findings)).toContain(id);
  await audit({ now: later, repair: true });
  expect(await env.PACKS.head(packObjectKey(id))).not.toBeNull();
});

it("[G1] [G2] [I9] finds counters that differ from a recount, and corrects them", async () => {
  const wrong = await sample();
  const { owner, chunks, pack } = wrong;
  await META_0.batch([
    META_0.prepare("UPDATE owners SET used = used - 7, reserved = 5 WHERE id = ?").bind(owner.ownerId),
    META_0.prepare("UPDATE packs SET live = live + 1 WHERE id = ?").bind(pack),
    META_0.prepare("UPDATE contents SET refs = refs + 1 WHERE owner_id = ?").bind(owner.ownerId),
    META_0.prepare("UPDATE chunks SET refs = 0 WHERE owner_id = ? AND id = unhex(?)").bind(
      owner.ownerId,
      chunks[0]!.id,
    ),
    META_0.prepare("UPDATE chunks SET refs = 9 WHERE owner_id = ? AND id = unhex(?)").bind(
      owner.ownerId,
      chunks[1]!.id,
    ),
  ]);
  const expected = ["wrong_counter", pack, owner.ownerId, chunks[0]!.id, chunks[1]!.id];
  const found = about((await audit()).findings, owner);
  expect(found).toHaveLength(6);
  for (const what of expected.slice(1)) expect(found).toContain(`wrong_counter ${what}`);
  expect(about((await audit({ repair: true })).findings, owner).toSorted()).toEqual(found.toSorted());
  await isSound(wrong);
});

it("[G2] [I9] says where a corrected counter does not fit the quota, and leaves it", async () => {
  const { owner } = await sample();
  await META_0.prepare("UPDATE owners SET used = 0, quota = 10 WHERE id = ?").bind(owner.ownerId).run();
  const { findings } = await audit({ repair: true });
  const finding = findings.find(({ what }) => what === owner.ownerId);
  expect(finding).toMatchObject({ repaired: false });
  expect(finding?.detail).toContain("quota");
  await META_0.prepare("UPDATE owners SET quota = 100000 WHERE id = ?").bind(owner.ownerId).run();
  await audit({ repair: true });
  expect(await recount(owner)).toEqual([]);
});

it.each(["the chunk rows are", "the pack's row is"])("[G3] [G1] heals where %s gone", async (what) => {
  const damaged = await sample();
  const { owner, chunks, pack } = damaged;
  const [table, key, value] =
    what === "the chunk rows are" ? ["chunks", "owner_id", owner.ownerId] : ["packs", "id", pack];
  await META_0.prepare(`DELETE FROM ${table} WHERE ${key} = ?`).bind(value).run();
  const found = about((await audit()).findings, owner);
  expect(found).toEqual(expect.arrayContaining(["damaged_file /both", "damaged_file /first"]));
  expect(found.filter((each) => each.startsWith("missing_chunk"))).toHaveLength(what === "the chunk rows are" ? 3 : 1);
  await audit({ repair: true });
  await audit({ repair: true });
  expect(await recount(owner)).toEqual([]);
  await receiveChunks(env, owner.shard, owner.ownerId, packOf(chunks), NOW);
  await isSound(damaged);
});

it("[G1] [G2] verifies packs when asked to, and loses only the chunks that are damaged", async () => {
  const damaged = await sample();
  const { owner, chunks, pack } = damaged;
  const bytes = new Uint8Array(await (await env.PACKS.get(packObjectKey(pack)))!.arrayBuffer());
  bytes[bytes.length - 1]! ^= 1;
  await env.PACKS.delete(packObjectKey(pack));
  await putPack(env.PACKS, pack, "META_0", bytes);
  expect(about((await audit()).findings, owner)).toEqual([]);
  // Chance picks the packs that a step verifies: often enough, also this one.
  await expect
    .poll(async () => about((await audit({ repair: true, verify: 16 })).findings, owner), { timeout: 30_000 })
    .toContain(`damaged_chunk ${chunks[2]!.id}`);
  expect(await missing(damaged)).toEqual([chunks[2]!.id]);
  await META_0.prepare("DELETE FROM uploads WHERE owner_id = ?").bind(owner.ownerId).run();
  await META_0.prepare("UPDATE owners SET reserved = 0 WHERE id = ?").bind(owner.ownerId).run();
  await receiveChunks(env, owner.shard, owner.ownerId, packOf(chunks), NOW);
  await isSound(damaged);
});

it("[G1] looks at every pack and account, page after page", { timeout: 120_000 }, async () => {
  const { owner, chunks } = await sample(1);
  const ids = Array.from({ length: 620 }, () => newId());
  const isLost = (id: string): boolean => ids.indexOf(id) % 7 === 0;
  await Promise.all(ids.filter((id) => !isLost(id)).map((id) => putPack(env.PACKS, id, "META_0", randomBytes(5))));
  const rows = await Promise.all(ids.map(async (id, i) => [id, (await frameOf(randomBytes(20 + (i % 5)))).id]));
  await META_0.batch([
    META_0.prepare(
      `INSERT INTO packs (id, owner_id, size, key_id, live, created_at)
       SELECT value ->> 0, ?1, 5, 'k', 5, 0 FROM json_each(?2)`,
    ).bind(owner.ownerId, JSON.stringify(rows)),
    META_0.prepare(
      `INSERT INTO chunks (owner_id, id, pack_id, "offset", length, size, touched_at)
       SELECT ?1, unhex(value ->> 1), value ->> 0, 0, 5, 5, 0 FROM json_each(?2)`,
    ).bind(owner.ownerId, JSON.stringify(rows)),
    META_0.prepare("UPDATE owners SET used = used + 5 * 620 WHERE id = ?").bind(owner.ownerId),
  ]);
  const { findings, steps } = await audit();
  expect(about(findings, owner)).toEqual(
    ids
      .filter(isLost)
      .toSorted()
      .map((id) => `missing_pack ${id}`),
  );
  expect(steps).toBeGreaterThan(5);
  expect(chunks).toHaveLength(1);
});

it("[G1] refuses a cursor that is none", async () => {
  for (const cursor of ["", "META_9/packs/", "META_0/else/", "META_0/packs/x", "DIRECTORY/packs/"]) {
    const request = { cursor, repair: false, verify: 0, missing: [] };
    expect(await codeOf(auditStep(env, request, NOW)), cursor).toBe("invalid_cursor");
  }
});

async function step(asker: TestAccount, json: unknown): Promise<Response> {
  const headers = { "content-type": "application/json" };
  return asker.api("/admin/audit", { method: "POST", headers, body: JSON.stringify(json) });
}

it("[G4] only the administrator's session may audit; others see what of their own is damaged", async () => {
  const administrator = await signUp();
  await env.DIRECTORY.prepare("UPDATE users SET admin = (id = ?)").bind(administrator.userId).run();
  const [account, stranger] = [await signUp(), await signUp()];
  expect(await problemOf(await step(account, {}))).toBe("403 forbidden");
  const token = await new Belongings(administrator).send<{ token: string }>("POST", "/account/tokens", {
    name: "t",
    scopes: ["read", "write"],
  });
  const headers = { "content-type": "application/json", authorization: `Bearer ${token.token}` };
  expect(await problemOf(await call("/admin/audit", { method: "POST", headers, json: {} }))).toBe(
    "403 insufficient_scope",
  );

  const owner = new Belongings(account);
  const folder = await owner.folder();
  const bytes = someBytes();
  const frame = await frameOf(bytes);
  await account.api("/chunks", { method: "POST", body: encodePack([frame]) });
  const chunks = [{ id: frame.id, size: bytes.length }];
  const file = await owner.commitOne({ type: "createFile", parent: folder.id, name: "lost", chunks, mtime: 1 });
  const damaged = (asker: TestAccount): Promise<{ files: { path: string }[] }> =>
    new Belongings(asker).send("GET", "/files/damaged");
  expect(await damaged(account)).toEqual({ files: [], more: false });

  const rows = await Promise.all(
    shardNames(env).map(async (name) =>
      openShard(env, name, "first-primary")
        .db.prepare("SELECT DISTINCT pack_id AS id FROM chunks WHERE owner_id = ?")
        .bind(account.userId)
        .all<{ id: string }>(),
    ),
  ).then((answers) => answers.flatMap(({ results }) => results.map(({ id }) => packObjectKey(id))));
  await env.PACKS.delete(rows);
  let cursor: string | null | undefined;
  do {
    const answer = await step(administrator, { repair: true, ...(cursor && { cursor }) });
    expect(answer.status).toBe(200);
    ({ next: cursor } = await answer.json<AuditStep>());
  } while (cursor !== null);

  const { id, version, content } = file;
  expect(await damaged(account)).toEqual({
    files: [{ id, version, content, path: `/${folder.name}/lost` }],
    more: false,
  });
  expect((await damaged(stranger)).files).toEqual([]);
  const read = await account.api(`/files/${id}`);
  await expect(
    read.arrayBuffer().then((body) => (read.ok ? body : Promise.reject(new Error("refused")))),
  ).rejects.toThrow();
  await account.api("/chunks", { method: "POST", body: encodePack([frame]) });
  expect((await damaged(account)).files).toEqual([]);
  expect(new Uint8Array(await (await account.api(`/files/${id}`)).arrayBuffer())).toEqual(bytes);
});
