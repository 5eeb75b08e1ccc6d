import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Api } from "../../client/api.ts";
import { cutAll } from "../../client/chunker.ts";
import { Downloader, type DownloadIssue } from "../../client/download/downloader.ts";
import { nameProblem, nodeFileSystem } from "../../client/ports/node-file-system.ts";
import { nodeHashing } from "../../client/ports/node-hashing.ts";
import { contentId, type ChunkRef } from "../../protocol/content.ts";
import { LedgeError } from "../../protocol/errors.ts";
import { newId } from "../../protocol/new-id.ts";
import { encodePack } from "../../protocol/pack-frame.ts";
import type { Node } from "../../protocol/tree.ts";
import { makeInput } from "./support/vector-input.ts";

let work: string;
beforeEach(async () => {
  work = await mkdtemp(join(tmpdir(), "ledge-downloader-"));
});
afterEach(() => rm(work, { recursive: true, force: true }));

function chunksOf(bytes: Uint8Array): ChunkRef[] {
  return cutAll(bytes).map((chunk) => ({ id: createHash("sha256").update(chunk).digest("hex"), size: chunk.length }));
}

function node(type: "file" | "folder", name: string, bytes?: Uint8Array): Node {
  const fixed = {
    space: newId(),
    parent: newId(),
    state: "live",
    seq: 1,
    createdAt: 0,
    trashedAt: null,
    executable: false,
  } as const;
  const content = bytes ? contentId(chunksOf(bytes)) : null;
  return {
    ...fixed,
    id: newId(),
    name,
    type,
    version: bytes ? 1 : 0,
    content,
    size: bytes?.length ?? 0,
    mtime: 1_700_000_000_123,
  };
}

/** A server of a few files in memory. `ranges` records what was asked for; `bundles` how many files at once. */
class FakeServer {
  readonly bundles: number[] = [];
  readonly ranges: string[] = [];
  readonly #children = new Map<string, Node[]>();
  readonly #bytes = new Map<string, Uint8Array>();
  /** What is sent instead of the true bytes. */
  tamper = (bytes: Uint8Array): Uint8Array => bytes;

