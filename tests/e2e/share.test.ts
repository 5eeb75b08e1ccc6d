import { afterAll, beforeAll, expect, it } from "vitest";
import { Api } from "../../client/api.ts";
import { HttpClient } from "../../client/http.ts";
import { systemClock } from "../../client/ports/system-clock.ts";
import { SharedApi } from "../../client/shared.ts";
import { newId } from "../../protocol/new-id.ts";
import { encodePack, toHex } from "../../protocol/pack-frame.ts";
import type { Link } from "../../protocol/share.ts";
import { startServer, type TestServer } from "./support/server.ts";

let server: TestServer;
let api: Api;

beforeAll(async () => {
  server = await startServer();
  const http = new HttpClient({ baseUrl: server.url, clock: systemClock, random: Math.random });
  const json = { email: "ada@example.org", password: "correct horse battery", name: "Ada <3" };
  const { token } = await http.json<{ token: string }>({ method: "POST", path: "/auth/sign-up/email", json });
  http.setToken(token);
  api = new Api(http);
});

afterAll(() => server?.stop());

const tokenOf = ({ url }: Link) => decodeURIComponent(url.slice(url.lastIndexOf("/") + 1));
const guestOf = (link: Link) =>
  new SharedApi(new HttpClient({ baseUrl: server.url, clock: systemClock, random: Math.random }), tokenOf(link));

it("[L9] a link's page is the app's, under its policy, kept by nobody, and tells messengers what it opens", async () => {
  const { root } = (await api.account()).home;
  const folder = await api.commitOne({ type: "createFolder", parent: root, name: `Q&A "Heronry"` });
  const link = await api.share(folder.id, { slug: "größe" });
  for (const accept of ["text/html", "*/*"]) {
    const page = await fetch(link.url, { headers: { accept } });
    expect(page.status).toBe(200);
    expect(page.headers.get("content-security-policy")).toMatch(/^default-src 'none'; script-src 'self';/);
    expect(page.headers.get("x-content-type-options")).toBe("nosniff");
    expect(page.headers.get("referrer-policy")).toBe("no-referrer");
    expect(page.headers.get("cache-control")).toBe("no-store");
    expect(page.headers.get("x-robots-tag")).toBe("noindex");
    const html = await page.text();
    expect(html).toContain('<meta property="og:title" content="Q&#38;A &#34;Heronry&#34;" />');
    expect(html).toContain('<meta property="og:description" content="Shared with you by Ada &#60;3" />');
    expect(html).toContain('<div id="root"></div>');
  }
  const secret = await api.share(folder.id, { password: "open sesame" });
  expect(await (await fetch(secret.url)).text()).not.toContain("Heronry");
});

it("[L1] [L7] a guest's client opens a link, lists it, fetches from it, and drops files by another", async () => {
  const { root } = (await api.account()).home;
  const folder = await api.commitOne({ type: "createFolder", parent: root, name: "Inbox" });
  const inbox = guestOf(await api.share(folder.id, { permission: "upload" }));
  expect(await inbox.open()).toMatchObject({ permission: "upload", node: null, name: "Inbox", by: "Ada <3" });
  const { drop } = await inbox.beginDrop("Bob");
  const bytes = crypto.getRandomValues(new Uint8Array(10_000));
  const id = toHex(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)));
  const chunks = [{ id, size: bytes.length }];
  expect((await inbox.announce(drop, chunks)).missing).toEqual([id]);
  await inbox.sendPack(drop, encodePack([{ id, bytes }]));
  const files = [{ name: "photo.jpg", chunks, mtime: 1_700_000_000_000 }];
  expect(await inbox.commitDrop(drop, { operationId: newId(), files })).toEqual({ results: [{ ok: true }] });

  const shown = guestOf(await api.share(folder.id));
  const [bob] = (await shown.childrenPage()).nodes;
  expect(bob).toMatchObject({ name: "Bob", type: "folder" });
  const [photo] = (await shown.childrenPage({ folder: bob!.id })).nodes;
  expect((await shown.node(photo!.id)).ancestors.map(({ name }) => name)).toEqual(["Inbox", "Bob"]);
  const address = shown.fileAddress(photo!.id, { version: photo!.version, disposition: "inline" });
  const file = await fetch(server.url + address);
  expect(new Uint8Array(await file.arrayBuffer())).toEqual(bytes);
  const zip = await fetch(server.url + shown.zipAddress([photo!.id], "mine"));
  expect(zip.headers.get("content-disposition")).toContain("mine.zip");
  await expect(shown.unlock("whatever")).resolves.toBeUndefined();
});
