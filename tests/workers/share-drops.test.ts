import { runDurableObjectAlarm } from "cloudflare:test";
import { beforeAll, describe, expect, it } from "vitest";
import { newId } from "../../protocol/new-id.ts";
import { encodePack, type Frame } from "../../protocol/pack-frame.ts";
import type { Drop, DropCommit, DropMissing, DropResults, Link } from "../../protocol/share.ts";
import type { Node, NodePage } from "../../protocol/tree.ts";
import { forgetDrops } from "../../workers/storage/drops.ts";
import { openShard } from "../../workers/storage/shards.ts";
import { call, problemOf, randomAddress, signUp } from "./support/accounts.ts";
import { Belongings, frameOf, someBytes } from "./support/belongings.ts";
import { env } from "./support/storage.ts";
import { endSooner } from "./support/used-links.ts";

let owner: Belongings;
let folder: Node;
beforeAll(async () => {
  owner = new Belongings(await signUp());
});

const refOf = ({ id, bytes }: Frame) => ({ id, size: bytes.length });
const newFrame = () => frameOf(someBytes());

/** A guest of a drop link. */
class Guest {
  readonly token: string;
  drop = "";
  constructor(token: string) {
    this.token = token;
  }

  static async of(link: Pick<Link & { token: string }, "token">, name = "Ann"): Promise<Guest> {
    const guest = new Guest(link.token);
    const answer = await guest.post("", { guest: name });
    if (answer.status !== 201) throw new Error(await answer.text());
    guest.drop = `/${(await answer.json<Drop>()).drop}`;
    return guest;
  }

  post(path: string, body: unknown): Promise<Response> {
    const isBytes = body instanceof Uint8Array;
    return call(`/shared/${this.token}/drops${path}`, {
      method: "POST",
      headers: { "cf-connecting-ip": randomAddress(), ...(isBytes && { "content-type": "application/octet-stream" }) },
      ...(isBytes ? { body: body as Uint8Array<ArrayBuffer> } : { json: body }),
    });
  }

  async missing(...frames: Frame[]): Promise<string[]> {
    const answer = await this.post(`${this.drop}/uploads`, { chunks: frames.map(refOf) });
    return (await answer.json<DropMissing>()).missing;
  }

  pack(...frames: Frame[]): Promise<Response> {
    return this.post(`${this.drop}/packs`, encodePack(frames));
  }

  commit(files: Partial<DropCommit["files"][number]>[], operationId = newId()): Promise<Response> {
    const whole = files.map((file) => ({ name: "file.txt", chunks: [], mtime: 0, ...file }));
    return this.post(`${this.drop}/commit`, { operationId, files: whole });
  }

  async commitOk(files: Partial<DropCommit["files"][number]>[], operationId?: string): Promise<DropResults["results"]> {
    const answer = await this.commit(files, operationId);
    if (answer.status !== 200) throw new Error(await answer.text());
    return (await answer.json<DropResults>()).results;
  }
}

async function namesIn(id: string): Promise<string[]> {
  return (await owner.send<NodePage>("GET", `/folders/${id}/children`)).nodes.map(({ name }) => name);
}

async function childOf(id: string, name: string): Promise<Node> {
  const { nodes } = await owner.send<NodePage>("GET", `/folders/${id}/children`);
  const found = nodes.find((node) => node.name === name);
  if (!found) throw new Error(`${name} is not among ${nodes.map((node) => node.name).join(", ")}`);
  return found;
}

async function dropLink(settings: Parameters<Belongings["link"]>[0] = {}) {
  folder = await owner.folder();
  return owner.link({ ...settings, permission: "upload" }, folder.id);
}

