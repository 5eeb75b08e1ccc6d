import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Api } from "../../../client/api.ts";
import { HttpClient } from "../../../client/http.ts";
import { nodeHashing } from "../../../client/ports/node-hashing.ts";
import { NodeReplicaFiles } from "../../../client/ports/node-replica-files.ts";
import { openReplica } from "../../../client/ports/replica-link.ts";
import { EarlyChunks } from "../../../client/sync/transfer/early-chunks.ts";
import { makeInput } from "../support/vector-input.ts";
import { FakeHttpServer, refsOf } from "./support/fake-http-server.ts";
import { ManualClock } from "./support/manual-clock.ts";

const MiB = 1024 * 1024;
const HOUR = 3_600_000;
const bytes = makeInput({ kind: "xorshift32", seed: 21, length: 16 * MiB });
const chunks = refsOf(bytes);
const { signal } = new AbortController();

let root: string;
let files: NodeReplicaFiles;
/** Partial files that were written and closed. */
let closed: number;
const server = new FakeHttpServer();
const clock = new ManualClock();
server.file(bytes);

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "ledge-early-"));
  const opened = await openReplica(root);
  files = new NodeReplicaFiles(opened.root, opened.id);
  closed = 0;
  const open = files.openPartial.bind(files);
  files.openPartial = async (name) => {
    const handle = await open(name);
    const close = (): Promise<void> => handle.close().then(() => void closed++);
    return { ...handle, close };
  };
});
afterEach(() => rm(root, { recursive: true, force: true }));

function early(keptBytes?: number): EarlyChunks {
  const api = new Api(new HttpClient({ baseUrl: "http://x", clock, random: () => 0, fetch: server.fetch }));
  return new EarlyChunks({ api, files, hashing: nodeHashing, clock, pace: async () => undefined, signal, keptBytes });
}

const names = async (): Promise<string[]> => (await files.listPartials()).toSorted();
const namesOf = (some: readonly { id: string }[]): string[] => some.map(({ id }) => `chunk-${id}`).toSorted();

describe("chunks that are fetched early", () => {
  it("[D8] are dropped, the oldest first, where they would take too much room", async () => {
    const room = chunks.slice(-3).reduce((sum, { size }) => sum + size, 0);
    const kept = early(room);
    for (const chunk of chunks) {
      kept.want([chunk]);
      await expect.poll(names).toContain(`chunk-${chunk.id}`);
    }
    expect(await names()).toEqual(namesOf(chunks.slice(-3)));
  });

  it("[D8] are dropped after a day, also by another run", async () => {
    const first = early();
    first.want(chunks.slice(0, 1));
    // A chunk is as old as its writing, which ends after its file is there.
    await expect.poll(() => closed).toBe(1);
    expect(await names()).toHaveLength(1);
    await clock.advance(23 * HOUR);
    first.want(chunks.slice(1, 2));
    await expect.poll(() => closed).toBe(2);
    expect(await names()).toHaveLength(2);
    await clock.advance(2 * HOUR);
    first.want(chunks.slice(2, 3));
    await expect.poll(names).toEqual(namesOf(chunks.slice(1, 3)));
    // What the disk says of their age is the system's time, which is far after this clock's: to it they are new.
    await clock.advance(Date.now() - clock.now() + 25 * HOUR);
    early().want([]);
    await expect.poll(names).toEqual([]);
  });
});
