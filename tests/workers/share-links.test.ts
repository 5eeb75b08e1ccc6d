import { env } from "cloudflare:workers";
import { beforeAll, expect, it } from "vitest";
import { newId } from "../../protocol/new-id.ts";
import type { Link, LinkPage, SharedLink, SharedLocation, SharedNodes } from "../../protocol/share.ts";
import { call, cookiesOf, ORIGIN, problemOf, randomAddress, signUp } from "./support/accounts.ts";
import { Belongings } from "./support/belongings.ts";

let owner: Belongings;
beforeAll(async () => {
  owner = new Belongings(await signUp());
});

const { DIRECTORY } = env as unknown as { DIRECTORY: D1Database };

it("[L1] a link to a folder shows it, what is in it at any depth, and nothing above", async () => {
  const above = await owner.folder();
  const shared = await owner.folder(above.id);
  const inner = await owner.folder(shared.id);
  const file = await owner.file(inner.id, "deep.txt");
  const { token } = await owner.link({ note: "look" }, shared.id);

  const opened = await (await call(`/shared/${token}`)).json<SharedLink>();
  expect(opened).toEqual({
    permission: "download",
    note: "look",
    expiresAt: null,
    node: { id: shared.id, name: shared.name, type: "folder", version: 0, size: 0, mtime: shared.mtime },
    name: shared.name,
    by: "Test",
    downloadsLeft: null,
    maxUploadBytes: null,
  });
  const listed = await (await call(`/shared/${token}/children?folder=${inner.id}`)).json<SharedNodes>();
  expect(listed.nodes.map(({ id }) => id)).toEqual([file.id]);
  const found = await (await call(`/shared/${token}/nodes/${file.id}`)).json<SharedLocation>();
  expect(found.ancestors.map(({ id }) => id)).toEqual([shared.id, inner.id]);
  expect(JSON.stringify([opened, listed, found])).not.toContain(above.id);
  expect(JSON.stringify([opened, listed, found])).not.toContain(owner.account.home.space);
  expect(JSON.stringify([opened, listed, found])).not.toContain(owner.account.userId);
});

it("[L1] a link to a file opens that file", async () => {
  const file = await owner.file();
  const { token } = await owner.link({}, file.id);
  expect((await (await call(`/shared/${token}`)).json<SharedLink>()).node?.id).toBe(file.id);
  const bytes = await (await call(`/shared/${token}/files/${file.id}`)).arrayBuffer();
  expect(bytes.byteLength).toBe(100);
  expect(await problemOf(await call(`/shared/${token}/children`))).toBe("409 not_a_folder");
});

it("[L2] a secret has 144 bits, is nowhere in the directory, and is the same whatever stands before it", async () => {
  const link = await owner.link({ slug: "férien_2026" });
  const token = link.token.slice(link.token.lastIndexOf(".") + 1);
  expect(token).toMatch(/^[A-Za-z0-9_-]{24}$/);
  expect(link.url).toBe(`${ORIGIN}/s/f%C3%A9rien_2026.${token}`);
  expect(await owner.send<Link>("GET", `/links/${link.id}`)).toEqual(expect.objectContaining({ url: link.url }));
  const { results } = await DIRECTORY.prepare("SELECT * FROM links WHERE id = ?").bind(link.id).all();
  expect(JSON.stringify(results)).not.toContain(token);
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(token)));
  expect(results[0]?.["token_hash"]).toEqual([...digest]);
  for (const address of [token, `anything.${token}`, `a.b.${token}`, `${encodeURIComponent("é")}.${token}`])
    expect((await call(`/shared/${address}`)).status, address).toBe(200);
  for (const address of [`${token}x`, `${token}.x`, token.slice(1), `x${token}`, `${token}%2f..`, "x", `${token}=`])
    expect(await problemOf(await call(`/shared/${address}`)), address).toBe("404 not_found");
});