it("[L7] what a guest sends lands in a folder with the guest's name, byte for byte", async () => {
  const guest = await Guest.of(await dropLink(), "Ann & Co");
  const frames = [await newFrame(), await newFrame()];
  expect(await guest.missing(...frames)).toEqual(frames.map(({ id }) => id));
  expect((await guest.pack(...frames)).status).toBe(200);
  expect(await guest.missing(...frames)).toEqual([]);
  const results = await guest.commitOk([
    { name: "a.bin", chunks: frames.map(refOf), mtime: 1_700_000_000_000 },
    { name: "b.bin", chunks: frames.slice(0, 1).map(refOf), path: ["one", "two"] },
    { name: "c.bin", chunks: [], path: ["one"] },
  ]);
  expect(results).toEqual([{ ok: true }, { ok: true }, { ok: true }]);
  const mine = await childOf(folder.id, "Ann & Co");
  expect(await namesIn(mine.id)).toEqual(["a.bin", "one"]);
  const one = await childOf(mine.id, "one");
  expect(await namesIn(one.id)).toEqual(["c.bin", "two"]);
  const file = await childOf(mine.id, "a.bin");
  expect(file.mtime).toBe(1_700_000_000_000);
  const bytes = new Uint8Array(await (await owner.account.api(`/files/${file.id}`)).arrayBuffer());
  expect(bytes).toEqual(new Uint8Array([...(frames[0]?.bytes ?? []), ...(frames[1]?.bytes ?? [])]));
});

it("[L7] no folder is made before a file is, guests of one name have folders of their own, and files are numbered", async () => {
  const link = await dropLink();
  const [first, second] = [await Guest.of(link), await Guest.of(link)];
  expect(await namesIn(folder.id)).toEqual([]);
  await first.commitOk([{ name: "x.txt" }, { name: "x.txt" }]);
  await first.commitOk([{ name: "X.TXT" }]);
  await second.commitOk([{ name: "x.txt" }]);
  expect(await namesIn(folder.id)).toEqual(["Ann", "Ann (2)"]);
  expect(await namesIn((await childOf(folder.id, "Ann")).id)).toEqual(["x (2).txt", "X (3).TXT", "x.txt"]);
  expect(await namesIn((await childOf(folder.id, "Ann (2)")).id)).toEqual(["x.txt"]);
});

it("[L7] a commit sent again makes nothing twice, also at the same time", async () => {
  const guest = await Guest.of(await dropLink());
  const id = newId();
  const files = [{ name: "x.txt", path: ["in"] }];
  const answers = await Promise.all([1, 2, 3].map(() => guest.commit(files, id)));
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
  await guest.commitOk(files, id);
  expect(await namesIn(folder.id)).toEqual(["Ann"]);
  const inside = await childOf((await childOf(folder.id, "Ann")).id, "in");
  expect(await namesIn(inside.id)).toEqual(["x.txt"]);
});

it("[L7] where the owner has moved the guest's folder away, what comes next gets a new one", async () => {
  const guest = await Guest.of(await dropLink());
  await guest.commitOk([{ name: "one" }]);
  const first = await childOf(folder.id, "Ann");
  await owner.send("PATCH", `/files/${first.id}`, { parent: owner.account.home.root, name: newId() });
  await guest.commitOk([{ name: "two" }]);
  await guest.commitOk([{ name: "three" }]);
  expect(await namesIn(first.id)).toEqual(["one"]);
  expect(await namesIn(folder.id)).toEqual(["Ann"]);
  expect(await namesIn((await childOf(folder.id, "Ann")).id)).toEqual(["three", "two"]);
});

