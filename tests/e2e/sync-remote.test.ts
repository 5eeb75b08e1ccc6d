import { randomBytes } from "node:crypto";
import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { Api } from "../../client/api.ts";
import type { RemoteFile } from "../../client/download/fetch-file.ts";
import { HttpClient } from "../../client/http.ts";
import { globalWebSocket } from "../../client/ports/global-web-socket.ts";
import { nodeHashing } from "../../client/ports/node-hashing.ts";
import { NodeReplicaFiles } from "../../client/ports/node-replica-files.ts";
import type { Stamp } from "../../client/ports/replica-files.ts";
import { openReplica } from "../../client/ports/replica-link.ts";
import type { PushMessage, SentFile } from "../../client/ports/sync-remote.ts";
import { systemClock } from "../../client/ports/system-clock.ts";
import { signUp } from "../../client/sign-in.ts";
import { HttpSyncRemote } from "../../client/sync/http-sync-remote.ts";
import { SocketPushChannel } from "../../client/sync/push-channel.ts";
import type { ChunkRef } from "../../protocol/content.ts";
import { newId } from "../../protocol/new-id.ts";
import type { Node } from "../../protocol/tree.ts";
import { startServer, type TestServer } from "./support/server.ts";

const MiB = 1024 * 1024;
const signal = new AbortController().signal;

let server: TestServer;
let work: string;
let token: string;

beforeAll(async () => {
  server = await startServer();
  work = await mkdtemp(join(tmpdir(), "ledge-sync-remote-"));
  const http = new HttpClient({ baseUrl: server.url, clock: systemClock, random: Math.random });
  token = (await signUp(http, "a@example.com", "correct horse battery staple", "a")).token;
});

afterAll(async () => {
  await server?.stop();
  if (work) await rm(work, { recursive: true, force: true });
});

/** Counts what goes over the wire, bodies only. */
class Wire {
  up = 0;
  down = 0;
  requests: string[] = [];
  /** Ids of uploads. */
  opened: string[] = [];

  reset(): void {
    this.up = 0;
    this.down = 0;
    this.requests = [];
    this.opened = [];
  }

  readonly fetch: typeof fetch = async (input, init) => {
    const sent = new Headers(init?.headers).get("content-length");
    this.up += sent === null ? (typeof init?.body === "string" ? init.body.length : 0) : Number(sent);
    this.requests.push(
      `${init?.method ?? "GET"} ${new URL(input instanceof Request ? input.url : input).pathname.replaceAll(/[0-9a-z]{26}/g, "ID")}`,
    );
    const response = await fetch(input, init);
    if (this.requests.at(-1) === "POST /api/uploads") {
      this.opened.push(((await response.clone().json()) as { upload: string }).upload);
    }
    const body = response.body?.pipeThrough(
      new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>({
        transform: (part, controller) => {
          this.down += part.length;
          controller.enqueue(part);
        },
      }),
    );
    return new Response(response.status === 204 ? null : (body ?? null), response);
  };
}

/** One device: a folder, a connection, and the engine's view of both. */
async function device(onStored?: (chunks: readonly ChunkRef[]) => void) {
  const root = await mkdtemp(join(work, "replica-"));
  const opened = await openReplica(root);
  const files = new NodeReplicaFiles(opened.root, opened.id);
  const wire = new Wire();
  const http = new HttpClient({
    baseUrl: server.url,
    token,
    clock: systemClock,
    random: Math.random,
    fetch: wire.fetch,
    streamBytes: true,
  });
  const api = new Api(http);
  const remembered = new Map<string, Uint8Array>();
  const memory = {
    rememberChunks: (content: string, manifest: Uint8Array) => void remembered.set(content, manifest),
    recallChunks: (content: string) => remembered.get(content) ?? null,
  };
  const remote = new HttpSyncRemote({ api, files, hashing: nodeHashing, clock: systemClock, memory, onStored, signal });
  const stamp = async (path: string): Promise<Stamp> => {
    const found = await files.stat(path);
    if (!found) throw new Error(`nothing at ${path}`);
    return found;
  };
  const write = async (path: string, bytes: Uint8Array | string): Promise<Stamp> => {
    await writeFile(join(root, path), bytes);
    return stamp(path);
  };
  return { root, files, wire, api, remote, write, remembered };
}

type Device = Awaited<ReturnType<typeof device>>;

async function create(on: Device, name: string, sent: SentFile): Promise<Node> {
  const { home } = await on.api.account();
  const { chunks, stamp } = sent;
  const { mtime } = stamp;
  const executable = stamp.executable ?? false;
  const file = { parent: home.root, name, chunks: [...chunks], mtime, executable };
  const { results } = await on.remote.commit([{ type: "createFile", ...file, onConflict: "rename" }], {
    operationId: newId(),
    signal,
  });
  if (!results[0]?.ok) throw new Error(JSON.stringify(results));
  return results[0].node;
}

