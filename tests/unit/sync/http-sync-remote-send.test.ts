import { appendFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { NetworkError } from "../../../client/http-errors.ts";
import { ReplicaChanged } from "../../../client/ports/replica-files.ts";
import { contentId } from "../../../protocol/content.ts";
import { newId } from "../../../protocol/new-id.ts";
import { decodePack } from "../../../protocol/pack-frame.ts";
import { seededBytes as random } from "../support/vector-input.ts";
import { framesOf, problem, refsOf } from "./support/fake-http-server.ts";
import { ManualClock, settle } from "./support/manual-clock.ts";
import { remoteRig, type RemoteRig } from "./support/remote-rig.ts";

const MiB = 1024 * 1024;
const signal = new AbortController().signal;

let rig: RemoteRig;
beforeEach(async () => {
  rig = await remoteRig();
});
afterEach(() => rig.dispose());

/** A rig in which nothing is sent off because others took long to be read. */
async function standStill(): Promise<void> {
  await rig.dispose();
  rig = await remoteRig({ clock: new ManualClock() });
}

async function commit(): Promise<void> {
  await rig.remote.commit([{ type: "createFolder", parent: newId(), name: "any" }], { operationId: newId(), signal });
}

describe("sending files to the server", () => {
  it("[U10] costs a small edit one request and its commit, leaves nothing open, and never waits", async () => {
    // Whatever waits for time waits for ever.
    await standStill();
    const stamp = await rig.write("a", "hello");
    const sent = await rig.remote.send("a", stamp, { signal });
    const chunks = refsOf(new TextEncoder().encode("hello"));
    expect(sent).toEqual({ content: contentId(chunks), chunks, stamp });
    await commit();
    expect(rig.server.requests).toEqual(["GET /limits", "POST /chunks", "POST /commits"]);
    // Sent before: the server is asked, not sent it in vain.
    await rig.remote.send("a", stamp, { signal });
    expect(rig.server.requests.slice(3)).toEqual(["POST /uploads"]);
    expect(rig.server.open.size).toBe(0);
    rig.server.held.clear();
    await rig.remote.send("a", stamp, { signal });
    expect(rig.server.held.size).toBe(1);
  });

  it("[U10] sends an edit that is small but for what the server has as one, whatever came before", async () => {
    const bytes = random(1, 2 * MiB);
    for (const { id, bytes: chunk } of framesOf(bytes)) rig.server.held.set(id, chunk);
    await rig.remote.send("large", await rig.write("large", bytes), { signal });
    await rig.remote.send("small", await rig.write("small", "small"), { signal });
    expect(rig.server.requests).toEqual(["GET /limits", "POST /uploads", "POST /chunks"]);
  });

  it("[U1] has its uploads closed by the commit that follows", async () => {
    await Promise.all(
      [1, 2, 3].map(async (seed) =>
        rig.remote.send(`f${seed}`, await rig.write(`f${seed}`, random(seed, 2 * MiB)), { signal }),
      ),
    );
    expect(rig.server.open.size).toBeGreaterThan(0);
    rig.server.instead = ({ route }) => (route === "POST /commits" ? problem("forbidden") : null);
    await expect(commit()).rejects.toMatchObject({ code: "forbidden" });
    expect(rig.server.open.size).toBeGreaterThan(0);
    rig.server.instead = () => null;
    await commit();
    expect(rig.server.open.size).toBe(0);
    expect(rig.server.count("DELETE /uploads/ID")).toBe(0);
  });

  it.each(["when a while has passed", "when all ends"])("[U1] closes uploads %s where no commit came", async (when) => {
    await rig.dispose();
    const clock = new ManualClock();
    const stop = new AbortController();
    rig = await remoteRig({ clock, signal: stop.signal });
    await rig.remote.send("f", await rig.write("f", random(1, MiB)), { signal });
    expect(rig.server.open.size).toBe(1);
    if (when === "when all ends") stop.abort(new Error("over"));
    else await clock.advance(60_000);
    await expect.poll(() => rig.server.open.size).toBe(0);
    expect(rig.server.count("DELETE /uploads/ID")).toBe(1);
  });

  it("lets many files share announcements and packs, and counts each one's bytes", async () => {
    await standStill();
    const stamps = await Promise.all(
      Array.from({ length: 200 }, (_, i) => rig.write(`f${i}`, random(i + 1, 5000 + i))),
    );
    const bytes = stamps.map(() => 0);
    await Promise.all(
      stamps.map((stamp, i) => rig.remote.send(`f${i}`, stamp, { signal, onBytes: (more) => (bytes[i]! += more) })),
    );
    // Some that are read last may go unannounced.
    const carrying = rig.server.count("POST /uploads/ID/packs") + rig.server.count("POST /chunks");
    expect(carrying).toBeLessThanOrEqual(3);
    expect(rig.server.count("POST /uploads")).toBeLessThanOrEqual(3);
    expect(bytes).toEqual(stamps.map(({ size }) => size));
    expect(rig.server.held.size).toBe(200);
  });

  it("sends a large file's chunks and an empty file's none", async () => {
    const bytes = random(7, 20 * MiB);
    const stamp = await rig.write("large", bytes);
    const empty = await rig.write("empty", "");
    const [large, none] = await Promise.all([
      rig.remote.send("large", stamp, { signal }),
      rig.remote.send("empty", empty, { signal }),
    ]);
    expect(large.chunks).toEqual(refsOf(bytes));
    expect(large.chunks.every(({ id }) => rig.server.held.has(id))).toBe(true);
    expect(rig.remembered.has(large.content)).toBe(true);
    expect(none).toMatchObject({ chunks: [], content: contentId([]) });
  });

  it.each([1000, 3 * MiB])(
    "[Y17] refuses a file of %i bytes that is not, or does not stay, the expected",
    async (size) => {
      const stamp = await rig.write("f", random(1, size));
      await appendFile(join(rig.root, "f"), "x");
      await expect(rig.remote.send("f", stamp, { signal })).rejects.toBeInstanceOf(ReplicaChanged);
      await expect(rig.remote.hash("f", stamp, { signal })).rejects.toBeInstanceOf(ReplicaChanged);
      expect(rig.server.requests).not.toContain("POST /uploads");

      const now = await rig.write("f", random(2, size));
      rig.overrides.openRead = async (path) => {
        const handle = await rig.files.openRead(path);
        return {
          ...handle,
          close: () => handle.close(),
          read: async (buffer, position) => {
            const got = await handle.read(buffer, position);
            // Of the same size, in the middle of being read.
            if (position === 0) await rig.write("f", random(3, size));
            return got;
          },
        };
      };
      await expect(rig.remote.send("f", now, { signal })).rejects.toBeInstanceOf(ReplicaChanged);
      const again = await rig.files.stat("f");
      await expect(rig.remote.hash("f", again!, { signal })).rejects.toBeInstanceOf(ReplicaChanged);
      delete rig.overrides.openRead;
      await rm(join(rig.root, "f"));
      await expect(rig.remote.send("f", again!, { signal })).rejects.toBeInstanceOf(ReplicaChanged);
    },
  );

  it.each([
    ["unannounced", 300],
    ["announced", 10_000],
  ])("[Y21] fails alone what the server refuses, %s, and goes on", async (how, size) => {
    await standStill();
    const stamps = await Promise.all(Array.from({ length: 40 }, (_, i) => rig.write(`f${i}`, random(i + 1, size))));
    const [bad] = framesOf(random(18, size));
    rig.server.instead = ({ route, bytes }) => {
      const isBad = Buffer.from(bytes).includes(Buffer.from(bad!.id, "hex"));
      const carries = route === "POST /uploads/ID/packs" || route === "POST /chunks";
      return carries && isBad ? problem("hash_mismatch") : null;
    };
    const outcomes = await Promise.allSettled(stamps.map((stamp, i) => rig.remote.send(`f${i}`, stamp, { signal })));
    expect(outcomes.flatMap(({ status }, i) => (status === "rejected" ? [i] : []))).toEqual([17]);
    expect(outcomes[17]).toMatchObject({ reason: { code: "hash_mismatch" } });
    expect(rig.server.count("POST /uploads") > 0).toBe(how === "announced");
    // What failed leaves no reservation behind.
    await commit();
    await expect.poll(() => rig.server.open.size).toBe(0);
  });

  it.each([
    ["unannounced", 1000],
    ["announced", 30_000],
  ])("[I9] fits in what the quota still takes, %s", async (how, size) => {
    await standStill();
    const stamps = await Promise.all(Array.from({ length: 16 }, (_, i) => rig.write(`f${i}`, random(i + 1, size))));
    rig.server.instead = ({ route, json, bytes }) => {
      if (route !== "POST /uploads" && route !== "POST /chunks") return null;
      const sent = route === "POST /chunks" ? decodePack(bytes) : (json["chunks"] as { id: string }[]);
      if ("code" in sent) throw new Error(sent.detail);
      const missing = sent.filter(({ id }) => !rig.server.held.has(id));
      return rig.server.held.size + missing.length > 10 ? problem("over_quota") : null;
    };
    const outcomes = await Promise.allSettled(stamps.map((stamp, i) => rig.remote.send(`f${i}`, stamp, { signal })));
    expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(10);
    const refused = outcomes.filter((outcome) => outcome.status === "rejected");
    for (const { reason } of refused) expect(reason).toMatchObject({ code: "over_quota" });
    expect(rig.server.count("POST /uploads") > 0).toBe(how === "announced");
  });

  it("fails what was under way when the server is away, and sends again later", async () => {
    const stamp = await rig.write("f", "f");
    rig.server.instead = ({ route }) => {
      if (route === "POST /chunks") throw new TypeError("fetch failed");
      return null;
    };
    await expect(rig.remote.send("f", stamp, { signal })).rejects.toBeInstanceOf(NetworkError);
    rig.server.instead = () => null;
    await rig.remote.send("f", stamp, { signal });
    expect(rig.server.held.size).toBe(1);
  });

  it("asks for the limits again where the server was away", async () => {
    const stamp = await rig.write("f", "f");
    rig.server.instead = ({ route }) => (route === "GET /limits" ? problem("unauthenticated") : null);
    await expect(rig.remote.send("f", stamp, { signal })).rejects.toMatchObject({ code: "unauthenticated" });
    rig.server.instead = () => null;
    await rig.remote.send("f", stamp, { signal });
  });

  it("lets a small file overtake a large one that is stuck, and be aborted itself", async () => {
    const large = await rig.write("large", random(5, 40 * MiB));
    const small = await rig.write("small", "small");
    const other = await rig.write("other", "other");
    let release = (): void => undefined;
    const stuck = new Promise<null>((resolve) => (release = () => resolve(null)));
    rig.server.instead = ({ route, bytes }) =>
      route === "POST /uploads/ID/packs" && bytes.length > MiB ? stuck : null;
    const sending = rig.remote.send("large", large, { signal });
    await expect.poll(() => rig.server.count("POST /uploads/ID/packs")).toBeGreaterThan(0);
    await rig.remote.send("small", small, { signal });

    rig.server.instead = ({ route }) => (route === "POST /chunks" ? stuck : null);
    const stop = new AbortController();
    const aborted = rig.remote.send("other", other, { signal: stop.signal });
    await expect.poll(() => rig.server.count("POST /chunks")).toBeGreaterThan(1);
    stop.abort(new Error("not wanted any more"));
    await expect(aborted).rejects.toThrow("not wanted any more");
    release();
    await sending;
  });

  it("tells a large file's chunks as soon as the server has them, those that it had before never", async () => {
    await rig.dispose();
    const told: string[] = [];
    rig = await remoteRig({ onStored: (chunks) => told.push(...chunks.map(({ id }) => id)) });
    const bytes = random(9, 40 * MiB);
    const frames = framesOf(bytes);
    for (const { id, bytes: chunk } of frames.slice(0, 5)) rig.server.held.set(id, chunk);
    await rig.remote.send("medium", await rig.write("medium", random(8, 20 * MiB)), { signal });
    expect(told).toEqual([]);
    await rig.remote.send("large", await rig.write("large", bytes), { signal });
    expect(told.toSorted()).toEqual(
      frames
        .slice(5)
        .map(({ id }) => id)
        .toSorted(),
    );
  });

  it("[Y21] gives signs of life while it waits for the bandwidth that it was given", async () => {
    await rig.dispose();
    const clock = new ManualClock();
    rig = await remoteRig({ clock, uploadBytesPerSecond: 100_000 });
    const first = await rig.write("first", random(1, MiB));
    const second = await rig.write("second", "second");
    await rig.remote.send("first", first, { signal });
    let signs = 0;
    let isSent = false;
    const sent = rig.remote.send("second", second, { signal, onBytes: () => signs++ }).then(() => (isSent = true));
    await clock.advance(9_000);
    await settle();
    expect(isSent).toBe(false);
    await clock.advance(3_000);
    await sent;
    expect(signs).toBeGreaterThan(0);
  });

  it("hashes to the content id, and sends nothing", async () => {
    for (const size of [0, 1, 300_000, 5 * MiB]) {
      const bytes = random(size + 1, size);
      const stamp = await rig.write("f", bytes);
      const hashed = await rig.remote.hash("f", stamp, { signal });
      expect(hashed).toEqual({ content: contentId(refsOf(bytes)), stamp });
    }
    expect(rig.server.requests).toEqual([]);
  });
});
