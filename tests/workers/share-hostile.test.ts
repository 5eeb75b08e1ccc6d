import { beforeAll, describe, expect, it, vi } from "vitest";
import { newId } from "../../protocol/new-id.ts";
import type { SharedNodes } from "../../protocol/share.ts";
import { openPage } from "../../workers/api/pages.ts";
import { call, cookiesOf, ORIGIN, problemOf, randomAddress, signUp } from "./support/accounts.ts";
import { Belongings } from "./support/belongings.ts";
import { env } from "./support/storage.ts";
import { endSooner } from "./support/used-links.ts";

let owner: Belongings;
let stranger: Belongings;
beforeAll(async () => {
  owner = new Belongings(await signUp());
  stranger = new Belongings(await signUp());
});

/** Every way of asking a link for a node. */
async function answersFor(token: string, id: string, init: RequestInit = {}): Promise<string[]> {
  const post = { method: "POST", headers: { ...init.headers, "content-type": "application/json", origin: ORIGIN } };
  const answers = [
    await call(`/shared/${token}/nodes/${id}`, init),
    await call(`/shared/${token}/files/${id}`, init),
    await call(`/shared/${token}/files/${id}?version=1`, init),
    await call(`/shared/${token}/files/${id}/thumbnail`, init),
    await call(`/shared/${token}/children?folder=${id}`, init),
    await call(`/shared/${token}/zip?id=${id}`, init),
    await call(`/shared/${token}/zip`, { ...post, body: JSON.stringify({ ids: [id] }) }),
  ];
  return Promise.all(answers.map(problemOf));
}

const NOTHING = Array<string>(7).fill("404 not_found");

it("[P4] a selection that is longer than any is refused before it is read, as a form and as JSON", async () => {
  const { token } = await owner.link({}, (await owner.folder()).id);
  const ids = Array.from({ length: 6_000 }, () => newId());
  for (const [type, body] of [
    ["application/x-www-form-urlencoded", new URLSearchParams(ids.map((id) => ["ids", id])).toString()],
    ["application/json", JSON.stringify({ ids })],
  ] as const) {
    const headers = { "content-type": type, origin: ORIGIN };
    const answer = await call(`/shared/${token}/zip`, { method: "POST", headers, body });
    expect(await problemOf(answer), type).toBe("413 body_too_large");
  }
});

it("[L6] a link reaches nothing above, beside or of others, nor what never was", async () => {
  const above = await owner.folder();
  const shared = await owner.folder(above.id);
  const inside = await owner.file(shared.id);
  const beside = await owner.file(above.id);
  const { token } = await owner.link({}, shared.id);
  const ids = [above.id, owner.account.home.root, beside.id, (await stranger.file()).id, newId()];
  for (const id of ids) expect(await answersFor(token, id), id).toEqual(NOTHING);
  const mixed = await call(`/shared/${token}/zip?id=${inside.id}&id=${beside.id}`);
  expect(await problemOf(mixed)).toBe("404 not_found");
  expect((await call(`/shared/${token}/files/${inside.id}`)).status).toBe(200);
});

it("[L1] [L6] what moves out of the folder, into the trash or away is out of reach at once, and back in again", async () => {
  const shared = await owner.folder();
  const middle = await owner.folder(shared.id);
  const file = await owner.file(middle.id);
  const elsewhere = await owner.folder();
  const { token } = await owner.link({}, shared.id);
  const reaches = async () => (await call(`/shared/${token}/files/${file.id}`)).status === 200;
  expect(await reaches()).toBe(true);

  await owner.send("PATCH", `/files/${middle.id}`, { parent: elsewhere.id });
  expect(await answersFor(token, file.id)).toEqual(NOTHING);
  expect(await answersFor(token, middle.id)).toEqual(NOTHING);
  await owner.send("PATCH", `/files/${middle.id}`, { parent: shared.id });
  expect(await reaches()).toBe(true);

  await owner.send("DELETE", `/files/${middle.id}`);
  expect(await answersFor(token, file.id)).toEqual(NOTHING);
  await owner.send("POST", `/files/${middle.id}/restore`, {});
  expect(await reaches()).toBe(true);

  const above = await owner.folder();
  await owner.send("PATCH", `/files/${shared.id}`, { parent: above.id });
  await owner.send("DELETE", `/files/${above.id}`);
  expect(await answersFor(token, file.id)).toEqual(NOTHING);
  expect(await problemOf(await call(`/shared/${token}`))).toBe("404 not_found");
  expect(await problemOf(await call(`/shared/${token}/children`))).toBe("404 not_found");
  await owner.send("DELETE", `/files/${above.id}?permanent=true`);
  expect(await answersFor(token, shared.id)).toEqual(NOTHING);
});