it("[L2] each link has a secret of its own, and making one again under its operation id makes none", async () => {
  const folder = await owner.folder();
  const id = newId();
  const make = () =>
    owner.account.api(`/files/${folder.id}/share`, {
      method: "POST",
      headers: { "content-type": "application/json", "ledge-operation-id": id },
      body: "{}",
    });
  const [first, second] = [await (await make()).json<Link>(), await (await make()).json<Link>()];
  expect(second).toEqual(first);
  expect(first.id).toBe(id);
  expect((await owner.link({}, folder.id)).url).not.toBe(first.url);
  const elsewhere = await owner.account.api(`/files/${(await owner.folder()).id}/share`, {
    method: "POST",
    headers: { "content-type": "application/json", "ledge-operation-id": id },
    body: "{}",
  });
  expect(await problemOf(elsewhere)).toBe("409 id_conflict");
});

it("[L3] without its password a link tells nothing of what it opens", async () => {
  const file = await owner.file(undefined, "secret plans.txt");
  const { token, id } = await owner.link({ password: "open sesame", note: "the note" }, file.id);
  const paths = ["", "/children", `/nodes/${file.id}`, `/files/${file.id}`, "/zip", `/files/${newId()}`];
  for (const path of paths) {
    const answer = await call(`/shared/${token}${path}`);
    const text = await answer.clone().text();
    expect(await problemOf(answer), path).toBe("401 password_required");
    expect(text).not.toMatch(/secret|note|Test|100/);
  }
  const wrong = await unlock(token, "open says me");
  expect(await problemOf(wrong)).toBe("403 wrong_password");
  expect(wrong.headers.getSetCookie()).toEqual([]);
  const right = await unlock(token, "open sesame");
  expect(right.status).toBe(204);
  expect(right.headers.getSetCookie()).toEqual([
    expect.stringMatching(
      new RegExp(
        `^ledge_link_${id}=\\d+\\.[\\w-]{43}; Max-Age=43200; Path=/api/shared; HttpOnly; Secure; SameSite=Lax$`,
      ),
    ),
  ]);
  const cookie = cookiesOf(right);
  expect((await call(`/shared/${token}`, { headers: { cookie } })).status).toBe(200);
  expect((await call(`/shared/${token}/files/${file.id}`, { headers: { cookie } })).status).toBe(200);
});

it("[L3] a cookie opens no other link, is not to be forged, and ends when the password is set", async () => {
  const file = await owner.file();
  const one = await owner.link({ password: "open sesame" }, file.id);
  const other = await owner.link({ password: "open sesame" }, file.id);
  const cookie = cookiesOf(await unlock(one.token, "open sesame"));
  const value = cookie.slice(cookie.indexOf("=") + 1);
  const [until = "", mac = ""] = value.split(".");
  const tries = [
    [other.token, cookie],
    [other.token, `ledge_link_${other.id}=${value}`],
    [one.token, `ledge_link_${one.id}=${Number(until) + 1}.${mac}`],
    [one.token, `ledge_link_${one.id}=${until}.${"A".repeat(43)}`],
    [one.token, `ledge_link_${one.id}=${until}`],
    [one.token, `ledge_link_${other.id}=${value}`],
  ] as const;
  for (const [token, sent] of tries)
    expect(await problemOf(await call(`/shared/${token}`, { headers: { cookie: sent } })), sent).toBe(
      "401 password_required",
    );
  expect((await call(`/shared/${one.token}`, { headers: { cookie } })).status).toBe(200);
  await owner.send("PATCH", `/links/${one.id}`, { password: "open sesame" });
  expect(await problemOf(await call(`/shared/${one.token}`, { headers: { cookie } }))).toBe("401 password_required");
  await owner.send("PATCH", `/links/${one.id}`, { password: null });
  expect((await call(`/shared/${one.token}`)).status).toBe(200);
});

it("[L3] a page of another site can unlock nothing", async () => {
  const { token } = await owner.link({ password: "open sesame" });
  const answer = await call(`/shared/${token}/unlock`, {
    method: "POST",
    headers: { origin: "https://elsewhere.example", "cf-connecting-ip": randomAddress() },
    json: { password: "open sesame" },
  });
  expect(await problemOf(answer)).toBe("403 origin_not_allowed");
});

