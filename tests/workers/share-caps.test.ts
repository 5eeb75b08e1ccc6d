import { evictDurableObject, runDurableObjectAlarm } from "cloudflare:test";
import { beforeAll, expect, it } from "vitest";
import { newId } from "../../protocol/new-id.ts";
import type { Link, SharedLink } from "../../protocol/share.ts";
import type { Node } from "../../protocol/tree.ts";
import { call, cookiesOf, problemOf, signUp } from "./support/accounts.ts";
import { Belongings } from "./support/belongings.ts";
import { gateOf, untilCounted } from "./support/used-links.ts";

let owner: Belongings;
let file: Node;
beforeAll(async () => {
  owner = new Belongings(await signUp());
  file = await owner.file();
});

const get = (token: string, headers: Record<string, string> = {}, method = "GET") =>
  call(`/shared/${token}/files/${file.id}`, { method, headers });

it("[L5] of 50 who ask at once for what may be downloaded 10 times, exactly 10 get it", async () => {
  const { token } = await owner.link({ maxDownloads: 10 }, file.id);
  const answers = await Promise.all(Array.from({ length: 50 }, () => get(token)));
  const bodies = await Promise.all(answers.map((answer) => answer.text()));
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(10);
  for (const [i, { status }] of answers.entries())
    if (status !== 200) expect(JSON.parse(bodies[i] ?? "")).toMatchObject({ code: "not_found" });
});

it("[L5] zips, single files and what is shown count alike, and the cap outlives the object in memory", async () => {
  const folder = await owner.folder();
  const inside = await owner.file(folder.id, "a.txt");
  const link = await owner.link({ maxDownloads: 3 }, folder.id);
  const left = async () => (await (await call(`/shared/${link.token}`)).json<SharedLink>()).downloadsLeft;
  expect(await left()).toBe(3);
  await (await call(`/shared/${link.token}/files/${inside.id}?disposition=inline`)).arrayBuffer();
  expect(await left()).toBe(2);
  await (await call(`/shared/${link.token}/zip`)).arrayBuffer();
  await evictDurableObject(gateOf(link.id));
  expect(await left()).toBe(1);
  await (await call(`/shared/${link.token}/files/${inside.id}`)).arrayBuffer();
  for (const path of ["", "/children", "/zip", `/files/${inside.id}`, `/nodes/${inside.id}`])
    expect(await problemOf(await call(`/shared/${link.token}${path}`)), path).toBe("404 not_found");
  await owner.send("PATCH", `/links/${link.id}`, { maxDownloads: 4 });
  expect(await left()).toBe(1);
});

it("[L5] what sends no bytes costs no download, and tells nothing once none is left", async () => {
  const { token } = await owner.link({ maxDownloads: 1 }, file.id);
  const head = await get(token, {}, "HEAD");
  expect(head.status).toBe(200);
  const etag = head.headers.get("etag") ?? "";
  expect((await get(token, { "if-none-match": etag })).status).toBe(304);
  expect((await get(token, { "if-match": '"other"' })).status).toBe(412);
  expect((await get(token, { range: "bytes=1000-" })).status).toBe(416);
  expect(await problemOf(await call(`/shared/${token}/files/${file.id}?version=2`))).toBe("404 not_found");
  expect((await get(token)).status).toBe(200);
  for (const headers of [{ "if-none-match": etag }, { "if-match": '"other"' }, { range: "bytes=1000-" }])
    expect(await problemOf(await get(token, headers))).toBe("404 not_found");
  expect((await get(token, {}, "HEAD")).status).toBe(404);
});

it("[L5] ranges are no way past the cap: each costs a download for who has not begun one", async () => {
  const { token } = await owner.link({ maxDownloads: 2 }, file.id);
  expect((await get(token, { range: "bytes=1-" })).status).toBe(206);
  expect((await get(token, { range: "bytes=50-60" })).status).toBe(206);
  for (const range of ["bytes=1-", "bytes=-1", "bytes=1-2,4-5"])
    expect(await problemOf(await get(token, { range })), range).toBe("404 not_found");
});

