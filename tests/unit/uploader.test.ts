import { setTimeout as sleep } from "node:timers/promises";
import { appendFile, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Api } from "../../client/api.ts";
import type { FileSystem } from "../../client/ports/file-system.ts";
import { nodeFileSystem } from "../../client/ports/node-file-system.ts";
import { nodeHashing } from "../../client/ports/node-hashing.ts";
import { fillPacks } from "../../client/upload/fill-packs.ts";
import { Uploader, type UploadIssue, type UploadSummary } from "../../client/upload/uploader.ts";
import { LedgeError } from "../../protocol/errors.ts";
import { newId } from "../../protocol/new-id.ts";
import { LIMITS } from "../../protocol/limits.ts";
import { decodePack } from "../../protocol/pack-frame.ts";
import type { PackReceipt } from "../../protocol/upload.ts";
import type { Node, Operation, OperationInput, OperationResult } from "../../protocol/tree.ts";
import { seededBytes as random } from "./support/vector-input.ts";

let work: string;
beforeEach(async () => {
  work = await mkdtemp(join(tmpdir(), "ledge-uploader-"));
});
afterEach(() => rm(work, { recursive: true, force: true }));

/** Holds chunks and answers commits as the server's rules say, as far as the uploader sees. */
class FakeServer {
  readonly held = new Set<string>();
  readonly operations: OperationInput[] = [];
  readonly packs: number[] = [];
  /** Routes asked that carry or announce chunks, or commit. */
  readonly requests: string[] = [];
  /** Uploads that have a row. */
  readonly open = new Set<string>();
  /** What every folder holds that is listed. */
  there: Partial<Node>[] = [];
  /** Operations fail with this. */
  refusal: string | null = null;
  /** Chunks that vanish once, just before the first commit. */
  vanish = false;
  readonly sending = new Set<string>();
  readonly closed: string[] = [];
  beforePack: (signal?: AbortSignal) => Promise<void> = () => Promise.resolve();
  /** What an opening that was begun takes, whatever becomes of its client. */
  beforeOpen: () => Promise<void> = () => Promise.resolve();
  quota = Number.POSITIVE_INFINITY;

  get api(): Api {
    const fake: Pick<Api, "foldersPage" | "openUpload" | "closeUpload" | "sendPack" | "sendChunks" | "commit"> = {
      foldersPage: (folders) => {
        const nodes = this.there.map((node) => ({ ...node, parent: folders[0] }) as Node);
        return Promise.resolve({ nodes, next: null, changesCursor: "" });
      },
      closeUpload: (id, signal) => {
        expect(signal?.aborted).toBe(false);
        this.closed.push(id);
        this.open.delete(id);
        return Promise.resolve();
      },
      openUpload: async (id, chunks, signal) => {
        this.requests.push("open");
        await this.beforeOpen();
        const missing = chunks.filter(({ id }) => !this.held.has(id));
        const bytes = missing.reduce((sum, { size }) => sum + size, 0);
        if (bytes > this.quota) throw new LedgeError("over_quota");
        if (missing.length > 0) this.open.add(id);
        signal?.throwIfAborted();
        return { upload: id, space: newId(), missing: missing.map(({ id }) => id), reserved: bytes, expiresAt: 0 };
      },
      sendPack: async (upload, pack, signal) => {
        this.requests.push("pack");
        this.sending.add(upload);
        await this.beforePack(signal);
        return this.#take(pack);
      },
      sendChunks: async (pack, signal) => {
        this.requests.push("chunks");
        await this.beforePack(signal);
        if (pack.length > this.quota) throw new LedgeError("over_quota");
        return this.#take(pack);
      },
      commit: (operations, options) => {
        const closeUploads = options?.closeUploads ?? [];
        this.requests.push("commit");
        expect(closeUploads.length).toBeLessThanOrEqual(LIMITS.closedUploads);
        if (this.vanish) this.held.clear();
        this.vanish = false;
        const results = operations.map((operation) => this.#carryOut(operation as Operation));
        if (results.some(({ ok }) => ok)) for (const id of closeUploads) this.open.delete(id);
        return Promise.resolve({ space: newId(), seq: 1, cursor: "", replayed: false, results });
      },
    };
    return fake as Api;
  }

  #take(pack: Uint8Array): PackReceipt {
    const frames = decodePack(new Uint8Array(pack));
    if ("code" in frames) throw new Error(frames.detail);
    const stored = new Set(frames.map(({ id }) => id).filter((id) => !this.held.has(id))).size;
    for (const { id, bytes } of frames) {
      if (nodeHashing.sha256(bytes) !== id) throw new Error("hash_mismatch");
      this.held.add(id);
    }
    this.packs.push(pack.length);
    return { accepted: frames.length, stored, storedBytes: pack.length, expiresAt: 0 };
  }

