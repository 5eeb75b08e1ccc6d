import { proxyDurable } from "itty-durable";
import { beforeAll, describe, expect, it } from "vitest";
import { LIMITS } from "../../protocol/limits.ts";
import { newId } from "../../protocol/new-id.ts";
import { DRAWN_REASONS } from "../../protocol/drawn-thumbnails.ts";
import type { ThumbnailInfo } from "../../protocol/thumbnails.ts";
import { ATTEMPT_LIMITS } from "../../workers/api/middleware/attempt-limits.ts";
import type { AttemptGateStub } from "../../workers/sync-do/attempt-gate.ts";
import { WASM_CODECS } from "../../workers/thumbnails/codecs.ts";
import { call, problemOf } from "./support/accounts.ts";
import { someBytes } from "./support/belongings.ts";
import { give, pdf, refusalOf, type Giving } from "./support/given-thumbnails.ts";
import { PICTURES } from "./support/picture-bytes.ts";
import { makeSharedFolder } from "./support/shared-folder.ts";
import { bindings, fileOf, infoOf, make, newcomer, picture, rowsOf, shardWith } from "./support/thumbnails.ts";

/** A PNG that says how large it is, and what follows. */
function pngOf(width: number, height: number, ...rest: Uint8Array[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(33);
  bytes.set(PICTURES.png.subarray(0, 33));
  const view = new DataView(bytes.buffer);
  view.setUint32(16, width);
  view.setUint32(20, height);
  return joined(bytes, ...rest);
}

function joined(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

beforeAll(() => newcomer());

describe("[H5] a thumbnail that the owner's browser gives", () => {
  it("[H5] is drawn anew, kept encrypted as others are, and shown as they are", async () => {
    const me = await newcomer();
    const file = await pdf(me);
    expect((await infoOf(me, file))[0]).toMatchObject({ kind: "none", reason: "unknown_kind" });
    for (const type of ["jpeg", "png", "webp"] as const) {
      const other = await pdf(me);
      const given = await give(me, other, { bytes: PICTURES[type], type: `image/${type}` });
      expect(given.status, type).toBe(200);
      expect(await given.json(), type).toEqual((await infoOf(me, other))[0]);
    }
    const info = await (await give(me, file)).json<ThumbnailInfo>();
    expect(info).toMatchObject({ id: file.id, version: 1, kind: "image", reason: null, width: 96, height: 64 });
    expect(atob(info.placeholder ?? "").length).toSatisfy((n: number) => n > 4 && n <= 25);
    const answer = await me.account.api(`/files/${file.id}/thumbnail?version=1`);
    expect(answer.headers.get("content-type")).toBe("image/webp");
    const image = await WASM_CODECS.decodeWebp(new Uint8Array(await answer.arrayBuffer()));
    expect([...image.data.subarray(0, 3)].map((v) => Math.round(v / 255))).toEqual([1, 0, 0]);
    const row = (await rowsOf(me)).find(({ content_id }) => content_id === file.content);
    const object = await (await bindings.PACKS.get(`thumbnails/${row?.["object_id"] as string}`))?.arrayBuffer();
    expect(object?.byteLength).toBeGreaterThan(100);
    expect(new TextDecoder("latin1").decode(object)).not.toContain("WEBP");
  });

  it.each(["pdf", "heic", "avif", "mp4", "svg"])(
    "[H4] [H5] is asked for, of a file that is called .%s",
    async (ending) => {
      const me = await newcomer();
      const file = await fileOf(me, `a.${ending}`, someBytes());
      // Before the indexer came to it, and after.
      for (let times = 0; times < 2; times++) {
        const [info] = await infoOf(me, file);
        expect(info).toMatchObject({ kind: "none", reason: "unknown_kind", placeholder: null });
        expect(DRAWN_REASONS.has(info?.reason ?? "pending")).toBe(true);
        await make(me);
      }
      expect((await give(me, file)).status).toBe(200);
    },
  );

  it("[H5] keeps nothing of the bytes but the pixels", async () => {
    const me = await newcomer();
    const file = await pdf(me);
    const secret = new TextEncoder().encode("taken at 52.5 N 13.4 E");
    const comment = joined(new Uint8Array([0xff, 0xfe, 0, secret.length + 2]), secret);
    const bytes = joined(PICTURES.jpeg.subarray(0, 2), comment, PICTURES.jpeg.subarray(2), secret);
    expect((await give(me, file, { bytes, type: "image/jpeg" })).status).toBe(200);
    const shown = await (await me.account.api(`/files/${file.id}/thumbnail`)).arrayBuffer();
    const text = new TextDecoder("latin1").decode(shown);
    expect(text).toContain("WEBP");
    expect(text).not.toContain("taken at");
  });

  it("[H5] stays, whatever is given after it, and never takes the place of one that the Worker made", async () => {
    const me = await newcomer();
    const [drawn, made] = [await pdf(me), await fileOf(me, "a.jpg", picture("jpeg"))];
    await make(me);
    const first = await (await give(me, drawn)).json<ThumbnailInfo>();
    const before = await rowsOf(me);
    const white = await WASM_CODECS.encodeWebp({ width: 10, height: 20, data: new Uint8Array(800).fill(255) });
    for (const file of [drawn, made]) {
      const again = await give(me, file, { bytes: white, type: "image/webp" });
      expect(again.status).toBe(200);
      expect(await again.json<ThumbnailInfo>()).toMatchObject({ width: 96, height: 64 });
    }
    expect((await infoOf(me, drawn))[0]).toEqual(first);
    expect(await rowsOf(me)).toEqual(before);
  });

  it("[H5] is the content's: of a copy, of an older version, and of no other account's", async () => {
    const [me, other] = [await newcomer(), await newcomer()];
    const bytes = someBytes();
    const file = await fileOf(me, "a.pdf", bytes);
    const theirs = await fileOf(other, "a.pdf", bytes);
    const copy = await me.commitOne({ type: "copy", node: file.id, parent: me.account.home.root, name: "b.pdf" });
    const chunks = [await me.chunk()];
    await me.commitOne({ type: "updateFile", node: file.id, baseVersion: 1, chunks, mtime: 2 });
    expect(await (await give(me, file)).json()).toMatchObject({ version: 1, kind: "image" });
    expect((await infoOf(me, copy, file)).map(({ kind }) => kind)).toEqual(["image", "none"]);
    expect((await infoOf(other, theirs))[0]).toMatchObject({ kind: "none", reason: "unknown_kind" });
    expect(await problemOf(await give(me, file, { version: 3 }))).toBe("404 not_found");
    for (const version of ["0", "x", "1.5", ""])
      expect(await problemOf(await give(me, file, { version })), version).toBe("400 invalid_request");
  });

  it("[H5] is the owner's to give: no member's, guest's, reader's or stranger's", async () => {
    const { folder, owner, as } = await makeSharedFolder();
    const file = await pdf(owner, folder.id);
    const base = `/spaces/${folder.id}`;
    for (const role of ["viewer", "editor", "manager"] as const)
      expect(await problemOf(await give(as[role], file, {}, base)), role).toBe("403 forbidden");
    expect(await problemOf(await give(as.stranger, file, {}, base))).toBe("404 not_found");
    expect(await problemOf(await give(as.editor, file))).toBe("404 not_found");
    // Nor of what they themselves put into it.
    expect(await problemOf(await give(as.editor, await as.editor.file(folder.id, "own.pdf"), {}, base))).toBe(
      "403 forbidden",
    );
    const tokenOf = (scopes: readonly string[]) =>
      owner.send<{ token: string }>("POST", "/account/tokens", { name: "test", scopes });
    const giveBy = (path: string, token?: string) =>
      call(`${path}?version=1`, {
        method: "PUT",
        headers: { "content-type": "image/png", ...(token !== undefined && { authorization: `Bearer ${token}` }) },
        body: PICTURES.png,
      });
    const path = `/files/${file.id}/thumbnail`;
    expect(await problemOf(await giveBy(path, (await tokenOf(["read"])).token))).toBe("403 insufficient_scope");
    expect(await problemOf(await giveBy(path))).toBe("401 unauthenticated");
    const link = await owner.link({}, folder.id);
    expect((await giveBy(`/shared/${link.token}/files/${file.id}/thumbnail`)).status).toBe(404);
    expect(await rowsOf(owner)).toEqual([]);
    expect((await giveBy(path, (await tokenOf(["read", "write"])).token)).status).toBe(200);
    // And is seen by all who see the file.
    expect((await as.viewer.fetch(path)).status).toBe(200);
    expect((await give(owner, file, {}, base)).status).toBe(200);
  });

  it("[H5] is of what the Worker does not draw: it says why it takes no other", async () => {
    const me = await newcomer();
    const folder = await me.folder();
    const late = await fileOf(me, "late.png", picture("png"));
    const broken = await fileOf(me, "broken.jpg", picture("jpeg").subarray(0, 40));
    const empty = await me.commitOne({ type: "createFile", parent: folder.id, name: "a.pdf", chunks: [], mtime: 1 });
    const text = await fileOf(me, "a.txt", someBytes());
    const code = await fileOf(me, "a.ts", someBytes());
    expect(await refusalOf(await give(me, late))).toBe("409 thumbnail_not_taken pending");
    expect(await refusalOf(await give(me, text))).toBe("409 thumbnail_not_taken pending");
    await make(me);
    expect(await refusalOf(await give(me, broken))).toBe("409 thumbnail_not_taken damaged");
    for (const file of [empty, text, code])
      expect(await refusalOf(await give(me, file))).toBe("409 thumbnail_not_taken unknown_kind");
    expect(await problemOf(await give(me, folder))).toBe("409 not_a_file");
    expect(await problemOf(await give(me, { id: newId() }))).toBe("404 not_found");
  });

  it.each(["unsupported", "over_bytes", "over_pixels", "over_scans", "ended_the_maker"])(
    "[H5] is taken where the Worker gave up: %s",
    async (reason) => {
      const me = await newcomer();
      const file = await fileOf(me, "a.jpg", someBytes());
      await make(me);
      const set = (await shardWith(me)).db.prepare("UPDATE thumbnails SET reason = ? WHERE owner_id = ?");
      await set.bind(reason, me.account.userId).run();
      expect(await (await give(me, file)).json()).toMatchObject({ kind: "image", reason: null });
      // The Worker does not begin again because somebody renamed it.
      await me.commitOne({ type: "move", node: file.id, name: "b.jpg" });
      await make(me);
      expect((await infoOf(me, file))[0]).toMatchObject({ kind: "image" });
    },
  );
});

describe("[H5] what is given", () => {
  it("[H5] [P4] is bounded: by its type, its bytes, and what it says of its size before a pixel is decoded", async () => {
    const me = await newcomer();
    const file = await pdf(me);
    // Always the same: of random bytes some are a picture to libwebp.
    const bomb = Uint8Array.from({ length: 1_000 }, (_, i) => (i * i * 31) >> 3);
    const refused: readonly (readonly [string, Giving])[] = [
      ["415 unsupported_media_type undefined", { type: "image/gif", bytes: PICTURES.gif }],
      ["415 unsupported_media_type undefined", { type: "application/octet-stream" }],
      ["413 body_too_large undefined", { bytes: joined(PICTURES.png, new Uint8Array(LIMITS.givenThumbnailBytes)) }],
      ["422 invalid_picture unknown_kind", { bytes: new Uint8Array(0) }],
      ["422 invalid_picture unknown_kind", { bytes: PICTURES.gif }],
      [
        "422 invalid_picture unknown_kind",
        { bytes: new Uint8Array(new TextEncoder().encode("<svg onload=alert(1)>")) },
      ],
      ["422 invalid_picture over_pixels", { bytes: pngOf(30_000, 30_000, bomb) }],
      ["422 invalid_picture over_pixels", { bytes: pngOf(513, 1, bomb) }],
      ["422 invalid_picture damaged", { bytes: pngOf(512, 512, bomb) }],
      ["422 invalid_picture damaged", { bytes: pngOf(0, 1, bomb) }],
      ["422 invalid_picture damaged", { bytes: joined(PICTURES.jpeg.subarray(0, 200)), type: "image/jpeg" }],
      ["422 invalid_picture damaged", { bytes: joined(PICTURES.webp.subarray(0, 40), bomb), type: "image/webp" }],
    ];
    for (const [refusal, giving] of refused) expect(await refusalOf(await give(me, file, giving))).toBe(refusal);
    expect(await rowsOf(me)).toEqual([]);
    const edge = await WASM_CODECS.encodeWebp({ width: 512, height: 1, data: new Uint8Array(2048).fill(9) });
    expect(await (await give(me, file, { bytes: edge, type: "image/webp; charset=x" })).json()).toMatchObject({
      width: 512,
      height: 1,
    });
  });

  it("[H5] [P4] is cut off where it does not say how long it is", async () => {
    const me = await newcomer();
    const file = await pdf(me);
    let sent = 0;
    const body = new ReadableStream({
      pull(controller) {
        controller.enqueue(sent === 0 ? PICTURES.png : new Uint8Array(64 * 1024));
        if (++sent > 64) controller.close();
      },
    });
    const answer = await me.account.api(`/files/${file.id}/thumbnail?version=1`, {
      method: "PUT",
      headers: { "content-type": "image/png" },
      body,
    });
    expect(await problemOf(answer)).toBe("413 body_too_large");
    expect(sent).toBeLessThan(64);
  });

  it("[H5] is no storage without quota: of a small file it is small", async () => {
    const me = await newcomer();
    const file = await pdf(me);
    const data = new Uint8Array(512 * 512 * 4);
    for (let at = 0; at < data.length; at += 65_536) crypto.getRandomValues(data.subarray(at, at + 65_536));
    for (let at = 3; at < data.length; at += 4) data[at] = 255;
    const bytes = await WASM_CODECS.encodeWebp({ width: 512, height: 512, data });
    expect(bytes.length).toBeLessThan(LIMITS.givenThumbnailBytes);
    expect(await refusalOf(await give(me, file, { bytes, type: "image/webp" }))).toBe("422 invalid_picture over_bytes");
    const large = await fileOf(me, "large.pdf", joined(new Uint8Array(256 * 1024), someBytes()));
    expect((await give(me, large, { bytes, type: "image/webp" })).status).toBe(200);
  });

  it("[H5] is charged per account, where it is work", async () => {
    const me = await newcomer();
    const [drawn, other] = [await pdf(me), await pdf(me)];
    expect((await give(me, drawn)).status).toBe(200);
    const { burst, everyMs } = ATTEMPT_LIMITS.givenThumbnailAccount;
    const gates: { get(name: string): AttemptGateStub } = proxyDurable(bindings.ATTEMPT_GATE, { parse: true });
    const gate = gates.get(`givenThumbnail:account:${me.account.userId}`);
    // All that may be done at once, and a minute's beyond.
    await gate.attempt({ burst: 2, everyMs: burst * everyMs + 60_000 }, Date.now());
    const limited = await give(me, other);
    expect(Number(limited.headers.get("retry-after"))).toBeGreaterThan(1);
    expect(await problemOf(limited)).toBe("429 rate_limited");
    expect((await give(me, drawn)).status).toBe(200);
  });
});
