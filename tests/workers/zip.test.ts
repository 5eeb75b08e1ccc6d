import { crc32 } from "node:zlib";
import { beforeAll, expect, it } from "vitest";
import { env } from "cloudflare:workers";
import { LIMITS } from "../../protocol/limits.ts";
import { bodyOf } from "../../workers/api/byte-body.ts";
import { zipMembers } from "../../workers/api/zip/zip-members.ts";
import { zipStream } from "../../workers/api/zip/zip-stream.ts";
import type { Env } from "../../workers/env.ts";
import { readLeadingManifests } from "../../workers/storage/contents.ts";
import { PackKeys } from "../../workers/storage/pack-key.ts";
import { CHILDREN_OF_FOLDERS, selectNodes, walkTree } from "../../workers/storage/tree-walk.ts";
import { call, cookiesOf, ORIGIN, problemOf, randomAddress, signUp, type TestAccount } from "./support/accounts.ts";
import { countingShard } from "./support/counting-shard.ts";
import { randomBytes, StoredFiles } from "./support/stored-files.ts";

const bindings = env as unknown as Env & Record<"META_0" | "META_1", D1Database>;
let account: TestAccount;
let files: StoredFiles;

beforeAll(async () => {
  account = await signUp();
  files = await StoredFiles.of(account);
});

interface Unzipped {
  readonly bytes: Uint8Array;
  readonly mode: string;
  readonly mtime: number;
}

/** The answer to `path`, held to the length that it told. */
async function countedZip(path: string): Promise<Response> {
  const answer = await account.api(path);
  const body = await answer.arrayBuffer();
  expect(answer.headers.get("content-length")).toBe(String(body.byteLength));
  const head = await account.api(path, { method: "HEAD" });
  expect([head.status, head.headers.get("content-length")]).toEqual([200, String(body.byteLength)]);
  return new Response(body, answer);
}

/** The entries of an archive without zip64; tests/unit/zip-stream.test.ts holds the format to a reader of others' making. */
async function unzip(answer: Response): Promise<Map<string, Unzipped>> {
  expect([answer.status, answer.headers.get("content-type")]).toEqual([200, "application/zip"]);
  const archive = Buffer.from(await answer.arrayBuffer());
  const found = new Map<string, Unzipped>();
  const end = archive.length - 22;
  expect(archive.readUInt32LE(end)).toBe(0x06054b50);
  for (let at = archive.readUInt32LE(end + 16); at < end;) {
    expect(archive.readUInt32LE(at)).toBe(0x02014b50);
    const [crc, size] = [archive.readUInt32LE(at + 16), archive.readUInt32LE(at + 24)];
    const [nameLength, extraLength] = [archive.readUInt16LE(at + 28), archive.readUInt16LE(at + 30)];
    const name = archive.toString("utf8", at + 46, at + 46 + nameLength);
    const local = archive.readUInt32LE(at + 42);
    // Stored, so the bytes lie as they are behind the local header's 30 bytes, name and extra field.
    const start = local + 30 + archive.readUInt16LE(local + 26) + archive.readUInt16LE(local + 28);
    const bytes = new Uint8Array(archive.subarray(start, start + size));
    expect(crc32(bytes)).toBe(crc);
    // The extended timestamp: header (4), flags (1), seconds (4).
    const mtime = archive.readInt32LE(at + 46 + nameLength + 5) * 1000;
    found.set(name, { bytes, mode: archive.readUInt16LE(at + 40).toString(8), mtime });
    at += 46 + nameLength + extraLength;
  }
  expect(found.size).toBe(archive.readUInt16LE(end + 10));
  return found;
}

it("[B22] [D5] a folder comes with all that is live below it, empty folders too, of the length told before", async () => {
  const photos = await files.folder("Photos");
  await files.folder("empty", photos);
  const year = await files.folder("2026 été 🌻", photos);
  const [a, b] = [randomBytes(3000), randomBytes(70_000)];
  await files.file("a.jpg", [a], { parent: photos });
  await files.file("run.sh", [b, a], { parent: year, executable: true });
  await files.file("nothing", [], { parent: year });
  const gone = await files.file("gone", [a], { parent: year });
  await files.shard.db.prepare("UPDATE nodes SET state = 'trashed' WHERE id = ?").bind(gone.id).run();
  const answer = await countedZip(`/zip?id=${photos}`);
  expect(answer.headers.get("content-disposition")).toBe('attachment; filename="Photos.zip"');
  const found = await unzip(answer);
  expect([...found.keys()].sort()).toEqual(
    [
      "Photos/",
      "Photos/2026 été 🌻/",
      "Photos/2026 été 🌻/nothing",
      "Photos/2026 été 🌻/run.sh",
      "Photos/a.jpg",
      "Photos/empty/",
    ].sort(),
  );
  expect(found.get("Photos/a.jpg")?.bytes).toEqual(a);
  const run = found.get("Photos/2026 été 🌻/run.sh");
  expect(run?.bytes).toEqual(new Uint8Array([...b, ...a]));
  expect([run?.mode, found.get("Photos/a.jpg")?.mode, found.get("Photos/")?.mode]).toEqual([
    "100755",
    "100644",
    "40755",
  ]);
  expect(run?.mtime).toBe(Date.UTC(2026, 0, 2, 3, 4, 5));
});

