import { expect, it } from "vitest";
import { LIMITS } from "../../protocol/limits.ts";
import { newId } from "../../protocol/new-id.ts";
import type { LinkSettings } from "../../protocol/share.ts";
import type { ThumbnailInfo } from "../../protocol/thumbnails.ts";
import type { Node } from "../../protocol/tree.ts";
import { call, cookiesOf, ORIGIN, problemOf, randomAddress } from "./support/accounts.ts";
import type { Belongings } from "./support/belongings.ts";
import { fileOf, infoOf, make, newcomer, picture } from "./support/thumbnails.ts";
import { endSooner } from "./support/used-links.ts";

/** Asks a link what is known of thumbnails. */
function ask(token: string, ids: readonly unknown[], cookie = ""): Promise<Response> {
  return call(`/shared/${token}/thumbnails`, { method: "POST", headers: { cookie }, json: { ids } });
}

async function told(token: string, ids: readonly string[], cookie = ""): Promise<ThumbnailInfo[]> {
  const answer = await ask(token, ids, cookie);
  expect(answer.status, await answer.clone().text()).toBe(200);
  return (await answer.json<{ thumbnails: ThumbnailInfo[] }>()).thumbnails;
}

/** A folder that is shared, with a picture in a folder below it, and a picture beside it. */
async function album(settings: LinkSettings = {}): Promise<{
  readonly me: Belongings;
  readonly shared: Node;
  readonly middle: Node;
  readonly inside: Node;
  readonly beside: Node;
  readonly token: string;
  readonly link: string;
}> {
  const me = await newcomer();
  const shared = await me.folder();
  const middle = await me.folder(shared.id);
  const inside = await fileOf(me, "a.jpg", picture("jpeg"), middle.id);
  const beside = await fileOf(me, "b.jpg", picture("jpeg"));
  await make(me);
  const { token, id: link } = await me.link(settings, shared.id);
  return { me, shared, middle, inside, beside, token, link };
}

it("[H4] [L1] guests are told of what the link shows what its owner is told, in the order asked", async () => {
  const { me, shared, middle, inside, token } = await album({ permission: "view" });
  const note = await fileOf(me, "note.md", new TextEncoder().encode(`# ${newId()}`), shared.id);
  const late = await fileOf(me, "late.png", picture("png"), shared.id);
  const program = await fileOf(me, "run.exe", crypto.getRandomValues(new Uint8Array(9)), shared.id);
  const ids = [program.id, inside.id, middle.id, late.id, note.id, shared.id];
  const pending = await told(token, ids);
  expect(pending.map(({ id, reason }) => [id, reason])).toEqual([
    [program.id, "unknown_kind"],
    [inside.id, null],
    [middle.id, "unknown_kind"],
    [late.id, "pending"],
    [note.id, "pending"],
    [shared.id, "unknown_kind"],
  ]);
  await make(me);
  const made = await told(token, ids);
  expect(made.map(({ kind }) => kind)).toEqual(["none", "image", "none", "image", "text", "none"]);
  expect(made[1]).toMatchObject({ version: 1, width: 96, height: 64, reason: null });
  expect(made[1]?.placeholder).toMatch(/^[\w+/]{10,34}={0,2}$/);
  expect(made).toEqual(await infoOf(me, program, inside, middle, late, note, shared));
});

it("[L6] [H4] what a link does not reach is left out, as if it never was", async () => {
  const { me, inside, beside, token } = await album();
  const stranger = await album();
  const above = await me.folder();
  const ids = [beside.id, stranger.inside.id, me.account.home.root, above.id, newId(), inside.id];
  expect((await told(token, ids)).map(({ id }) => id)).toEqual([inside.id]);
  expect(await told(token, [beside.id])).toEqual([]);
  expect(await told(stranger.token, [inside.id, beside.id])).toEqual([]);

  const file = await me.link({}, beside.id);
  expect((await told(file.token, [inside.id, beside.id])).map(({ id }) => id)).toEqual([beside.id]);
});