it("[L5] an interrupted download is gone on with, by who began it, of that file, and not for ever", async () => {
  const other = await owner.file();
  const folder = await owner.folder();
  for (const { id } of [file, other]) await owner.send("PATCH", `/files/${id}`, { parent: folder.id });
  const { token, id } = await owner.link({ maxDownloads: 1 }, folder.id);
  const first = await get(token);
  const whole = new Uint8Array(await first.arrayBuffer());
  const cookie = cookiesOf(first);
  expect(first.headers.getSetCookie()[0]).toMatch(
    new RegExp(`^ledge_guest_${id}=[0-9a-f]{32}; .*Path=/api/shared; HttpOnly; Secure; SameSite=Lax$`),
  );

  // The other 100 bytes of the two times 100 that one charge buys.
  const rest = await get(token, { cookie, range: "bytes=40-" });
  expect(rest.status).toBe(206);
  expect(new Uint8Array(await rest.arrayBuffer())).toEqual(whole.slice(40));
  expect((await get(token, { cookie }, "HEAD")).status).toBe(200);

  expect(await problemOf(await get(token, { cookie }))).toBe("404 not_found");
  expect(await problemOf(await get(token, { cookie, range: "bytes=0-" }))).toBe("404 not_found");
  expect(await problemOf(await get(token, { cookie, range: "bytes=1-2,0-0" }))).toBe("404 not_found");
  expect(await problemOf(await get(token, { range: "bytes=60-" }))).toBe("404 not_found");
  const forged = cookie.replace(/[0-9a-f]$/, (digit) => (digit === "0" ? "1" : "0"));
  expect(await problemOf(await get(token, { cookie: forged, range: "bytes=60-" }))).toBe("404 not_found");
  const elsewhere = await call(`/shared/${token}/files/${other.id}`, { headers: { cookie, range: "bytes=60-" } });
  expect(await problemOf(elsewhere)).toBe("404 not_found");

  // 40 bytes are left: one request for more of them is refused, whoever asks.
  expect(await problemOf(await get(token, { cookie, range: "bytes=40-" }))).toBe("404 not_found");
  const last = await get(token, { cookie, range: "bytes=60-" });
  expect(last.status).toBe(206);
  // What nobody reads is given back once its answer is forgotten.
  await last.arrayBuffer();
  expect(await problemOf(await get(token, { cookie, range: "bytes=99-" }))).toBe("404 not_found");
});

it("[L5] what a guest who went away did not take may be fetched again", async () => {
  const part = 1_048_576;
  const chunks = [];
  for (let n = 0; n < 3; n++) {
    const bytes = new Uint8Array(part).fill(n);
    chunks.push(await owner.chunk(bytes));
  }
  const parent = owner.account.home.root;
  const large = await owner.commitOne({ type: "createFile", parent, name: newId(), chunks, mtime: 0 });
  const { token } = await owner.link({ maxDownloads: 1 }, large.id);
  const ask = (headers: Record<string, string>) => call(`/shared/${token}/files/${large.id}`, { headers });

  const cut = await ask({});
  const cookie = cookiesOf(cut);
  const reader = (cut.body as ReadableStream<Uint8Array>).getReader();
  await reader.read();
  await reader.cancel();
  // As much again as the file has, at once and without any word of the cut.
  const rest = await ask({ cookie, range: "bytes=1-" });
  expect(rest.status).toBe(206);
  expect((await rest.arrayBuffer()).byteLength).toBe(3 * part - 1);
  // And what of the first answer was not taken, but for what was on its way.
  await expect.poll(async () => (await ask({ cookie, range: `bytes=${part * 2}-` })).status).toBe(206);
  // How much that was is told by nobody: after a few more parts it is used up in any case.
  let more = 0;
  let last = await ask({ cookie, range: `bytes=${part * 2}-` });
  for (; last.status === 206 && more < 4; more++) {
    await last.arrayBuffer();
    last = await ask({ cookie, range: `bytes=${part * 2}-` });
  }
  expect(await problemOf(last)).toBe("404 not_found");
});

it("[L8] the owner sees what was done with a link, a minute later at most", async () => {
  const link = await owner.link({}, file.id);
  const before = Date.now();
  await call(`/shared/${link.token}`);
  await call(`/shared/${link.token}`);
  await (await get(link.token)).arrayBuffer();
  await (await get(link.token, { range: "bytes=50-" })).arrayBuffer();
  await untilCounted(link.id, { openings: 2, downloads: 1 });
  expect(await runDurableObjectAlarm(gateOf(link.id))).toBe(true);
  const { uses } = await owner.send<Link>("GET", `/links/${link.id}`);
  expect(uses).toMatchObject({ opened: 2, downloads: 1, received: 0 });
  expect(uses.lastAt).toBeGreaterThanOrEqual(before);
  expect(await runDurableObjectAlarm(gateOf(link.id))).toBe(false);

  await evictDurableObject(gateOf(link.id));
  await call(`/shared/${link.token}`);
  await untilCounted(link.id, { openings: 3, downloads: 1 });
  await evictDurableObject(gateOf(link.id));
  expect(await runDurableObjectAlarm(gateOf(link.id))).toBe(true);
  expect((await owner.send<Link>("GET", `/links/${link.id}`)).uses.opened).toBe(3);
});
