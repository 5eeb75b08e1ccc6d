import { spawn } from "node:child_process";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { Api } from "../../client/api.ts";
import { HttpClient } from "../../client/http.ts";
import { systemClock } from "../../client/ports/system-clock.ts";
import { SearchApi } from "../../client/search.ts";
import { encodePack, toHex } from "../../protocol/pack-frame.ts";
import { childEnvironment, node24, root as repository } from "../../scripts/support/tools.mjs";
import { cjkFont, flate, pdfOf } from "../support/pdf-sample.ts";
import { startServer, type TestServer } from "./support/server.ts";

let server: TestServer;
let http: HttpClient;
let api: Api;
let search: SearchApi;
let token: string;

beforeAll(async () => {
  server = await startServer();
  http = new HttpClient({ baseUrl: server.url, clock: systemClock, random: Math.random });
  const json = { email: "ada@example.org", password: "correct horse battery", name: "Ada" };
  ({ token } = await http.json<{ token: string }>({ method: "POST", path: "/auth/sign-up/email", json }));
  http.setToken(token);
  api = new Api(http);
  search = new SearchApi(http);
});

afterAll(() => server?.stop());

async function put(name: string, file: string | Uint8Array): Promise<void> {
  const bytes = typeof file === "string" ? new TextEncoder().encode(file) : new Uint8Array(file);
  const id = toHex(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)));
  await fetchJson("POST", "/chunks", encodePack([{ id, bytes }]));
  const { root } = (await api.account()).home;
  await api.commitOne({
    type: "createFile",
    parent: root,
    name,
    chunks: [{ id, size: bytes.length }],
    mtime: Date.now(),
  });
}

async function fetchJson(method: string, path: string, body: Uint8Array<ArrayBuffer>): Promise<void> {
  const headers = { authorization: `Bearer ${token}`, "content-type": "application/octet-stream" };
  const answer = await fetch(`${server.url}/api${path}`, { method, headers, body });
  if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`);
}

/** Milliseconds until a search finds something. */
async function untilFound(q: string): Promise<number> {
  const begin = Date.now();
  for (;;) {
    if ((await search.search(q)).hits.length > 0) return Date.now() - begin;
    if (Date.now() - begin > 60_000) throw new Error(`${q} was not found\n${server.output()}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

it("[F1] [X2] what is committed is found within seconds, by the queue's own way", async () => {
  const times: number[] = [];
  for (const word of ["walrus", "ocelot", "narwhal"]) {
    await put(`${word} notes.txt`, `nothing but the habits of a ${word}: ${word}hood`);
    times.push(await untilFound(`${word}hood`));
  }
  // The first one waits for the server's own beginning.
  expect(Math.min(...times)).toBeLessThan(10_000);
  const { hits } = await search.search("habits -ocelot");
  expect(hits.map(({ node }) => node.name).toSorted()).toEqual(["narwhal notes.txt", "walrus notes.txt"]);
});

it("[X8] what a PDF says in Japanese by a map that it does not bring along is found", async () => {
  const page = flate("BT /F2 12 Tf 50 750 Td <938c8b9e91e58a77> Tj ET");
  await put("scan.pdf", pdfOf([page], { fonts: [cjkFont("90ms-RKSJ-H", "Japan1")] }));
  await untilFound("東京大学");
});

it("[X7] npm run reindex has everything read again at the next start", async () => {
  // What is found is so before the space is written down as up to date.
  await expect.poll(() => search.state()).toMatchObject({ entries: 4, texts: 4, behind: [] });
  await server.kill9();
  expect(await reindex()).toContain("Everything is going to be indexed anew.");
  await server.restart();
  expect((await search.search("walrushood")).hits).toHaveLength(1);
  expect((await search.state()).behind).toHaveLength(1);
  await put("more.txt", "axolotl");
  await untilFound("axolotl");
  await expect.poll(() => search.state()).toMatchObject({ entries: 5, texts: 5, behind: [] });
  expect((await search.search("walrushood")).hits).toHaveLength(1);
});

/** Runs the script; answers what it printed. */
async function reindex(): Promise<string> {
  const child = spawn(node24, [join(repository, "scripts/reindex.mjs")], {
    cwd: repository,
    env: childEnvironment({ LEDGE_STATE: server.stateDir }),
  });
  let printed = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => (printed += String(chunk)));
  const status = await new Promise((resolve) => child.once("close", resolve));
  if (status !== 0) throw new Error(printed);
  return printed;
}