it("[D5] a selection keeps names unique, and no name leads out of the archive", async () => {
  const [one, two] = [await files.folder("one"), await files.folder("two")];
  const [x, y, z] = [randomBytes(10), randomBytes(11), randomBytes(12)];
  const first = await files.file("Read me.txt", [x], { parent: one });
  const second = await files.file("read ME.txt", [y], { parent: two });
  const evil = await files.file("..\\..\\C:evil", [z], { parent: two });
  const body = JSON.stringify({ ids: [first.id, second.id, evil.id, first.id], name: "Mine" });
  const answer = await account.api("/zip", { method: "POST", body, headers: { "content-type": "application/json" } });
  expect(answer.headers.get("content-disposition")).toBe('attachment; filename="Mine.zip"');
  const found = await unzip(answer);
  expect([...found.keys()]).toEqual(["Read me.txt", "read ME (2).txt", `.._.._C:evil~${evil.id.slice(-10)}`]);
  expect([...found.values()].map(({ bytes }) => bytes)).toEqual([x, y, z]);
});

it("[D5] [A5] a form of this server's pages gets an archive too, another site's does not", async () => {
  const [x, y] = [randomBytes(10), randomBytes(11)];
  const [first, second] = [await files.file("form 1", [x]), await files.file("form 2", [y])];
  const signedIn = await call("/auth/sign-in/email", {
    method: "POST",
    headers: { "cf-connecting-ip": randomAddress() },
    json: { email: account.email, password: account.password },
  });
  const send = (body: URLSearchParams | FormData, origin: string): Promise<Response> =>
    call("/zip", { method: "POST", body, headers: { cookie: cookiesOf(signedIn), origin } });
  const form = new URLSearchParams([
    ["ids", first.id],
    ["ids", second.id],
    ["name", "Two"],
  ]);
  const answer = await send(form, ORIGIN);
  expect(answer.headers.get("content-disposition")).toBe('attachment; filename="Two.zip"');
  const found = await unzip(answer);
  expect([...found].map(([name, { bytes }]) => [name, bytes])).toEqual([
    ["form 1", x],
    ["form 2", y],
  ]);
  expect([...(await unzip(await send(new URLSearchParams({ ids: first.id }), ORIGIN))).keys()]).toEqual(["form 1"]);

  expect(await problemOf(await send(form, "https://evil.test"))).toBe("403 origin_not_allowed");
  expect(await problemOf(await send(form, "null"))).toBe("403 origin_not_allowed");
  expect(await problemOf(await send(new URLSearchParams({ name: "None" }), ORIGIN))).toBe("400 invalid_request");
  expect(await problemOf(await account.api("/zip", { method: "POST" }))).toBe("400 invalid_request");
  const long = new URLSearchParams(Array.from({ length: 6_000 }, () => ["ids", first.id]));
  expect(await problemOf(await send(long, ORIGIN))).toBe("413 body_too_large");
});

it("[B22] an archive of up to 10,000 entries tells its length, and a larger one comes all the same without", async () => {
  const { space } = account.home;
  const parent = await files.folder("counted");
  const limit = LIMITS.zipCountedEntries;
  const ids = Array.from({ length: limit }, (_, i) => `c${i}`.padStart(26, "0"));
  const insert = (some: readonly string[], from: number) =>
    files.shard.db
      .prepare(
        `INSERT INTO nodes (space_id, id, parent_id, name, name_key, type, mtime, seq, created_at)
         SELECT ?1, value, ?2, 'ñ' || value, 'ñ' || value, 'folder', 0, ?4 + key, 0 FROM json_each(?3)`,
      )
      .bind(space, parent, JSON.stringify(some), 60_000_000 + from)
      .run();
  await insert(ids.slice(1), 0);
  expect((await unzip(await countedZip(`/zip?id=${parent}`))).size).toBe(limit);
  await insert(ids.slice(0, 1), limit);
  const larger = await account.api(`/zip?id=${parent}`);
  expect(larger.headers.get("content-length")).toBeNull();
  expect((await unzip(larger)).size).toBe(limit + 1);
  const head = await account.api(`/zip?id=${parent}`, { method: "HEAD" });
  expect([head.status, head.headers.get("content-length")]).toEqual([200, null]);
});