it("[L1] [H4] nothing is told of what moved out or into the trash, and of a replaced file the newest version", async () => {
  const { me, shared, middle, inside, token } = await album();
  const isTold = async () => (await told(token, [inside.id])).length === 1;
  await me.send("PATCH", `/files/${middle.id}`, { parent: me.account.home.root });
  expect(await isTold()).toBe(false);
  await me.send("PATCH", `/files/${middle.id}`, { parent: shared.id });
  expect(await isTold()).toBe(true);
  await me.send("DELETE", `/files/${middle.id}`);
  expect(await isTold()).toBe(false);
  await me.send("POST", `/files/${middle.id}/restore`, {});
  await me.send("DELETE", `/files/${inside.id}`);
  expect(await isTold()).toBe(false);
  await me.send("POST", `/files/${inside.id}/restore`, {});

  const chunk = await me.chunk(new Uint8Array(picture("png")));
  await me.commitOne({ type: "updateFile", node: inside.id, baseVersion: 1, chunks: [chunk], mtime: 2 });
  expect(await told(token, [inside.id])).toMatchObject([{ version: 2, kind: "none", reason: "pending" }]);

  await me.send("DELETE", `/files/${shared.id}`);
  expect(await isTold()).toBe(false);
});

it("[L6] [L8] links that ended, never were, or take files tell nothing, all alike", async () => {
  const { me, shared, inside, token, link } = await album();
  const drop = await me.link({ permission: "upload" }, shared.id);
  const expired = await me.link({ expiresAt: Date.now() + 3_600_000 }, shared.id);
  await me.send("DELETE", `/links/${link}`);
  await endSooner(expired.id);
  const answers = await Promise.all(
    [token, drop.token, expired.token, "A".repeat(24), "x"].map(async (each) => (await ask(each, [inside.id])).text()),
  );
  expect(new Set(answers).size).toBe(1);
  expect(answers[0]).toContain('"not_found"');
});

it("[L3] [H4] a password is asked for first, and one link's opens no other", async () => {
  const { me, shared, inside, token } = await album({ password: "open sesame" });
  const other = await me.link({ password: "open sesame" }, shared.id);
  expect(await problemOf(await ask(token, [inside.id]))).toBe("401 password_required");
  const unlocked = await call(`/shared/${token}/unlock`, {
    method: "POST",
    headers: { "cf-connecting-ip": randomAddress(), origin: ORIGIN },
    json: { password: "open sesame" },
  });
  const cookie = cookiesOf(unlocked);
  expect(await told(token, [inside.id], cookie)).toMatchObject([{ kind: "image" }]);
  expect(await problemOf(await ask(other.token, [inside.id], cookie))).toBe("401 password_required");
});

it("[L5] [H4] where showing counts nothing is told of a thumbnail, and once it is used up not even the files", async () => {
  const { inside, beside, middle, token } = await album({ maxDownloads: 1 });
  const counted = { version: 1, kind: "none", reason: "counted", width: null, height: null, placeholder: null };
  expect(await told(token, [inside.id, beside.id])).toEqual([{ id: inside.id, ...counted }]);
  expect((await told(token, [middle.id]))[0]).toMatchObject({ kind: "none", reason: "counted" });
  const thumbnail = `/shared/${token}/files/${inside.id}/thumbnail?version=1`;
  expect(await problemOf(await call(thumbnail))).toBe("404 no_thumbnail");
  // Asking took no download.
  expect((await call(`/shared/${token}/files/${inside.id}`)).status).toBe(200);
  expect(await problemOf(await ask(token, [inside.id]))).toBe("404 not_found");
  expect(await problemOf(await call(thumbnail))).toBe("404 not_found");
});

it("[P1] [H4] a batch is of 1 to 200 ids, and kept by no cache", async () => {
  const { inside, token } = await album();
  for (const ids of [[], ["no id"], [7], Array.from({ length: LIMITS.thumbnails + 1 }, () => newId())]) {
    expect(await problemOf(await ask(token, ids)), `${ids.length} ids`).toBe("400 invalid_request");
  }
  const most = Array.from({ length: LIMITS.thumbnails - 1 }, () => newId());
  const answer = await ask(token, [...most, inside.id]);
  expect(answer.headers.get("cache-control")).toBe("private, no-store");
  expect((await answer.json<{ thumbnails: ThumbnailInfo[] }>()).thumbnails.map(({ id }) => id)).toEqual([inside.id]);
});