it("[L1] a listing goes on after a folder moved out no further", async () => {
  const shared = await owner.folder();
  const inner = await owner.folder(shared.id);
  for (const name of ["a", "b", "c"]) await owner.file(inner.id, name);
  const { token } = await owner.link({}, shared.id);
  const page = await (await call(`/shared/${token}/children?folder=${inner.id}&limit=1`)).json<SharedNodes>();
  await owner.send("PATCH", `/files/${inner.id}`, { parent: owner.account.home.root });
  const next = await call(`/shared/${token}/children?folder=${inner.id}&limit=1&cursor=${page.next}`);
  expect(await problemOf(next)).toBe("404 not_found");
  expect(await problemOf(await call(`/shared/${token}/children?cursor=${page.next}`))).toBe("400 invalid_cursor");
});

it("[L1] only the newest version is shared", async () => {
  const { id } = await owner.fileOfTwoVersions();
  const { token } = await owner.link({}, id);
  expect(await problemOf(await call(`/shared/${token}/files/${id}?version=1`))).toBe("404 not_found");
  expect((await call(`/shared/${token}/files/${id}?version=2`)).status).toBe(200);
});

it("[L6] unknown, expired, ended and used-up links are one and the same", async () => {
  const file = await owner.file();
  const expired = await owner.link({ expiresAt: Date.now() + 3_600_000, password: "open sesame" }, file.id);
  const ended = await owner.link({}, file.id);
  await owner.send("DELETE", `/links/${ended.id}`);
  const used = await owner.link({ maxDownloads: 1 }, file.id);
  await (await call(`/shared/${used.token}/files/${file.id}`)).arrayBuffer();
  const locked = await owner.link({ maxDownloads: 1 }, file.id);
  await (await call(`/shared/${locked.token}/files/${file.id}`)).arrayBuffer();
  await owner.send("PATCH", `/links/${locked.id}`, { password: "open sesame" });
  await endSooner(expired.id);
  const told = [];
  for (const token of ["A".repeat(24), "x", expired.token, ended.token, used.token, locked.token])
    told.push(await (await call(`/shared/${token}`)).text());
  expect(new Set(told).size).toBe(1);
  for (const { token } of [expired, locked])
    expect(await problemOf(await unlock(token, "open sesame", randomAddress()))).toBe("404 not_found");
});

it("[L6] two links of one folder end each for itself, and know nothing of each other's passwords", async () => {
  const folder = await owner.folder();
  const open = await owner.link({}, folder.id);
  const closed = await owner.link({ password: "open sesame" }, folder.id);
  expect((await call(`/shared/${open.token}`)).status).toBe(200);
  expect(await problemOf(await call(`/shared/${closed.token}`))).toBe("401 password_required");
  await owner.send("DELETE", `/links/${closed.id}`);
  expect((await call(`/shared/${open.token}`)).status).toBe(200);
  expect(await problemOf(await call(`/shared/${closed.token}`))).toBe("404 not_found");
});

it("[L1] a link to look at shows what is safe to show, and saves nothing", async () => {
  const folder = await owner.folder();
  const text = await owner.file(folder.id, "page.html");
  const program = await owner.file(folder.id, "setup.exe");
  const { token } = await owner.link({ permission: "view" }, folder.id);
  const shown = await call(`/shared/${token}/files/${text.id}`);
  expect(shown.headers.get("content-disposition")).toMatch(/^inline/);
  expect(shown.headers.get("content-type")).toBe("text/plain; charset=utf-8");
  for (const path of [`files/${text.id}?disposition=attachment`, `files/${program.id}`, "zip", `zip?id=${text.id}`])
    expect(await problemOf(await call(`/shared/${token}/${path}`)), path).toBe("403 forbidden");
});

it("[L1] a file drop shows nothing", async () => {
  const folder = await owner.folder();
  const file = await owner.file(folder.id);
  const { token } = await owner.link({ permission: "upload" }, folder.id);
  expect(await (await call(`/shared/${token}`)).json()).toMatchObject({ node: null, name: folder.name });
  expect(await answersFor(token, file.id)).toEqual(NOTHING);
  expect(await answersFor(token, folder.id)).toEqual(NOTHING);
  expect(await problemOf(await call(`/shared/${token}/children`))).toBe("404 not_found");
});

it("[L9] what is shared is served as D6 says, and kept by no cache and no search engine", async () => {
  const file = await owner.file(undefined, "page.html");
  const { token } = await owner.link({}, file.id);
  const { headers } = await call(`/shared/${token}/files/${file.id}?disposition=inline`);
  expect(headers.get("content-security-policy")).toBe("sandbox; default-src 'none'");
  expect(headers.get("content-type")).toBe("text/plain; charset=utf-8");
  expect(headers.get("x-content-type-options")).toBe("nosniff");
  const told = (await call(`/shared/${token}`)).headers;
  expect(told.get("cache-control")).toBe("private, no-store");
  expect(told.get("x-robots-tag")).toBe("noindex");
});