it("[L8] an account has at most 10,000 links, which others' do not count for", async () => {
  const full = new Belongings(await signUp());
  const folder = await full.folder();
  await full.link({}, folder.id);
  await DIRECTORY.prepare(
    `WITH RECURSIVE n(i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < 10000)
     INSERT INTO links (id, token_hash, owner_id, shard, space_id, node_id, permission, created_at)
     SELECT 'l' || i, randomblob(32), ?, 'META_0', 's', 'n', 'view', 0 FROM n`,
  )
    .bind(full.account.userId)
    .run();
  const refused = await full.account.api(`/files/${folder.id}/share`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: "{}",
  });
  expect(await problemOf(refused)).toBe("409 too_many_links");
  expect((await owner.link()).id).toMatch(/^0/);
});

it("[L8] the owner lists links, of one node where asked, changes and ends them: the next request knows", async () => {
  const lister = new Belongings(await signUp());
  const folder = await lister.folder();
  const made = [await lister.link({}, folder.id), await lister.link(), await lister.link({}, folder.id)];
  const first = await lister.send<LinkPage>("GET", "/links?limit=2");
  const second = await lister.send<LinkPage>("GET", `/links?limit=2&cursor=${first.next}`);
  expect([...first.links, ...second.links].map(({ id }) => id)).toEqual(made.map(({ id }) => id).reverse());
  expect(second.next).toBeNull();
  const ofNode = await lister.send<LinkPage>("GET", `/links?node=${folder.id}`);
  expect(ofNode.links.map(({ id }) => id)).toEqual([made[2]?.id, made[0]?.id]);

  const [link] = made;
  if (!link) throw new Error("there is a link");
  const changed = await lister.send<Link>("PATCH", `/links/${link.id}`, { permission: "view", note: "new", slug: "s" });
  expect(changed).toMatchObject({ permission: "view", note: "new", slug: "s", maxDownloads: null });
  expect(await (await call(`/shared/${link.token}`)).json()).toMatchObject({ permission: "view", note: "new" });
  await lister.send("DELETE", `/links/${link.id}`);
  expect(await problemOf(await call(`/shared/${link.token}`))).toBe("404 not_found");
  expect((await call(`/shared/${made[2]?.token}`)).status).toBe(200);
});

it("[L8] changes that are made at the same time do not undo each other", async () => {
  const { id, token } = await owner.link();
  await Promise.all([
    owner.send("PATCH", `/links/${id}`, { password: "open sesame" }),
    ...["a", "b", "c"].map((note) => owner.send("PATCH", `/links/${id}`, { note })),
    owner.send("PATCH", `/links/${id}`, { maxDownloads: 7 }),
    owner.send("PATCH", `/links/${id}`, {}),
  ]);
  expect(await owner.send<Link>("GET", `/links/${id}`)).toMatchObject({ hasPassword: true, maxDownloads: 7 });
  expect(await problemOf(await call(`/shared/${token}`))).toBe("401 password_required");
});

it("[L8] what a link cannot be is refused: past ends, drops into files, what is in the trash", async () => {
  const file = await owner.file();
  const share = (id: string, json: unknown) =>
    owner.account.api(`/files/${id}/share`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(json),
    });
  expect(await problemOf(await share(file.id, { expiresAt: Date.now() - 1 }))).toBe("400 invalid_request");
  expect(await problemOf(await share(file.id, { permission: "upload" }))).toBe("409 not_a_folder");
  expect(await problemOf(await share(file.id, { slug: "a.b" }))).toBe("400 invalid_request");
  expect(await problemOf(await share((await owner.trashedFolder()).id, {}))).toBe("409 already_trashed");
  const { id } = await owner.link({}, file.id);
  const patched = await owner.account.api(`/links/${id}`, {
    method: "PATCH",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ permission: "upload" }),
  });
  expect(await problemOf(patched)).toBe("409 not_a_folder");
});

function unlock(token: string, password: string, address = randomAddress()): Promise<Response> {
  const headers = { "cf-connecting-ip": address };
  return call(`/shared/${token}/unlock`, { method: "POST", headers, json: { password } });
}