  #carryOut(operation: Operation): OperationResult {
    if (this.refusal !== null) return { ok: false, code: this.refusal, detail: "refused" };
    if (operation.type === "createFile") {
      const missing = operation.chunks.map(({ id }) => id).filter((id) => !this.held.has(id));
      if (missing.length > 0) return { ok: false, code: "chunks_missing", detail: "missing", missing };
    }
    this.operations.push(operation);
    const id = "id" in operation && operation.id ? operation.id : newId();
    return { ok: true, node: { id } as Node };
  }
}

function uploaderOf(
  server: FakeServer,
  files: FileSystem,
  onIssue: (issue: UploadIssue) => void,
  signal?: AbortSignal,
): Uploader {
  return new Uploader(LIMITS, {
    api: server.api,
    files,
    hashing: nodeHashing,
    onConflict: "replace",
    followSymlinks: false,
    checksum: false,
    onIssue,
    signal,
  });
}

async function put(
  server: FakeServer,
  path: string,
  files: FileSystem = nodeFileSystem,
  name: string | null = "top",
): Promise<{ summary: UploadSummary; issues: UploadIssue[] }> {
  const issues: UploadIssue[] = [];
  const uploader = uploaderOf(server, files, (issue) => issues.push(issue));
  const summary = await uploader.run([{ path, parent: { id: newId(), exists: true }, name, existing: null }]);
  return { summary, issues };
}