it("[L4] guessing is limited for who guesses at a link, not for who has the password, nor from elsewhere", async () => {
  const { token } = await owner.link({ password: "open sesame" });
  const other = await owner.link({ password: "open sesame" });
  const guesser = randomAddress();
  const inside = cookiesOf(await unlock(token, "open sesame", randomAddress()));
  const answers = [];
  for (let n = 0; n < 12; n++) answers.push((await unlock(token, `guess ${n}`, guesser)).status);
  expect(answers).toEqual([...Array<number>(10).fill(403), 429, 429]);
  const refused = await unlock(token, "open sesame", guesser);
  expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
  expect(await problemOf(refused)).toBe("429 rate_limited");
  expect((await call(`/shared/${token}`, { headers: { cookie: inside, "cf-connecting-ip": guesser } })).status).toBe(
    200,
  );
  expect((await unlock(token, "open sesame", randomAddress())).status).toBe(204);
  expect((await unlock(other.token, "open sesame", guesser)).status).toBe(204);
});

it("[L4] many addresses that guess at one link keep nobody else out", async () => {
  const { token } = await owner.link({ password: "open sesame" });
  await Promise.all(Array.from({ length: 40 }, () => unlock(token, "a guess", randomAddress())));
  expect((await unlock(token, "open sesame", randomAddress())).status).toBe(204);
});

it("[L4] an address that guesses at many links is limited over all of them", async () => {
  const guesser = randomAddress();
  const { token } = await owner.link({ password: "open sesame" });
  const links = await Promise.all(Array.from({ length: 9 }, () => owner.link({ password: "open sesame" })));
  // Of each link fewer than that alone allows.
  const guesses = links.flatMap((link) => Array.from({ length: 9 }, () => link));
  let answer = "";
  // Every three seconds one more would be allowed, right before the last guess too.
  vi.useFakeTimers({ toFake: ["Date"] });
  try {
    for (const link of guesses) {
      answer = await problemOf(await unlock(link.token, "a guess", guesser));
      if (answer === "429 rate_limited") break;
    }
    expect(answer).toBe("429 rate_limited");
    expect(await problemOf(await unlock(token, "open sesame", guesser))).toBe("429 rate_limited");
  } finally {
    vi.useRealTimers();
  }
});

describe("the page of a link's address", () => {
  const INDEX = "<!doctype html><html><head><title>Ledge</title></head><body></body></html>";
  const open = async (path: string, init: RequestInit = {}) => {
    const ASSETS = {
      fetch: () =>
        Promise.resolve(
          new Response(INDEX, {
            headers: { "content-type": "text/html", etag: '"x"', "content-security-policy": "strict" },
          }),
        ),
    };
    const answer = await openPage(new Request(`${ORIGIN}/s/${path}`, init), { ...env, ASSETS: ASSETS as never });
    return { headers: answer.headers, html: await answer.text() };
  };

  it("[L9] says what is shared and by whom, escaped, and is kept by nobody", async () => {
    const file = await owner.file(undefined, `<script>"a" & 'b'`);
    const { token } = await owner.link({ slug: "plans" }, file.id);
    const { headers, html } = await open(token);
    expect(html).toContain(
      '<meta property="og:title" content="&#60;script&#62;&#34;a&#34; &#38; &#39;b&#39;" />' +
        '<meta property="og:description" content="Shared with you by Test" />',
    );
    expect(html).not.toContain("<script");
    expect(headers.get("cache-control")).toBe("no-store");
    expect(headers.get("x-robots-tag")).toBe("noindex");
    expect(headers.get("content-security-policy")).toBe("strict");
    expect(headers.get("etag")).toBeNull();
  });

  it("[L9] [L3] [L6] is the same for a protected link, one that has ended, and none", async () => {
    const file = await owner.file();
    const locked = await owner.link({ password: "open sesame" }, file.id);
    const ended = await owner.link({}, file.id);
    await owner.send("DELETE", `/links/${ended.id}`);
    const used = await owner.link({ maxDownloads: 1 }, file.id);
    await (await call(`/shared/${used.token}/files/${file.id}`)).arrayBuffer();
    const pages = [];
    for (const token of [locked.token, ended.token, used.token, "A".repeat(24), "x"])
      pages.push((await open(token)).html);
    expect(new Set(pages).size).toBe(1);
    expect(pages[0]).not.toContain(file.name);
  });
});

function unlock(token: string, password: string, address: string): Promise<Response> {
  const headers = { "cf-connecting-ip": address };
  return call(`/shared/${token}/unlock`, { method: "POST", headers, json: { password } });
}