function fileOf(node: Node): RemoteFile {
  const { id, version, content, size, mtime, executable } = node;
  return { node: id, version, content: content ?? "", size, mtime, executable };
}

describe("the sync client's remote, against a real server", () => {
  let a: Device;
  let b: Device;
  beforeEach(async () => {
    a = await device();
    b = await device();
  });

  it("[T19] has a commit refused that was decided on another history, and not one of this", async () => {
    const { home } = await a.api.account();
    const { epoch } = await a.remote.changes(undefined, signal);
    const operations = [{ type: "createFolder" as const, parent: home.root, name: `of ${epoch} ${newId()}` }];
    const late = a.remote.commit(operations, { operationId: newId(), epoch: newId(), signal });
    await expect(late).rejects.toMatchObject({ code: "cursor_expired" });
    const { results } = await a.remote.commit(operations, { operationId: newId(), epoch, signal });
    expect(results).toMatchObject([{ ok: true }]);
  });

  it("[Y13] sends and fetches 300 small files in few requests, byte for byte", async () => {
    const names = Array.from({ length: 300 }, (_, i) => `file ${i}`);
    const stamps = await Promise.all(
      names.map((name, i) => a.write(name, i === 0 ? "" : randomBytes(1 + ((i * 97) % 9000)))),
    );
    const { home } = await a.api.account();
    a.wire.reset();
    const sent = await Promise.all(names.map((name, i) => a.remote.send(name, stamps[i]!, { signal })));
    // More the longer the files take to be read; a request or two each would be hundreds.
    expect(a.wire.requests.length).toBeLessThan(40);
    const operations = sent.map(({ chunks, stamp: { mtime, executable } }, i) => ({
      type: "createFile" as const,
      parent: home.root,
      name: names[i]!,
      chunks: [...chunks],
      mtime,
      executable: executable ?? false,
    }));
    const { results } = await a.remote.commit(operations, { operationId: newId(), signal });
    const nodes = results.map((result) => (result.ok ? result.node : expect.fail(JSON.stringify(result))));
    b.wire.reset();
    await Promise.all(nodes.map((node, i) => b.remote.fetch(fileOf(node), `p${i}`, null, { signal })));
    expect(b.wire.requests.length).toBeLessThan(8);
    for (const [i, name] of names.entries()) {
      await b.files.place(`p${i}`, name, null);
      expect(await readFile(join(b.root, name))).toEqual(await readFile(join(a.root, name)));
      expect(Math.round((await stat(join(b.root, name))).mtimeMs)).toBe(stamps[i]!.mtime);
    }
  });

  it("[U10] [U1] a small edit is two requests, and larger ones leave no upload open", async () => {
    const { home } = await a.api.account();
    const first = await a.remote.send("note", await a.write("note", "one"), { signal });
    const parent = home.root;
    const mtime = first.stamp.mtime;
    const made = await a.remote.commit(
      [{ type: "createFile", parent, name: "edited", chunks: [...first.chunks], mtime }],
      { operationId: newId(), signal },
    );
    const node = made.results[0]?.ok ? made.results[0].node : expect.fail(JSON.stringify(made));
    a.wire.reset();
    const second = await a.remote.send("note", await a.write("note", "one and two"), { signal });
    const update = { type: "updateFile" as const, node: node.id, baseVersion: 1, mtime: second.stamp.mtime };
    await a.remote.commit([{ ...update, chunks: [...second.chunks] }], { operationId: newId(), signal });
    expect(a.wire.requests).toEqual(["POST /api/chunks", "POST /api/commits"]);

    a.wire.reset();
    const third = await a.remote.send("note", await a.write("note", randomBytes(MiB)), { signal });
    const { results } = await a.remote.commit(
      [{ ...update, baseVersion: 2, chunks: [...third.chunks], mtime: third.stamp.mtime }],
      { operationId: newId(), signal },
    );
    expect(results[0]?.ok).toBe(true);
    expect(a.wire.requests).toEqual(["POST /api/uploads", "POST /api/uploads/ID/packs", "POST /api/commits"]);
    await expect(a.api.closeUpload(a.wire.opened[0] ?? "")).rejects.toMatchObject({ code: "upload_not_found" });
  });

  it("[Y23] one byte inserted into 64 MiB costs a chunk or two each way", async () => {
    const bytes = randomBytes(64 * MiB);
    const first = await a.remote.send("big", await a.write("big", bytes), { signal });
    const node = await create(a, "big", first);
    await b.remote.fetch(fileOf(node), "big1", null, { signal });
    await b.files.place("big1", "big", null);

    const edited = Buffer.concat([bytes.subarray(0, 20 * MiB), Buffer.from("!"), bytes.subarray(20 * MiB)]);
    const stamp = await a.write("big", edited);
    a.wire.reset();
    const second = await a.remote.send("big", stamp, { signal });
    expect(a.wire.up).toBeGreaterThan(0);
    expect(a.wire.up).toBeLessThan(8.5 * MiB);
    const update = { type: "updateFile", node: node.id, baseVersion: 1, mtime: stamp.mtime } as const;
    const { results } = await a.remote.commit([{ ...update, chunks: [...second.chunks] }], {
      operationId: newId(),
      signal,
    });
    const next = results[0]?.ok ? results[0].node : expect.fail(JSON.stringify(results));

    for (const known of [true, false]) {
      if (!known) b.remembered.clear();
      b.wire.reset();
      const base = { path: "big", content: node.content ?? "" };
      await b.remote.fetch(fileOf(next), `big2 ${known}`, base, { signal });
      expect(b.wire.down).toBeGreaterThan(0);
      expect(b.wire.down).toBeLessThan(8.5 * MiB);
    }
    await b.files.place("big2 true", "big", await b.files.stat("big"));
    expect((await readFile(join(b.root, "big"))).equals(edited)).toBe(true);
  });

  it("[Y4] reads an older version whole, whatever size it is said to have", async () => {
    const sent = await a.remote.send("note", await a.write("note", "one\n"), { signal });
    const node = await create(a, "note", sent);
    const file = { ...fileOf(node), size: 4711, mtime: 0 };
    expect(new TextDecoder().decode(await b.remote.read(file, { signal }))).toBe("one\n");
    await expect(b.remote.read({ ...file, content: "0".repeat(64) }, { signal })).rejects.toThrow("chunk list");
  });

  it("[W3] [W6] hears of another client's commit, also after the server was killed", async () => {
    const heard: PushMessage[] = [];
    const stop = new AbortController();
    const push = new SocketPushChannel({
      api: b.api,
      baseUrl: server.url,
      device: { id: newId(), name: "b", platform: "linux" },
      clock: systemClock,
      random: Math.random,
      openSocket: globalWebSocket,
    });
    const running = push.run((message) => heard.push(message), stop.signal);
    const until = (type: string): Promise<void> =>
      expect.poll(() => heard.map((message) => message.type), { timeout: 30_000 }).toContain(type);
    await until("open");
    await create(a, "pushed", await a.remote.send("x", await a.write("x", "x"), { signal }));
    // Of what was committed just before it may hear, too, and of the next once it has said so.
    const told = () => heard.filter((message) => message.type === "changes").map(({ changes }) => changes);
    const names = () => {
      const last = told().at(-1);
      if (last) push.acknowledge(last.cursor);
      return told().flatMap(({ changes }) => changes.map(({ name }) => name));
    };
    await expect.poll(names, { timeout: 30_000 }).toContain("pushed");

    heard.length = 0;
    await server.kill9();
    await until("closed");
    await server.restart();
    await until("open");
    heard.length = 0;
    await create(a, "pushed again", await a.remote.send("y", await a.write("y", "y"), { signal }));
    await expect
      .poll(() => heard.some(({ type }) => type === "changes" || type === "poke"), { timeout: 30_000 })
      .toBe(true);
    stop.abort();
    await running;
  });

  it("[D8] begins to fetch a large file's chunks while it is being sent", async () => {
    const stop = new AbortController();
    const channel = (on: Device, name: string, onChunks?: (chunks: readonly ChunkRef[]) => void) =>
      new SocketPushChannel({
        api: on.api,
        baseUrl: server.url,
        device: { id: newId(), name, platform: "linux" },
        clock: systemClock,
        random: Math.random,
        openSocket: globalWebSocket,
        ...(onChunks && { onChunks }),
      });
    const sending = await device((chunks) => fromA.announce(chunks));
    const fromA = channel(sending, "a");
    const toB = channel(b, "b", (chunks) => b.remote.prefetch(chunks));
    let open = 0;
    const count = ({ type }: PushMessage): void => void (open += Number(type === "open"));
    const running = [fromA.run(count, stop.signal), toB.run(count, stop.signal)];
    await expect.poll(() => open, { timeout: 60_000 }).toBe(2);
    const bytes = randomBytes(48 * MiB);
    const sent = await sending.remote.send("big", await sending.write("big", bytes), { signal });
    await expect.poll(() => b.files.listPartials(), { timeout: 60_000 }).toHaveLength(sent.chunks.length);
    const node = await create(sending, "early", sent);
    b.wire.reset();
    await b.remote.fetch(fileOf(node), "early", null, { signal });
    expect(b.wire.down).toBeLessThan(MiB);
    expect(await b.files.listPartials()).toEqual(["early"]);
    await b.files.place("early", "early", null);
    expect((await readFile(join(b.root, "early"))).equals(bytes)).toBe(true);
    stop.abort();
    await Promise.all(running);
  });
});