describe("the uploader", () => {
  it("[I2] commits folders before what is in them, and files after their chunks", async () => {
    await mkdir(join(work, "a", "b"), { recursive: true });
    await writeFile(join(work, "a", "b", "small"), "small");
    await writeFile(join(work, "a", "empty"), "");
    await writeFile(join(work, "large"), random(1, 20_000_000));
    const server = new FakeServer();
    const { summary } = await put(server, work);
    expect(summary).toMatchObject({
      files: 3,
      folders: 3,
      failed: 0,
      bytes: 20_000_005,
      held: 20_000_005,
      sent: 20_000_005,
    });
    const names = server.operations.map((operation) => ("name" in operation ? operation.name : ""));
    expect(names).toEqual(["top", "a", "b", "small", "empty", "large"]);
    expect(Math.max(...server.packs)).toBeLessThanOrEqual(LIMITS.packBytes);
  });

  it("sends equal chunks once", async () => {
    for (const name of ["x", "y", "z"]) await writeFile(join(work, name), random(2, 3_000_000));
    const { summary } = await put(new FakeServer(), work);
    expect(summary).toMatchObject({ files: 3, bytes: 9_000_000, held: 9_000_000, sent: 3_000_000 });
  });

  it("[T10] sends again what the server no longer holds at the commit", async () => {
    await writeFile(join(work, "f"), random(3, 2_000_000));
    const server = new FakeServer();
    server.vanish = true;
    const { summary } = await put(server, work);
    expect(summary).toMatchObject({ files: 1, failed: 0, sent: 4_000_000 });
  });

  it("[I9] stops where the quota does not hold it, with the server's error", async () => {
    await writeFile(join(work, "f"), random(4, 2_000_000));
    const server = new FakeServer();
    server.quota = 1000;
    await expect(put(server, work)).rejects.toMatchObject({ code: "over_quota" });
  });

  it("[U1] closes its open uploads when it is stopped or fails, and no others", async () => {
    await writeFile(join(work, "f"), random(5, 2_000_000));
    await writeFile(join(work, "g"), random(6, 40_000_000));
    const source = { path: work, parent: { id: newId(), exists: true }, name: "top", existing: null };
    const stopped = new FakeServer();
    const interrupt = new AbortController();
    stopped.beforePack = (signal) =>
      new Promise((_, reject) => {
        signal?.addEventListener("abort", () => reject(signal.reason as Error), { once: true });
        interrupt.abort(new Error("Ctrl-C"));
      });
    const uploader = uploaderOf(stopped, nodeFileSystem, () => undefined, interrupt.signal);
    await expect(uploader.run([source])).rejects.toThrow("Ctrl-C");
    expect(stopped.closed).toEqual(expect.arrayContaining([...stopped.sending]));
    expect(stopped.sending.size).toBeGreaterThan(0);
    const failing = new FakeServer();
    failing.beforePack = () =>
      failing.packs.length >= 2 ? Promise.reject(new LedgeError("internal")) : Promise.resolve();
    await expect(put(failing, work)).rejects.toMatchObject({ code: "internal" });
    expect(failing.closed.length).toBeGreaterThan(0);
    const well = new FakeServer();
    await put(well, work);
    expect(well.closed).toEqual([]);
    expect(well.open.size).toBe(0);
    expect(well.requests).toContain("open");
  });

  it("[U1] closes an upload that the server was just opening when it was stopped", async () => {
    await writeFile(join(work, "f"), random(5, 2_000_000));
    const server = new FakeServer();
    const interrupt = new AbortController();
    server.beforeOpen = () => {
      interrupt.abort(new Error("Ctrl-C"));
      return sleep(100);
    };
    const source = { path: join(work, "f"), parent: { id: newId(), exists: true }, name: "f", existing: null };
    const uploader = uploaderOf(server, nodeFileSystem, () => undefined, interrupt.signal);
    await expect(uploader.run([source])).rejects.toThrow("Ctrl-C");
    expect(server.closed).toHaveLength(1);
    expect(server.open.size).toBe(0);
  });

  it("[U1] closes by itself the uploads that no commit closed", async () => {
    await writeFile(join(work, "f"), random(5, 2_000_000));
    const server = new FakeServer();
    server.refusal = "invalid_name";
    expect((await put(server, join(work, "f"), nodeFileSystem, "f")).summary).toMatchObject({ failed: 1 });
    expect(server.requests).toEqual(["open", "pack", "commit"]);
    expect(server.closed).toHaveLength(1);
    expect(server.open.size).toBe(0);
  });

  it("[U10] sends a small file alone in one request, and commits it in another", async () => {
    await writeFile(join(work, "f"), random(1, 100_000));
    const server = new FakeServer();
    const { summary } = await put(server, join(work, "f"), nodeFileSystem, "f");
    expect(server.requests).toEqual(["chunks", "commit"]);
    expect(summary).toMatchObject({ files: 1, bytes: 100_000, held: 100_000, sent: 100_000 });
    server.quota = 1000;
    await writeFile(join(work, "g"), random(2, 100_000));
    await expect(put(server, join(work, "g"), nodeFileSystem, "g")).rejects.toMatchObject({ code: "over_quota" });
  });

  it("[U10] asks first where the last of what was sent was there already", async () => {
    await writeFile(join(work, "f"), random(1, 16_500_000));
    const server = new FakeServer();
    await put(server, work);
    const { length } = server.requests;
    const { summary } = await put(server, work);
    expect(summary).toMatchObject({ files: 1, held: 16_500_000, sent: 0 });
    expect(server.requests.slice(length)).not.toContain("chunks");
    expect(server.open.size).toBe(0);
  });

  it("reads a file that changes again, and reports one that never rests", async () => {
    const path = join(work, "f");
    await writeFile(path, "begin");
    const changing = (times: number): FileSystem => ({
      ...nodeFileSystem,
      readWhole: async (name) => {
        const whole = await nodeFileSystem.readWhole(name);
        if (times-- <= 0) return whole;
        await appendFile(path, "more");
        return { ...whole, after: (await nodeFileSystem.stat(name)) ?? whole.after };
      },
    });
    const once = await put(new FakeServer(), work, changing(1));
    expect(once.summary).toMatchObject({ files: 1, failed: 0, bytes: 9 });
    const always = await put(new FakeServer(), work, changing(1000));
    expect(always.summary).toMatchObject({ files: 0, failed: 1 });
    expect(always.issues[0]?.message).toContain("changed");
  });

  it("counts what vanishes meanwhile, and does not call it a failure", async () => {
    await mkdir(join(work, "folder"));
    for (const name of ["folder/in", "first", "listed", "opened"]) await writeFile(join(work, name), name);
    await writeFile(join(work, "streamed"), random(7, 2_000_000));
    const gone = async (name: string): Promise<void> => rm(join(work, name), { recursive: true });
    const files: FileSystem = {
      ...nodeFileSystem,
      list: async (path) => {
        if (path.endsWith("folder")) await gone("folder");
        const entries = await nodeFileSystem.list(path);
        await gone("listed");
        return entries;
      },
      openRead: async (path) => {
        if (path.endsWith("streamed")) await rm(path);
        return nodeFileSystem.openRead(path);
      },
      readWhole: async (path) => {
        if (path.endsWith("opened")) await rm(path);
        return nodeFileSystem.readWhole(path);
      },
    };
    const { summary, issues } = await put(new FakeServer(), work, files);
    expect(summary).toMatchObject({ files: 1, vanished: 4, failed: 0 });
    expect(issues.map(({ path }) => path.slice(work.length + 1)).sort((a, b) => (a < b ? -1 : 1))).toEqual([
      "folder",
      "listed",
      "opened",
      "streamed",
    ]);
    expect(new Set(issues.map(({ severity }) => severity))).toEqual(new Set(["vanished"]));
  });

  it("[N2] takes one of several local names that are one name on the server, and reports the others", async () => {
    for (const file of ["CASE", "case", "caf\u00e9", "cafe\u0301"]) await writeFile(join(work, file), file);
    for (const folder of ["DIR", "dir"]) {
      await mkdir(join(work, folder));
      await writeFile(join(work, folder, "f"), folder);
    }
    const named = (server: FakeServer): string[] =>
      server.operations.flatMap((operation) => ("name" in operation && operation.name ? [operation.name] : []));
    const fresh = new FakeServer();
    const { summary, issues } = await put(fresh, work);
    expect(summary).toMatchObject({ files: 3, folders: 2, failed: 3 });
    expect(named(fresh)).toEqual(["top", "CASE", "DIR", "f", "cafe\u0301"]);
    expect(issues.map(({ path, code }) => [path, code])).toEqual(
      ["case", "caf\u00e9", "dir"].sort().map((name) => [join(work, name), "name_conflict"]),
    );
    const known = new FakeServer();
    known.there = [{ id: newId(), name: "case", type: "file", size: 99 }];
    await put(known, work, nodeFileSystem, null);
    expect(named(known)).toContain("case");
    expect(named(known)).not.toContain("CASE");
  });

  it("[N2] takes the first of several paths that would get one name", async () => {
    for (const folder of ["a", "b"]) {
      await mkdir(join(work, folder));
      await writeFile(join(work, folder, folder === "a" ? "f" : "F"), folder);
    }
    const issues: UploadIssue[] = [];
    const server = new FakeServer();
    const uploader = uploaderOf(server, nodeFileSystem, (issue) => issues.push(issue));
    const parent = { id: newId(), exists: true };
    const sources = [
      { path: join(work, "a", "f"), parent, name: "f", existing: null },
      { path: join(work, "b", "F"), parent, name: "F", existing: null },
    ];
    expect(await uploader.run(sources)).toMatchObject({ files: 1, failed: 1 });
    expect(issues).toMatchObject([{ path: join(work, "b", "F"), code: "name_conflict" }]);
  });

  it("fills packs in order, within both limits", () => {
    const frames = [5, 5, 5, 90, 1, 1].map((size, i) => ({ id: String(i), bytes: new Uint8Array(size) }));
    const sizes = (packBytes: number, packChunks: number): number[] =>
      fillPacks(frames, { packBytes, packChunks }).map((pack) => pack.length);
    expect(sizes(130, 10)).toEqual([3, 1, 2]);
    expect(sizes(1000, 2)).toEqual([2, 2, 2]);
  });
});
