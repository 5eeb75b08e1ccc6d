import { describe, expect, it } from "vitest";
import { NetworkError } from "../../../client/http-errors.ts";
import { systemClock } from "../../../client/ports/system-clock.ts";
import { newId } from "../../../protocol/new-id.ts";
import { seededBytes } from "../support/vector-input.ts";
import { UploadServer } from "./support/upload-server.ts";
import { UploadTab } from "./support/upload-tab.ts";

const MiB = 1024 * 1024;

function setUp(): { server: UploadServer; tab: UploadTab } {
  const server = new UploadServer();
  return { server, tab: new UploadTab(server) };
}

describe("the upload engine", () => {
  it("[B11] makes files and the folders they need, many in a commit, and tells of their nodes", async () => {
    const server = new UploadServer();
    // Time as it is: of the hundredth of it a busy machine takes all for one file.
    const tab = new UploadTab(server, systemClock);
    const uploads = Array.from({ length: 300 }, (_, i) => tab.upload(`top/d${i % 7}/f${i}`, `file ${i}`));
    tab.engine.add(uploads);
    await tab.settled();
    expect(Object.keys(server.files()).sort()).toEqual(
      uploads.map(({ path, name }) => [...path, name].join("/")).sort(),
    );
    expect(server.commits.reduce((sum, count) => sum + count, 0)).toBe(300 + 8);
    expect(server.commits.length).toBeLessThan(12);
    expect(new Set(tab.nodes.map(({ id }) => id)).size).toBe(308);
    expect(tab.kept.size).toBe(0);
    expect(server.open.size).toBe(0);
  });

  it("[B11] makes empty folders, and takes those that are there", async () => {
    const { server, tab } = setUp();
    tab.add("a/one", "1");
    await tab.settled();
    const folders = () => [...server.space.nodes.values()].filter(({ type }) => type === "folder").length;
    expect(folders()).toBe(2);
    tab.add("a", "", { kind: "folder" });
    tab.add("a/b", "", { kind: "folder" });
    await tab.settled();
    expect(folders()).toBe(3);
    expect([...tab.items.values()].every(({ state, node }) => state === "done" && node !== null)).toBe(true);
  });

  it("[B11] streams large files in bounded packs, and counts the bytes that the server has", async () => {
    const { server, tab } = setUp();
    const bytes = seededBytes(1, 20 * MiB);
    const id = tab.add("large", bytes);
    const seen: number[] = [];
    server.before = () => void seen.push(tab.items.get(id)?.sent ?? 0);
    await tab.settled();
    expect(server.files()).toEqual({ large: 1 });
    expect(server.space.nodes.get(id)?.size).toBe(20 * MiB);
    expect(server.received).toBe(20 * MiB);
    expect(tab.items.get(id)?.sent).toBe(20 * MiB);
    expect(seen.every((sent, i) => i === 0 || sent >= (seen[i - 1] ?? 0))).toBe(true);
  });

  it("[B11] a new tab goes on where the last one ended: chunks that were sent are not sent again", async () => {
    const { server, tab } = setUp();
    const bytes = seededBytes(2, 24 * MiB);
    const upload = tab.upload("large", bytes);
    let packs = 0;
    server.before = (route) => (route === "pack" && ++packs > 4 ? new Promise(() => undefined) : undefined);
    tab.engine.add([upload]);
    await expect.poll(() => packs).toBeGreaterThan(4);
    const sent = server.received;
    expect(sent).toBeGreaterThan(4 * MiB);

    server.before = () => undefined;
    const next = new UploadTab(server);
    next.blobs.set(upload.id, new Blob([bytes as Uint8Array<ArrayBuffer>]));
    next.engine.add([upload]);
    await next.settled();
    expect(next.state(upload.id)).toBe("done");
    expect(server.received).toBe(24 * MiB);
  });

  it("[B11] a file that was changed before it is read goes up as it is then, with its present time", async () => {
    const server = new UploadServer();
    const tab = new UploadTab(server);
    const changed = new File(["longer than before"], "log.txt", { lastModified: 5_000 });
    const grown = new File([new Uint8Array(2 * 1024 * 1024)], "grown.bin", { lastModified: 6_000 });
    const log = tab.upload("log.txt", "short");
    const bin = tab.upload("grown.bin", "small");
    tab.blobs.set(log.id, () => Promise.resolve(changed));
    tab.blobs.set(bin.id, () => Promise.resolve(grown));
    tab.engine.add([log, bin]);
    await tab.settled();
    expect(tab.items.get(log.id)).toMatchObject({ size: 18, sent: 18, mtime: 5_000 });
    expect(tab.items.get(log.id)?.node).toMatchObject({ size: 18, mtime: 5_000 });
    expect(tab.items.get(bin.id)?.node).toMatchObject({ size: grown.size, mtime: 6_000 });
  });

  it("[B11] an item whose answer was lost is not made twice", async () => {
    const { server, tab } = setUp();
    server.losesAnswers = 1;
    const id = tab.add("a/f", "text");
    await tab.settled();
    expect(tab.state(id)).toBe("done");
    expect(server.files()).toEqual({ "a/f": 1 });
    expect(tab.nodes.some((node) => node.id === id)).toBe(true);
  });

  it("[B11] one file's error stops no other, and says what it is", async () => {
    const { server, tab } = setUp();
    const bad = tab.add("bad\u0000name", "x");
    const good = tab.add("good", "y");
    const gone = tab.upload("gone", "z");
    tab.blobs.set(gone.id, () => Promise.reject(new DOMException("moved", "NotReadableError")));
    const lost = tab.upload("lost", "z");
    tab.blobs.set(lost.id, () => Promise.resolve(null));
    tab.engine.add([gone, lost]);
    await tab.settled();
    expect(tab.items.get(bad)).toMatchObject({ state: "failed", problem: { code: "invalid_name" } });
    expect(tab.state(good)).toBe("done");
    expect(tab.items.get(gone.id)).toMatchObject({ state: "lost", problem: { code: "unreadable" } });
    expect(tab.state(lost.id)).toBe("lost");
    expect(server.files()).toEqual({ good: 1 });

    tab.blobs.set(lost.id, new Blob(["z"]));
    tab.engine.retry([lost.id]);
    await tab.settled();
    expect(tab.state(lost.id)).toBe("done");
  });

  it("[B11] what fits into the quota goes up beside what does not", async () => {
    const { server, tab } = setUp();
    server.quota = 4 * MiB;
    const large = tab.add("large", seededBytes(3, 8 * MiB));
    const small = tab.add("small", seededBytes(4, 10_000));
    await tab.settled();
    expect(tab.items.get(large)).toMatchObject({ state: "failed", problem: { code: "over_quota" } });
    expect(tab.state(small)).toBe("done");
    server.quota = 100 * MiB;
    tab.engine.retry([large]);
    await tab.settled();
    expect(tab.state(large)).toBe("done");
  });

  it("[B11] a target that is gone fails; a folder on the way that is gone is made again", async () => {
    const { server, tab } = setUp();
    const lost = tab.add("f", "x", { folder: newId() });
    tab.add("a/one", "1");
    await tab.settled();
    expect(tab.items.get(lost)).toMatchObject({ state: "failed", problem: { code: "parent_not_found" } });
    const folder = [...server.space.nodes.values()].find(({ name }) => name === "a");
    await server.api.commit([{ type: "trash", node: folder?.id ?? "" }]);
    const two = tab.add("a/two", "2");
    await tab.settled();
    expect(tab.state(two)).toBe("done");
  });

  it("[B12] pauses, resumes and cancels one by one; what is cancelled leaves nothing", async () => {
    const { server, tab } = setUp();
    server.before = () => new Promise((resolve) => setTimeout(resolve, 5));
    const paused = tab.add("paused", seededBytes(5, 10 * MiB));
    const cancelled = tab.add("cancelled", seededBytes(6, 10 * MiB));
    const other = tab.add("other", "x");
    await tab.until(() => tab.state(paused) === "sending");
    tab.engine.pause([paused]);
    tab.engine.cancel([cancelled]);
    await tab.settled();
    expect(tab.state(paused)).toBe("paused");
    expect(tab.kept.get(paused)?.isPaused).toBe(true);
    expect(tab.items.has(cancelled)).toBe(false);
    expect(tab.state(other)).toBe("done");
    expect(server.files()).toEqual({ other: 1 });
    tab.engine.resume([paused]);
    await tab.settled();
    expect(server.files()).toEqual({ other: 1, paused: 1 });
    await expect.poll(() => server.open.size).toBe(0);
  });

  it("[B12] is sent back when the connection goes, and goes on by itself when it is there again", async () => {
    const { server, tab } = setUp();
    let fails = 3;
    server.before = (route) => {
      if (route !== "open" && fails-- > 0) throw new NetworkError("no connection");
    };
    const ids = [tab.add("a", "text"), tab.add("b", seededBytes(7, 3 * MiB))];
    await tab.settled();
    expect(ids.map((id) => tab.state(id))).toEqual(["done", "done"]);
    expect(tab.stalls[0]).toMatchObject({ code: "network" });
    expect(tab.stalls.at(-1)).toBe(null);

    tab.engine.setOnline(false);
    const waiting = tab.add("c", "text");
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(tab.state(waiting)).toBe("waiting");
    tab.engine.setOnline(true);
    await tab.settled();
    expect(tab.state(waiting)).toBe("done");
  });

  it("[B11] a large file waits as soon as the line is cut, in place of being read to its end first", async () => {
    const { server, tab } = setUp();
    let asked = 0;
    server.before = () => {
      if (tab.stalls.length > 0) return;
      asked++;
      throw new NetworkError("no connection");
    };
    const id = tab.add("large", seededBytes(9, 100 * MiB));
    await tab.until(() => tab.stalls.length > 0);
    expect(asked).toBeLessThan(5);
    await tab.settled();
    expect(tab.state(id)).toBe("done");
    expect(server.received).toBe(100 * MiB);
  });

  it("[B13] a taken name waits for an answer; each choice does what it says", async () => {
    const { server, tab } = setUp();
    for (const name of ["a", "b", "c"]) tab.add(name, `old ${name}`);
    await tab.settled();
    const [a, b, c] = ["a", "b", "c"].map((name) => tab.add(name, `new ${name}`)) as [string, string, string];
    const same = tab.add("a", "old a");
    await tab.settled();
    expect([a, b, c].map((id) => tab.state(id))).toEqual(["conflict", "conflict", "conflict"]);
    expect(tab.items.get(a)?.existing?.name).toBe("a");
    // What is there already, byte for byte, needs no decision.
    expect(tab.state(same)).toBe("done");
    expect(server.files()).toEqual({ a: 1, b: 1, c: 1 });
    tab.engine.resolve([a], "rename");
    tab.engine.resolve([b], "replace");
    tab.engine.resolve([c], "skip");
    await tab.settled();
    expect(server.files()).toEqual({ a: 1, "a (2)": 1, b: 2, c: 1 });
    expect(tab.items.has(c)).toBe(false);
  });

  it("[B14] a save is based on its version; a newer one asks, and neither is lost", async () => {
    const { server, tab } = setUp();
    const file = tab.add("plan.md", "one");
    await tab.settled();
    tab.add("plan.md", "two", { kind: "save", base: { node: file, version: 1 } });
    await tab.settled();
    expect(server.files()).toEqual({ "plan.md": 2 });
    const [both, over] = ["three", "four"].map((text) =>
      tab.add("plan.md", text, { kind: "save", base: { node: file, version: 1 } }),
    ) as [string, string];
    await tab.settled();
    expect([both, over].map((id) => tab.state(id))).toEqual(["conflict", "conflict"]);
    expect(tab.items.get(both)?.existing?.version).toBe(2);
    tab.engine.resolve([both], "rename");
    tab.engine.resolve([over], "replace");
    await tab.settled();
    expect(server.files()).toEqual({ "plan.md": 3, "plan (2).md": 1 });
  });
});