describe("a guest sees nothing", () => {
  it("[L7] [I3] what the owner or another guest holds is missing to a guest who did not send it, and makes no file", async () => {
    const link = await dropLink();
    const secret = await newFrame();
    await owner.chunk(secret.bytes as Uint8Array<ArrayBuffer>);
    const [guest, other] = [await Guest.of(link), await Guest.of(link)];
    expect(await guest.missing(secret)).toEqual([secret.id]);
    expect(await guest.commitOk([{ chunks: [refOf(secret)] }])).toEqual([
      { ok: false, code: "chunks_missing", missing: [secret.id] },
    ]);
    expect(await namesIn(folder.id)).toEqual([]);
    expect(await (await guest.pack(secret)).json()).toEqual({ accepted: 1, expiresAt: expect.any(Number) });
    expect(await guest.missing(secret)).toEqual([]);
    expect(await other.missing(secret)).toEqual([secret.id]);
    expect(await guest.commitOk([{ chunks: [{ ...refOf(secret), size: 99 }] }])).toMatchObject([{ ok: false }]);
    expect(await guest.commitOk([{ chunks: [refOf(secret)] }])).toEqual([{ ok: true }]);
  });

  it("[L7] a drop is good for its link alone, and is not to be guessed or made up", async () => {
    const guest = await Guest.of(await dropLink());
    const elsewhere = await dropLink();
    const [, id = "", signature = ""] = /^\/([^.]+)\.(.+)$/.exec(guest.drop) ?? [];
    const attempts = [
      { token: elsewhere.token, drop: guest.drop },
      { token: guest.token, drop: `/${id}.${"A".repeat(24)}` },
      { token: guest.token, drop: `/${id}` },
      { token: guest.token, drop: `/${newId()}.${signature}` },
      { token: guest.token, drop: `${guest.drop}.x` },
      { token: guest.token, drop: `/${id.toUpperCase()}.${signature}` },
    ];
    for (const { token, drop } of attempts) {
      const intruder = new Guest(token);
      intruder.drop = drop;
      expect(await problemOf(await intruder.commit([{}])), drop).toBe("404 upload_not_found");
      expect(await problemOf(await intruder.pack(await newFrame())), drop).toBe("404 upload_not_found");
    }
  });

  it("[L7] what an owner's quota is, or has left, is not told", async () => {
    const guest = await Guest.of(await dropLink());
    const size = 4_000_000;
    const chunks = Array.from({ length: 3_000 }, (_, i) => ({ id: i.toString(16).padStart(64, "0"), size }));
    const answer = await guest.post(`${guest.drop}/uploads`, { chunks });
    const text = await answer.clone().text();
    expect(await problemOf(answer)).toBe("413 over_quota");
    expect(Object.keys(JSON.parse(text) as object).sort()).toEqual(["code", "detail", "status", "title", "type"]);
  });
});