it("[D5] folders of more than one page, and more folders than one query lists", async () => {
  const parent = await files.folder("many");
  const { space } = account.home;
  const ids = Array.from({ length: 2500 }, (_, i) => String(i).padStart(26, "0"));
  const sql = `
    INSERT INTO nodes (space_id, id, parent_id, name, name_key, type, mtime, seq, created_at)
    SELECT ?1, value, ?2, 'f' || value, 'f' || value, 'folder', 0, 100000 + key, 0 FROM json_each(?3)`;
  await files.shard.db.prepare(sql).bind(space, parent, JSON.stringify(ids)).run();
  const deep = `
    INSERT INTO nodes (space_id, id, parent_id, name, name_key, type, mtime, seq, created_at)
    SELECT ?1, '1' || substr(value, 2), value, 'in', 'in', 'folder', 0, 200000 + key, 0 FROM json_each(?2)`;
  await files.shard.db.prepare(deep).bind(space, JSON.stringify(ids)).run();
  const found = await unzip(await account.api(`/zip?id=${parent}`));
  expect(found.size).toBe(1 + 2 * 2500);
  for (const id of ids) expect(found.has(`many/f${id}/in/`)).toBe(true);
});

it("[D5] a thousand small files take at most two queries more", async () => {
  const { space } = account.home;
  const { userId } = account;
  const costs = new Map<number, number>();
  for (const count of [3000, 9000]) {
    const folder = await files.folder(`small ${count}`);
    const one = await files.file("one", [randomBytes(100)], { parent: folder });
    const ids = JSON.stringify(Array.from({ length: count }, (_, i) => `${count}x${i}`.padStart(26, "0")));
    await files.shard.db.batch([
      files.shard.db
        .prepare(
          `INSERT INTO contents (owner_id, id, size, manifest, refs, created_at)
           SELECT ?1, j.value, c.size, c.manifest, 1, 0 FROM json_each(?2) j CROSS JOIN contents c
           WHERE c.owner_id = ?1 AND c.id = ?3`,
        )
        .bind(userId, ids, one.content),
      files.shard.db
        .prepare(
          `INSERT INTO nodes (space_id, id, parent_id, name, name_key, type, version, content_id, size, mtime, seq, created_at)
           SELECT ?1, value, ?2, value, value, 'file', 1, value, 100, 0, ?4 + key, 0 FROM json_each(?3)`,
        )
        .bind(space, folder, ids, count * 1000),
    ]);
    const { shard, queries } = countingShard(files.shard.name, bindings[files.shard.name as "META_0" | "META_1"]);
    const start = (await selectNodes({ shard, spaceId: space, scope: null }, [folder])).get(folder);
    if (!start) throw new Error("the folder is there");
    queries.count = 0;
    const source = { shard, ownerId: userId, packs: bindings.PACKS, keys: new PackKeys(bindings.MASTER_KEYS) };
    const walk = walkTree(shard, space, [{ node: start.node, path: "small" }]);
    let members = 0;
    for await (const member of zipMembers(source, walk)) {
      members++;
      for await (const piece of member.pieces ?? []) expect(piece).toHaveLength(100);
    }
    expect(members).toBe(count + 2);
    costs.set(count, queries.count);
  }
  console.info("queries of an archive, by its files", costs);
  expect(((costs.get(9000) ?? 0) - (costs.get(3000) ?? 0)) / 6).toBeLessThanOrEqual(2);
});

it("[D5] chunk lists are read by their length, not by the number of files", async () => {
  const { userId } = account;
  const ids = Array.from({ length: 5 }, (_, i) => `list${i}`);
  const chunks = [30_000, 15_000, 4_000, 2_000, 10];
  await files.shard.db
    .prepare(
      `INSERT INTO contents (owner_id, id, size, manifest, refs, created_at)
       SELECT ?1, value ->> 0, 0, zeroblob(36 * (value ->> 1)), 1, 0 FROM json_each(?2)`,
    )
    .bind(userId, JSON.stringify(ids.map((id, i) => [id, chunks[i]])))
    .run();
  const read = async (asked: string[]) => {
    const found = await readLeadingManifests(files.shard, userId, asked, 20_000);
    return [...found].map(([id, manifest]) => [id, manifest?.length ?? null]);
  };
  expect(await read(ids)).toEqual([["list0", 30_000]]);
  expect(await read(["gone", ...ids.slice(1)])).toEqual([
    ["gone", null],
    ["list1", 15_000],
    ["list2", 4_000],
  ]);
  expect(await read(["list3", "list3", "list4"])).toEqual([
    ["list3", 2_000],
    ["list4", 10],
  ]);
});

