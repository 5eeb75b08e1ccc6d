import { createMessageBatch } from "cloudflare:test";
import { describe, expect, it, vi } from "vitest";
import { newId } from "../../protocol/new-id.ts";
import type { ThumbnailInfo } from "../../protocol/thumbnails.ts";
import type { Node } from "../../protocol/tree.ts";
import type { Env, ThumbnailMessage } from "../../workers/env.ts";
import { collectThumbnails } from "../../workers/storage/thumbnail-objects.ts";
import { collectContents } from "../../workers/storage/collect-contents.ts";
import { WASM_CODECS } from "../../workers/thumbnails/codecs.ts";
import { consumeThumbnails, takeUpThumbnails } from "../../workers/thumbnails/queue.ts";
import { call, problemOf } from "./support/accounts.ts";
import type { Belongings } from "./support/belongings.ts";
import { index } from "./support/indexing.ts";
import { PICTURES } from "./support/picture-bytes.ts";
import { makeSharedFolder } from "./support/shared-folder.ts";
import {
  bindings,
  consume,
  fileOf,
  infoOf,
  make,
  newcomer,
  picture,
  rowsOf,
  SHARDS,
  shardOf,
} from "./support/thumbnails.ts";

describe("[H1] the pipeline", () => {
  it("[H1] makes thumbnails of each format in a Worker, after the commit", async () => {
    const me = await newcomer();
    for (const format of Object.keys(PICTURES) as (keyof typeof PICTURES)[]) {
      const file = await fileOf(me, `${format}.${format}`, picture(format));
      expect(await problemOf(await me.account.api(`/files/${file.id}/thumbnail`)), format).toBe("404 no_thumbnail");
      expect((await infoOf(me, file))[0], format).toMatchObject({ kind: "none", reason: "pending" });
      await make(me);
      const answer = await me.account.api(`/files/${file.id}/thumbnail?version=1`);
      expect(answer.headers.get("content-type"), format).toBe("image/webp");
      const image = await WASM_CODECS.decodeWebp(new Uint8Array(await answer.arrayBuffer()));
      const at = (x: number, y: number) =>
        [...image.data.subarray((y * image.width + x) * 4).subarray(0, 3)].map((v) => Math.round(v / 255));
      expect([image.width, image.height], format).toEqual([96, 64]);
      expect([at(20, 16), at(76, 16), at(20, 48), at(76, 48)], format).toEqual([
        [1, 0, 0],
        [0, 1, 0],
        [0, 0, 1],
        [1, 1, 1],
      ]);
    }
  });

  it("[H1] makes one of a text's first lines", async () => {
    const me = await newcomer();
    const file = await fileOf(me, "a.md", new TextEncoder().encode(`# ${newId()}\n<script>alert(1)</script>`));
    await make(me);
    const answer = await me.account.api(`/files/${file.id}/thumbnail`);
    expect(answer.headers.get("content-type")).toBe("text/plain; charset=utf-8");
    expect(await answer.text()).toMatch(/^# .+\n<script>alert\(1\)<\/script>$/);
    expect((await infoOf(me, file))[0]).toMatchObject({ kind: "text", placeholder: null, reason: null });
  });

  it("[H1] makes one however often the content is used, and one for each owner", async () => {
    const [me, other] = [await newcomer(), await newcomer()];
    const bytes = picture("jpeg");
    const first = await fileOf(me, "a.jpg", bytes);
    const second = await me.commitOne({ type: "copy", node: first.id, parent: me.account.home.root, name: "b.jpg" });
    const put = vi.fn();
    const PACKS = new Proxy(bindings.PACKS, {
      get(target, name: keyof R2Bucket) {
        const member: unknown = target[name];
        if (typeof member !== "function") return member;
        return (...args: unknown[]) => {
          if (name === "put") put(args[0]);
          return (member as (...args: unknown[]) => unknown).apply(target, args);
        };
      },
    });
    await make(me, WASM_CODECS, { ...bindings, PACKS });
    await me.commitOne({ type: "move", node: second.id, parent: me.account.home.root, name: "c.jpg" });
    await make(me, WASM_CODECS, { ...bindings, PACKS });
    expect(put).toHaveBeenCalledTimes(1);
    expect((await infoOf(me, first, second)).map(({ kind }) => kind)).toEqual(["image", "image"]);
    const theirs = await fileOf(other, "a.jpg", bytes);
    expect((await infoOf(other, theirs))[0]).toMatchObject({ kind: "none", reason: "pending" });
    await make(other, WASM_CODECS, { ...bindings, PACKS });
    expect(put).toHaveBeenCalledTimes(2);
  });

  it("[H1] keeps nothing readable in R2, and nothing of another content's", async () => {
    const me = await newcomer();
    const [first, second] = [await fileOf(me, "a.jpg", picture("jpeg")), await fileOf(me, "b.png", picture("png"))];
    await make(me);
    const ids = (await rowsOf(me)).map(({ object_id }) => `thumbnails/${object_id as string}`);
    const [one, two] = await Promise.all(ids.map(async (id) => (await bindings.PACKS.get(id))?.arrayBuffer()));
    expect(new TextDecoder("latin1").decode(one)).not.toContain("WEBP");
    await bindings.PACKS.put(ids[0] ?? "", two ?? "");
    await bindings.PACKS.put(ids[1] ?? "", one ?? "");
    for (const { id } of [first, second]) {
      expect(await problemOf(await me.account.api(`/files/${id}/thumbnail`))).toBe("404 no_thumbnail");
    }
    // What is lost is made again.
    await consume(WASM_CODECS);
    for (const { id } of [first, second]) {
      expect((await me.account.api(`/files/${id}/thumbnail`)).status).toBe(200);
    }
  });

  it("[H1] lets go of a thumbnail with its content", async () => {
    const me = await newcomer();
    const file = await fileOf(me, "a.jpg", picture("jpeg"));
    await make(me);
    const key = `thumbnails/${(await rowsOf(me))[0]?.["object_id"] as string}`;
    expect(await bindings.PACKS.head(key)).not.toBeNull();
    await me.commitOne({ type: "trash", node: file.id });
    await me.commitOne({ type: "purge", node: file.id });
    const now = Date.now();
    for (const name of SHARDS) {
      await collectContents(shardOf(name), now, 500);
      await collectThumbnails(bindings.PACKS, shardOf(name), now, 500);
    }
    expect(await rowsOf(me)).toEqual([]);
    // Who was at it may still put it.
    expect(await bindings.PACKS.head(key)).not.toBeNull();
    for (const name of SHARDS) await collectThumbnails(bindings.PACKS, shardOf(name), now + 3 * 3_600_000, 500);
    expect(await bindings.PACKS.head(key)).toBeNull();
  });

  it("[H1] keeps nothing of a content that goes while its thumbnail is made", async () => {
    const me = await newcomer();
    const file = await fileOf(me, "a.jpg", picture("jpeg"));
    const before = new Set((await bindings.PACKS.list({ prefix: "thumbnails/" })).objects.map(({ key }) => key));
    await make(me, {
      ...WASM_CODECS,
      async encodeWebp(image) {
        await me.commitOne({ type: "trash", node: file.id });
        await me.commitOne({ type: "purge", node: file.id });
        for (const name of SHARDS) await collectContents(shardOf(name), Date.now(), 500);
        return WASM_CODECS.encodeWebp(image);
      },
    });
    const after = (await bindings.PACKS.list({ prefix: "thumbnails/" })).objects.map(({ key }) => key);
    expect(after.filter((key) => !before.has(key))).toEqual([]);
  });

  it("[H1] takes up what no message told of, and has no use for what is not a shard's", async () => {
    const me = await newcomer();
    await fileOf(me, "a.jpg", picture("jpeg"));
    await index.with(bindings, me.account.home.space);
    const sent: ThumbnailMessage[] = [];
    const queue = { send: (body: ThumbnailMessage) => Promise.resolve(void sent.push(body)) };
    const bound = { ...bindings, THUMBNAIL_QUEUE: queue as unknown as Queue<ThumbnailMessage> };
    for (const name of SHARDS) await takeUpThumbnails(bound, name);
    expect(sent).toHaveLength(1);
    const messages = [
      { id: "m", timestamp: new Date(0), attempts: 1, body: { thumbnails: "META_9" } },
      { id: "n", timestamp: new Date(0), attempts: 1, body: sent[0] as ThumbnailMessage },
    ];
    await consumeThumbnails(createMessageBatch<ThumbnailMessage>("ledge-thumbnails", messages), bound);
    expect((await rowsOf(me)).map(({ state }) => state)).toEqual(["made"]);
    for (const name of SHARDS) await takeUpThumbnails(bound, name);
    expect(sent).toHaveLength(1);
  });
});

describe("[H3] one picture an isolate", () => {
  it("[H3] a message that comes while one is made is sent again for later, and takes nothing up", async () => {
    const me = await newcomer();
    await fileOf(me, "a.jpg", picture("jpeg"));
    await fileOf(me, "b.jpg", picture("jpeg"));
    const sent: (number | undefined)[] = [];
    const send = (_: ThumbnailMessage, options?: QueueSendOptions) =>
      Promise.resolve(void sent.push(options?.delaySeconds));
    const bound = { ...bindings, THUMBNAIL_QUEUE: { send } as unknown as Queue<ThumbnailMessage> };
    const states = async () =>
      (await rowsOf(me)).map(({ state, attempts }) => `${state as string} ${attempts as number}`);
    const during: string[][] = [];
    await make(
      me,
      {
        ...WASM_CODECS,
        async encodeWebp(image) {
          await consume(WASM_CODECS, bound);
          during.push((await states()).toSorted());
          return WASM_CODECS.encodeWebp(image);
        },
      },
      bound,
    );
    expect(during).toEqual([
      ["wanted 0", "wanted 1"],
      ["made 0", "wanted 1"],
    ]);
    // At the second nothing is left to make, and no message to send.
    expect(sent).toEqual([10]);
    expect(await states()).toEqual(["made 0", "made 0"]);
  });

  it("[H3] who fails leaves the isolate to the next", async () => {
    const me = await newcomer();
    await fileOf(me, "a.jpg", picture("jpeg"));
    const prepare = () => {
      throw new Error("down");
    };
    const META_0 = { withSession: () => ({ prepare }) };
    await expect(consume(WASM_CODECS, { ...bindings, META_0 } as unknown as Env)).rejects.toThrow("down");
    await make(me);
    expect((await rowsOf(me)).map(({ state }) => state)).toEqual(["made"]);
  });
});

describe("[H2] asking for a thumbnail", () => {
  it("[H2] is answered as other user bytes are, immutable by version, 304 by content", async () => {
    const me = await newcomer();
    const file = await fileOf(me, "a.jpg", picture("jpeg"));
    await make(me);
    const answer = await me.account.api(`/files/${file.id}/thumbnail?version=1`);
    await answer.arrayBuffer();
    const headers = Object.fromEntries(answer.headers);
    expect(headers).toMatchObject({
      etag: `"thumbnail-${file.content}"`,
      "cache-control": "private, max-age=31536000, immutable, no-transform",
      "content-security-policy": "sandbox; default-src 'none'",
      "x-content-type-options": "nosniff",
      "cross-origin-resource-policy": "same-origin",
      vary: "Cookie, Authorization",
    });
    const again = await me.account.api(`/files/${file.id}/thumbnail`, {
      headers: { "if-none-match": headers["etag"] ?? "" },
    });
    expect(again.status).toBe(304);
    expect(again.headers.get("cache-control")).toBe("private, no-cache, no-transform");
  });

  it("[H2] says why there is none", async () => {
    const me = await newcomer();
    const folder = await me.folder();
    const reasons = {
      pending: await fileOf(me, "late.png", picture("png")),
      unknown_kind: await fileOf(me, "a.bin", picture("png")),
    };
    for (const [reason, { id }] of Object.entries(reasons)) {
      const answer = await me.account.api(`/files/${id}/thumbnail`);
      expect(await answer.json()).toMatchObject({ code: "no_thumbnail", reason });
    }
    expect(await problemOf(await me.account.api(`/files/${folder.id}/thumbnail`))).toBe("404 no_thumbnail");
    expect(await problemOf(await me.account.api(`/files/${reasons.pending.id}/thumbnail?version=9`))).toBe(
      "404 not_found",
    );
    const broken = await fileOf(me, "a.jpg", picture("jpeg").subarray(0, 40));
    await make(me);
    expect((await infoOf(me, broken))[0]).toMatchObject({ kind: "none", reason: "damaged" });
  });

  it("[H2] [M3] is for members of a shared folder, of what is in it", async () => {
    const { folder, owner, as } = await makeSharedFolder();
    const [inside, outside] = [
      await fileOf(owner, "a.jpg", picture("jpeg"), folder.id),
      await fileOf(owner, "b.jpg", picture("jpeg")),
    ];
    await make(owner);
    const ask = (who: Belongings, { id }: Node) => who.account.api(`/spaces/${folder.id}/files/${id}/thumbnail`);
    expect((await ask(as.viewer, inside)).headers.get("content-type")).toBe("image/webp");
    expect(await problemOf(await ask(as.viewer, outside))).toBe("404 not_found");
    expect(await problemOf(await ask(as.stranger, inside))).toBe("404 not_found");
    const infos = await as.viewer.send<{ thumbnails: ThumbnailInfo[] }>("POST", "/files/thumbnails", {
      ids: [outside.id, inside.id],
    });
    expect(infos.thumbnails.map(({ id, kind }) => [id, kind])).toEqual([[inside.id, "image"]]);
  });

  it("[H2] [L1] is for guests of a link, also one that only shows, of what it reaches", async () => {
    const me = await newcomer();
    const folder = await me.folder();
    const [inside, outside] = [
      await fileOf(me, "a.jpg", picture("jpeg"), folder.id),
      await fileOf(me, "b.jpg", picture("jpeg")),
    ];
    await make(me);
    const { token } = await me.link({ permission: "view" }, folder.id);
    const ask = (link: string, { id }: Node) => call(`/shared/${link}/files/${id}/thumbnail?version=1`);
    expect((await ask(token, inside)).headers.get("content-type")).toBe("image/webp");
    expect(await problemOf(await ask(token, outside))).toBe("404 not_found");
    const drop = await me.link({ permission: "upload" }, folder.id);
    expect((await ask(drop.token, inside)).status).toBeGreaterThanOrEqual(400);
    // To show is to download, and to be counted.
    const capped = await me.link({ maxDownloads: 1 }, folder.id);
    expect(await (await ask(capped.token, inside)).json()).toMatchObject({ code: "no_thumbnail", reason: "counted" });
    const locked = await me.link({ password: "a long password" }, folder.id);
    expect(await problemOf(await ask(locked.token, inside))).toBe("401 password_required");
  });
});

describe("[H3] what cannot be made", () => {
  it("[H3] is given up after it ended its maker twice, and holds up nothing", async () => {
    const me = await newcomer();
    const poison = await fileOf(me, "poison.jpg", picture("jpeg"));
    await index.with(bindings, me.account.home.space);
    // As after a maker that died: begun, and no end.
    const shards = SHARDS.map((name) => shardOf(name));
    for (const { db } of shards) {
      await db.prepare("UPDATE thumbnails SET attempts = 2 WHERE owner_id = ?").bind(me.account.userId).run();
    }
    const next = await fileOf(me, "next.png", picture("png"));
    await make(me, { ...WASM_CODECS, decodeJpeg: vi.fn() });
    expect(await infoOf(me, poison, next)).toMatchObject([{ reason: "ended_the_maker" }, { kind: "image" }]);
  });

  it("[H3] is written down as begun before it is, and nobody else begins it meanwhile", async () => {
    const me = await newcomer();
    await fileOf(me, "a.jpg", picture("jpeg"));
    let others = 0;
    await make(me, {
      ...WASM_CODECS,
      async decodeJpeg(bytes) {
        const [row] = await rowsOf(me);
        expect(row).toMatchObject({ state: "wanted", attempts: 1 });
        await consume({ ...WASM_CODECS, decodeJpeg: () => Promise.reject(new Error(`${++others}`)) });
        return WASM_CODECS.decodeJpeg(bytes);
      },
    });
    expect(others).toBe(0);
    expect((await rowsOf(me))[0]).toMatchObject({ state: "made", attempts: 0 });
  });

  it("[H3] by the storage's fault is put off, and tried again", async () => {
    const me = await newcomer();
    const file = await fileOf(me, "a.jpg", picture("jpeg"));
    const PACKS = new Proxy(bindings.PACKS, {
      get: (target, name: keyof R2Bucket) => {
        if (name === "put") return () => Promise.reject(new Error("the storage is away"));
        const member: unknown = target[name];
        return typeof member === "function" ? (member as (...args: unknown[]) => unknown).bind(target) : member;
      },
    });
    await make(me, WASM_CODECS, { ...bindings, PACKS });
    expect((await rowsOf(me))[0]).toMatchObject({ state: "wanted", attempts: 0, failures: 1 });
    expect((await infoOf(me, file))[0]).toMatchObject({ kind: "none", reason: "pending" });
    for (const name of SHARDS)
      await shardOf(name).db.prepare("UPDATE thumbnails SET due_at = 0 WHERE state = 'wanted'").run();
    await consume(WASM_CODECS);
    expect((await infoOf(me, file))[0]).toMatchObject({ kind: "image" });
  });
});

it("[H4] placeholders of many files come in one answer, of a few bytes each", async () => {
  const me = await newcomer();
  const files = [await fileOf(me, "a.jpg", picture("jpeg")), await fileOf(me, "b.gif", picture("gif"))];
  await make(me);
  const folder = await me.folder();
  const infos = await infoOf(me, ...files, folder);
  expect(infos).toMatchObject([
    { id: files[0]?.id, version: 1, kind: "image", reason: null, width: 96, height: 64 },
    { id: files[1]?.id, version: 1, kind: "image", reason: null, width: 96, height: 64 },
    { id: folder.id, kind: "none", reason: "unknown_kind" },
  ]);
  for (const { placeholder } of infos.slice(0, 2))
    expect(atob(placeholder ?? "").length).toSatisfy((n: number) => n > 4 && n <= 25);
});