describe("what a link allows", () => {
  it("[L7] a size cap is charged before bytes are taken, once for what is sent twice, exactly among racing guests", async () => {
    const link = await dropLink({ maxUploadBytes: 500 });
    const guests = await Promise.all(Array.from({ length: 12 }, () => Guest.of(link)));
    const answers = await Promise.all(guests.map(async (guest) => guest.pack(await newFrame())));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(5);
    const refused = answers.find(({ status }) => status !== 200);
    expect(refused && (await problemOf(refused))).toBe("413 link_full");

    const again = await dropLink({ maxUploadBytes: 250 });
    const guest = await Guest.of(again);
    const frame = await newFrame();
    for (let n = 0; n < 3; n++) expect((await guest.pack(frame)).status).toBe(200);
    const bad = { ...(await newFrame()), bytes: someBytes() };
    for (let n = 0; n < 3; n++) expect(await problemOf(await guest.pack(bad))).toBe("422 hash_mismatch");
    const tooMuch = await guest.post(`${guest.drop}/uploads`, {
      chunks: [frame, await newFrame(), await newFrame()].map(refOf),
    });
    expect(await problemOf(tooMuch)).toBe("413 link_full");
    expect((await guest.pack(await newFrame())).status).toBe(200);
    expect(await problemOf(await guest.pack(await newFrame()))).toBe("413 link_full");
  });

  it("[L7] bytes count for the owner", async () => {
    const used = async () => (await owner.send<{ quota: { used: number } }>("GET", "/account")).quota.used;
    const before = await used();
    const guest = await Guest.of(await dropLink());
    await guest.pack(await newFrame(), await newFrame());
    expect(await used()).toBe(before + 200);
  });

  it("[L7] [L6] [L8] a deadline, an end, a changed permission and a folder in the trash stop a drop under way", async () => {
    const stops: ((link: Link) => Promise<unknown>)[] = [
      ({ id }) => endSooner(id),
      ({ id }) => owner.send("DELETE", `/links/${id}`),
      ({ id }) => owner.send("PATCH", `/links/${id}`, { permission: "download" }),
      () => owner.send("DELETE", `/files/${folder.id}`),
    ];
    for (const [i, stop] of stops.entries()) {
      const link = await dropLink(i === 0 ? { expiresAt: Date.now() + 3_600_000 } : {});
      const guest = await Guest.of(link);
      const frame = await newFrame();
      expect((await guest.pack(frame)).status).toBe(200);
      await stop(link);
      for (const answer of [
        await guest.post("", { guest: "Bob" }),
        await guest.post(`${guest.drop}/uploads`, { chunks: [] }),
        await guest.pack(frame),
        await guest.commit([{ chunks: [refOf(frame)] }]),
      ])
        expect(await problemOf(answer), `stop ${i}`).toBe("404 not_found");
    }
  });

  it("[L7] names are held to the rules of names, and a file that cannot be made fails for itself", async () => {
    const link = await dropLink();
    expect(await problemOf(await new Guest(link.token).post("", { guest: "a/b" }))).toBe("422 invalid_name");
    expect(await problemOf(await new Guest(link.token).post("", { guest: ".." }))).toBe("422 invalid_name");
    const guest = await Guest.of(link);
    const results = await guest.commitOk([{ name: "../up" }, { name: "fine" }, { name: "x", path: [".."] }]);
    expect(results).toMatchObject([{ ok: false, code: "invalid_name" }, { ok: true }, { ok: false }]);
    expect(await namesIn((await childOf(folder.id, "Ann")).id)).toEqual(["fine"]);
  });

  it("[L8] files that came are counted, once each", async () => {
    const link = await dropLink();
    const guest = await Guest.of(link);
    const id = newId();
    await guest.commitOk([{ name: "a" }, { name: "b" }], id);
    await guest.commitOk([{ name: "a" }, { name: "b" }], id);
    await runDurableObjectAlarm(env.SHARE_GATE.get(env.SHARE_GATE.idFromName(link.id)));
    expect((await owner.send<Link>("GET", `/links/${link.id}`)).uses).toMatchObject({ received: 2, downloads: 0 });
  });
});

it("[L7] a drop is forgotten two days after something came last, in bounded steps", async () => {
  const shards = ["META_0", "META_1"].map((name) => openShard(env, name, "first-primary"));
  for (const { db } of shards) await db.batch([db.prepare("DELETE FROM drops"), db.prepare("DELETE FROM drop_chunks")]);
  const guest = await Guest.of(await dropLink());
  await guest.pack(await newFrame(), await newFrame());
  const id = guest.drop.slice(1, 27);
  const count = async () => {
    let rows = 0;
    for (const { db } of shards)
      for (const [table, column] of [
        ["drops", "id"],
        ["drop_chunks", "drop_id"],
      ])
        rows +=
          (await db.prepare(`SELECT count(*) AS n FROM ${table} WHERE ${column} = ?`).bind(id).first<number>("n")) ?? 0;
    return rows;
  };
  const later = Date.now() + 49 * 3_600_000;
  for (const shard of shards) await forgetDrops(shard, Date.now());
  expect(await count()).toBe(3);
  for (const shard of shards) await forgetDrops(shard, later, 1);
  expect(await count()).toBe(2);
  for (const shard of shards) await forgetDrops(shard, later, 5);
  expect(await count()).toBe(0);
  expect(await problemOf(await guest.pack(await newFrame()))).toBe("404 upload_not_found");
});