it("[D5] an archive takes files of long chunk lists a few at a time, and leaves out what is gone", async () => {
  const { space } = account.home;
  const { userId } = account;
  const folder = await files.folder("long lists");
  const one = await files.file("one", [randomBytes(1)], { parent: folder });
  const ids = Array.from({ length: 4 }, (_, i) => `long${i}`.padStart(26, "0"));
  const { db } = files.shard;
  await db.batch([
    // The same byte 15,000 times over: two of these lists are more than one batch takes.
    db
      .prepare(
        `INSERT INTO contents (owner_id, id, size, manifest, refs, created_at)
         SELECT ?1, j.value, 15000, unhex(replace(hex(zeroblob(15000)), '00', hex(c.manifest))), 1, 0
         FROM json_each(?2) j CROSS JOIN contents c WHERE c.owner_id = ?1 AND c.id = ?3 AND j.key <> 2`,
      )
      .bind(userId, JSON.stringify(ids), one.content),
    db
      .prepare(
        `INSERT INTO nodes (space_id, id, parent_id, name, name_key, type, version, content_id, size, mtime, seq, created_at)
         SELECT ?1, value, ?2, value, value, 'file', 1, value, 15000, 0, 50000000 + key, 0 FROM json_each(?3)`,
      )
      .bind(space, folder, JSON.stringify(ids)),
  ]);
  // Its length was told, so that it cannot go on without the one that is gone.
  const counted = await account.api(`/zip?id=${folder}`);
  expect(counted.status).toBe(200);
  await expect(counted.arrayBuffer()).rejects.toThrow();
  const source = {
    shard: files.shard,
    ownerId: userId,
    packs: bindings.PACKS,
    keys: new PackKeys(bindings.MASTER_KEYS),
  };
  const start = {
    node: (await selectNodes({ shard: files.shard, spaceId: space, scope: null }, [folder])).get(folder)!.node,
    path: "long lists",
  };
  const members = zipMembers(source, walkTree(files.shard, space, [start]));
  const headers = { "content-type": "application/zip" };
  const found = await unzip(new Response(bodyOf(zipStream(members)), { headers }));
  const sizes = [...found].map(([path, { bytes }]) => [path.split("/")[1], bytes.length]);
  expect(sizes).toEqual([["", 0], ...[0, 1, 3].map((i) => [ids[i], 15000]), ["one", 1]]);
});

it("[D5] children are listed without a sort, by the index that orders them", async () => {
  const plan = await files.shard.db
    .prepare(`EXPLAIN QUERY PLAN ${CHILDREN_OF_FOLDERS}`)
    .bind("s", "[]")
    .all<{ detail: string }>();
  const steps = plan.results.map(({ detail }) => detail).join("\n");
  expect(steps).toMatch(
    /SCAN j[\s\S]*SEARCH n USING INDEX nodes_name \(space_id=\? AND parent_id=\? AND name_key>\?\)/,
  );
  expect(steps).not.toMatch(/TEMP B-TREE/);
});

it("[I11] foreign, unknown and purged ids are not found, each named", async () => {
  const mine = await files.file("mine", [randomBytes(5)]);
  const other = await signUp();
  expect(await problemOf(await other.api(`/zip?id=${mine.id}`))).toBe("404 not_found");
  const unknown = "01jd8z4m2qk7v9t3w5x6y7z8a9";
  const answer = await account.api(`/zip?id=${mine.id}&id=${unknown}`);
  expect((await answer.json<{ ids: string[] }>()).ids).toEqual([unknown]);
  const folder = await files.folder("purged");
  const below = await files.file("below", [randomBytes(5)], { parent: folder });
  await files.shard.db.prepare("UPDATE nodes SET state = 'purged' WHERE id = ?").bind(folder).run();
  expect(await problemOf(await account.api(`/zip?id=${below.id}`))).toBe("404 not_found");
  expect(await problemOf(await account.api("/zip"))).toBe("400 invalid_request");
});

it("[D3] damage breaks the archive off", async () => {
  const folder = await files.folder("damaged");
  const file = await files.file("file", [randomBytes(5000)], { parent: folder });
  await files.shard.db.prepare("DELETE FROM chunks WHERE pack_id = ?").bind(file.packs[0]).run();
  const answer = await account.api(`/zip?id=${folder}`);
  if (answer.status === 200) await expect(answer.arrayBuffer()).rejects.toThrow();
  else expect(await problemOf(answer)).toBe("500 content_damaged");
});