  /** What of an answer of many files arrives. */
  cut = (answer: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> => answer;

  folder(name: string, ...children: Node[]): Node {
    const folder = node("folder", name);
    this.#children.set(folder.id, children);
    return folder;
  }

  file(name: string, bytes: Uint8Array): Node {
    const file = node("file", name, bytes);
    this.#bytes.set(file.id, bytes);
    return file;
  }

  get api(): Api {
    const fake: Pick<Api, "foldersPage" | "contents" | "manifest" | "download"> = {
      foldersPage: (folders) => {
        const gone = folders.filter((id) => !this.#children.has(id));
        if (gone.length > 0) return Promise.reject(new LedgeError("not_found", "gone", { ids: gone }));
        const nodes = folders.flatMap((id) => (this.#children.get(id) ?? []).map((node) => ({ ...node, parent: id })));
        return Promise.resolve({ nodes, next: null, changesCursor: "" });
      },
      contents: (files, _options, consume) => {
        this.bundles.push(files.length);
        const missing = files.filter(({ id }) => !this.#bytes.has(id)).map(({ id }) => id);
        if (missing.length > 0) return Promise.reject(new LedgeError("not_found", "gone", { ids: missing }));
        const frames = files.flatMap(({ id }) => {
          const bytes = this.#bytes.get(id)!;
          const sent = this.tamper(new Uint8Array(bytes));
          let end = 0;
          return cutAll(bytes).map((chunk) => ({
            id: createHash("sha256").update(chunk).digest("hex"),
            bytes: sent.subarray(end, (end += chunk.length)),
          }));
        });
        return consume(new Response(this.cut(encodePack(frames))), () => undefined);
      },
      manifest: (id) => {
        const bytes = this.#bytes.get(id)!;
        const chunks = chunksOf(bytes);
        return Promise.resolve({ node: id, version: 1, content: contentId(chunks), size: bytes.length, chunks });
      },
      download: (id, { range }, consume) => {
        this.ranges.push(range ? range.join("-") : "whole");
        const known = this.#bytes.get(id);
        if (!known) return Promise.reject(new LedgeError("not_found"));
        const bytes = this.tamper(new Uint8Array(known));
        const [first, last] = range ?? [0, bytes.length - 1];
        const body = new Uint8Array(bytes.subarray(first, last + 1));
        return consume(new Response(body, { status: range ? 206 : 200 }), () => undefined);
      },
    };
    return fake as Api;
  }
}

function downloader(
  server: FakeServer,
  spaces: Readonly<Record<string, FakeServer>> = {},
): { downloader: Downloader; issues: DownloadIssue[] } {
  const issues: DownloadIssue[] = [];
  const inSpace = (folder: string): Api => spaces[folder]?.api ?? new FakeServer().api;
  const options = { api: server.api, inSpace, files: nodeFileSystem, hashing: nodeHashing, checksum: false };
  return { downloader: new Downloader({ ...options, onIssue: (issue) => issues.push(issue) }), issues };
}

const text = (value: string): Uint8Array => new TextEncoder().encode(value);
const random = (length: number): Uint8Array => makeInput({ kind: "xorshift32", seed: 99, length });

describe("the downloader", () => {
  it("writes nothing outside its target, whatever the server calls things", async () => {
    const server = new FakeServer();
    const evil = ["..", ".", "../evil", "a/b", "/etc/evil", "nul\0byte", ""].map((name) =>
      server.file(name, text("evil")),
    );
    const up = server.folder("..", server.file("evil", text("evil")));
    const tree = server.folder("tree", ...evil, up, server.file("good", text("good")));
    const run = downloader(server);
    const target = join(work, "deep", "target");
    await mkdir(join(work, "deep"));
    const summary = await run.downloader.tree(tree, target);
    expect(summary).toMatchObject({ files: 1, failed: 8 });
    expect(await readdir(work, { recursive: true })).toEqual(["deep", "deep/target", "deep/target/good"]);
  });

  it("[M5] goes through what stands for somebody else's folder, and reports one that is not there at the moment", async () => {
    const server = new FakeServer();
    const theirs = Array.from({ length: 12 }, () => new FakeServer());
    const shared = theirs.map((each, i) =>
      each.folder("theirs", ...Array.from({ length: 400 }, (_, n) => each.file(`${n}.txt`, text(`${i} ${n}`)))),
    );
    const mounts = shared.map(({ id }, i) => ({ ...server.folder(`mount ${i}`), mount: id }));
    const gone = { ...server.folder("gone"), mount: newId() };
    const tree = server.folder("t", server.file("mine", text("mine")), ...mounts, gone);
    const run = downloader(server, Object.fromEntries(shared.map(({ id }, i) => [id, theirs[i]!])));
    const summary = await run.downloader.tree(tree, join(work, "t"));
    expect(summary).toMatchObject({ files: 4_801, folders: 14, failed: 1 });
    expect(await readFile(join(work, "t", "mount 11", "399.txt"), "utf8")).toBe("11 399");
    expect(run.issues.map(({ path, code }) => [basename(path), code])).toEqual([["gone", "not_found"]]);
  }, 60_000);

  it("follows no symlink below its target", async () => {
    const server = new FakeServer();
    const outside = join(work, "outside");
    const target = join(work, "target");
    await mkdir(outside);
    await mkdir(target);
    await writeFile(join(outside, "kept"), "kept");
    await symlink(outside, join(target, "folder"));
    await symlink(join(outside, "kept"), join(target, "file"));
    const tree = server.folder(
      "t",
      server.folder("folder", server.file("new", text("x"))),
      server.file("file", text("y")),
    );
    const run = downloader(server);
    expect(await run.downloader.tree(tree, target)).toMatchObject({ files: 1, failed: 1 });
    expect(await readdir(outside)).toEqual(["kept"]);
    expect(await readFile(join(outside, "kept"), "utf8")).toBe("kept");
    expect(await readFile(join(target, "file"), "utf8")).toBe("y");
  });

  it.each([100, 3_000_000, 9_000_000])("[D3] keeps nothing of %i bytes that are not the file's", async (size) => {
    const server = new FakeServer();
    const file = server.file("f", random(size));
    server.tamper = (bytes) => {
      bytes[size - 1]! ^= 1;
      return bytes;
    };
    const run = downloader(server);
    expect(await run.downloader.tree(server.folder("t", file), join(work, "t"))).toMatchObject({ files: 0, failed: 1 });
    expect((await readdir(join(work, "t"))).filter((name) => name === "f")).toEqual([]);
    expect(run.issues).toHaveLength(1);
  });

  it("[D7] fetches small files many in one request, and large ones alone", async () => {
    const server = new FakeServer();
    const contents = Array.from({ length: 1200 }, (_, i) => random(i % 50).map((byte) => byte ^ i));
    const files = contents.map((bytes, i) => server.file(`f${i}`, bytes));
    const tree = server.folder(
      "t",
      ...files,
      server.file("middle", random(900_000)),
      server.file("large", random(2_000_000)),
    );
    const run = downloader(server);
    expect(await run.downloader.tree(tree, join(work, "t"))).toMatchObject({ files: 1202, failed: 0 });
    expect(server.bundles).toEqual([500, 500, 201]);
    expect(server.ranges).toEqual(["whole"]);
    for (const [i, bytes] of contents.entries()) {
      expect((await readFile(join(work, "t", `f${i}`))).equals(bytes)).toBe(true);
    }
    expect((await readFile(join(work, "t", "middle"))).equals(random(900_000))).toBe(true);
    expect(await readdir(join(work, "t"))).toHaveLength(1202);
    expect(await nodeFileSystem.stat(join(work, "t", "f7"))).toMatchObject({ mtime: files[7]!.mtime });
    expect(await downloader(server).downloader.tree(tree, join(work, "t"))).toMatchObject({ files: 0, skipped: 1202 });
  });

  it("[D7] a file that is gone or damaged costs no other one", async () => {
    const server = new FakeServer();
    const names = ["a", "b", "c", "d", "e"];
    const files = names.map((name) => server.file(name, text(`this is ${name}`)));
    server.tamper = (bytes) => {
      if (bytes.at(-1) === "c".charCodeAt(0)) bytes[0]! ^= 1;
      return bytes;
    };
    const absent = node("file", "absent", text("absent"));
    const tree = server.folder("t", ...files.slice(0, 2), absent, ...files.slice(2), node("folder", "gone"));
    const run = downloader(server);
    expect(await run.downloader.tree(tree, join(work, "t"))).toMatchObject({ files: 4, failed: 3 });
    expect((await readdir(join(work, "t"))).sort()).toEqual(["a", "b", "d", "e", "gone"]);
    const byName = run.issues.map(({ path, code }) => [basename(path), code] as const);
    expect(byName.sort(([a], [b]) => (a < b ? -1 : 1))).toEqual([
      ["absent", "not_found"],
      ["c", undefined],
      ["gone", "not_found"],
    ]);
  });

  it("[D7] what arrived whole of a cut-off answer is not asked for again", async () => {
    const server = new FakeServer();
    const tree = server.folder("t", ...["a", "b", "c"].map((name) => server.file(name, random(100))));
    server.cut = (answer) => {
      server.cut = (whole) => whole;
      return answer.slice(0, 2 * 136 + 50);
    };
    const run = downloader(server);
    expect(await run.downloader.tree(tree, join(work, "t"))).toMatchObject({ files: 3, failed: 0, bytes: 300 });
    expect(server.bundles).toEqual([3, 1]);
    expect(server.ranges).toEqual([]);
  });

  it("fetches of a partial large file only what is not whole", async () => {
    const server = new FakeServer();
    const bytes = random(12_000_000);
    const file = server.file("f", bytes);
    const chunks = chunksOf(bytes);
    const kept = chunks.slice(0, 3).reduce((sum, { size }) => sum + size, 0);
    await writeFile(join(work, `.ledge-${file.id}-${file.content!.slice(0, 16)}.part`), bytes.subarray(0, kept + 1000));
    const run = downloader(server);
    const remote = {
      node: file.id,
      version: 1,
      content: file.content!,
      size: file.size,
      mtime: file.mtime,
      executable: true,
    };
    expect(await run.downloader.file(remote, work, "f")).toMatchObject({ files: 1, failed: 0 });
    expect(server.ranges).toEqual([`${kept}-${bytes.length - 1}`]);
    expect((await readFile(join(work, "f"))).equals(bytes)).toBe(true);
    expect(await readdir(work)).toEqual(["f"]);
    expect(await nodeFileSystem.stat(join(work, "f"))).toMatchObject({ mtime: file.mtime, executable: true });
  });

  it("[N3] knows which names a system cannot hold", () => {
    for (const name of ["a:b", "con", "LPT1.txt", "end.", "end ", "a\\b"]) {
      expect(nameProblem(name, "win32")).not.toBeNull();
      expect(nameProblem(name, "linux")).toBeNull();
    }
    expect(nameProblem("ordinary name.txt", "win32")).toBeNull();
    expect(nameProblem("é".repeat(128), "linux")).not.toBeNull();
  });
});
