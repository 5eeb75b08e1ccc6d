import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { NetworkError } from "../../../client/http-errors.ts";
import type { RemoteFile } from "../../../client/download/fetch-file.ts";
import { contentId, encodeManifest } from "../../../protocol/content.ts";
import { seededBytes as random } from "../support/vector-input.ts";
import { cutOff, framesOf, problem, refsOf } from "./support/fake-http-server.ts";
import { remoteRig, type RemoteRig } from "./support/remote-rig.ts";

const MiB = 1024 * 1024;
const signal = new AbortController().signal;

let rig: RemoteRig;
beforeEach(async () => {
  rig = await remoteRig();
});
afterEach(() => rig.dispose());

async function placed(name: string): Promise<Buffer> {
  await rig.files.place(name, `got ${name}`, null);
  return readFile(join(rig.root, `got ${name}`));
}

/** As `Promise.allSettled`: the indexes that failed. */
async function failures(all: readonly Promise<unknown>[]): Promise<number[]> {
  const outcomes = await Promise.allSettled(all);
  return outcomes.flatMap(({ status }, i) => (status === "rejected" ? [i] : []));
}

const fetchAll = (files: readonly RemoteFile[]): Promise<void>[] =>
  files.map((file, i) => rig.remote.fetch(file, `p${i}`, null, { signal }));

describe("fetching files from the server", () => {
  it("[Y13] brings small files together, with their times and executable bits, and an empty one without asking", async () => {
    const contents = Array.from({ length: 120 }, (_, i) => random(i + 1, i * 31));
    const files = contents.map((bytes, i) => rig.server.file(bytes, i === 3));
    expect(await failures(fetchAll(files))).toEqual([]);
    expect(rig.server.requests).toEqual(["POST /files/contents"]);
    for (const [i, bytes] of contents.entries()) expect((await placed(`p${i}`)).equals(bytes)).toBe(true);
    expect(await rig.files.stat("got p3")).toMatchObject({ executable: true, mtime: 1_600_000_000_123 });
    expect(await rig.files.stat("got p4")).toMatchObject({ executable: false });
  });

  it("[D7] fails alone a file whose bytes are wrong, wherever it is among others", async () => {
    const files = Array.from({ length: 30 }, (_, i) => rig.server.file(random(i + 1, 400)));
    const [bad] = framesOf(random(12, 400));
    rig.server.send = (body) => {
      const sent = Buffer.from(body);
      const at = sent.indexOf(bad!.bytes);
      if (at >= 0) sent.writeUInt8(sent.readUInt8(at) ^ 1, at);
      return new Uint8Array(sent);
    };
    expect(await failures(fetchAll(files))).toEqual([11]);
    expect((await rig.files.listPartials()).length).toBe(29);
    // The others did not cost a request each.
    expect(rig.server.requests.length).toBeLessThan(8);
  });

  it("[D7] fails alone a file that is gone", async () => {
    const gone = { ...rig.server.file(random(1, 50)), node: "01jd8z4m2qk7v9t3w5x6y7z8a9" };
    const files = [rig.server.file(random(2, 50)), gone, rig.server.file(random(3, 50))];
    expect(await failures(fetchAll(files))).toEqual([1]);
    expect(rig.server.count("POST /files/contents")).toBe(2);
  });

  it("goes on where an answer broke off", async () => {
    const files = Array.from({ length: 20 }, (_, i) => rig.server.file(random(i + 1, 1000)));
    let cuts = 0;
    rig.server.send = (body) => (cuts++ < 3 ? cutOff(body.slice(0, 4321)) : body);
    expect(await failures(fetchAll(files))).toEqual([]);
    expect(rig.server.count("POST /files/contents")).toBe(4);
  });

  it("leaves nothing of a small file that cannot be written, and the others alone", async () => {
    rig.overrides.openPartial = async (name) => {
      const handle = await rig.files.openPartial(name);
      const full = (): Promise<void> => Promise.reject(Object.assign(new Error("full"), { code: "ENOSPC" }));
      return name === "p1" ? { ...handle, close: () => handle.close(), finish: full } : handle;
    };
    const files = [1, 2, 3].map((seed) => rig.server.file(random(seed, 99)));
    const fetched = fetchAll(files);
    await expect(fetched[1]).rejects.toMatchObject({ code: "ENOSPC" });
    expect(await failures(fetched)).toEqual([1]);
    expect((await rig.files.listPartials()).toSorted()).toEqual(["p0", "p2"]);
  });

  it.each([100, 2 * MiB, 6 * MiB])("[Y13] syncs a file of %i bytes to disk, with all that it carries", async (size) => {
    const done: string[] = [];
    rig.overrides.openPartial = async (name) => {
      const handle = await rig.files.openPartial(name);
      const noting =
        <A extends unknown[]>(what: string, call: (...args: A) => Promise<void>) =>
        async (...args: A): Promise<void> => {
          await call(...args);
          done.push(what);
        };
      return {
        ...handle,
        write: noting("write", (part: Uint8Array, at: number) => handle.write(part, at)),
        finish: noting("finish", (state: RemoteFile) => handle.finish(state)),
        sync: noting("sync", () => handle.sync()),
        close: noting("close", () => handle.close()),
      };
    };
    await rig.remote.fetch(rig.server.file(random(1, size)), "p", null, { signal });
    expect(done.slice(-3)).toEqual(["finish", "sync", "close"]);
    expect(done.slice(0, -3).every((what) => what === "write")).toBe(true);
  });

  it("aborts one file without the others that came with it", async () => {
    let release = (): void => undefined;
    const stuck = new Promise<null>((resolve) => (release = () => resolve(null)));
    rig.server.instead = () => stuck;
    const stop = new AbortController();
    const files = [1, 2].map((seed) => rig.server.file(random(seed, 99)));
    const aborted = rig.remote.fetch(files[0]!, "p0", null, { signal: stop.signal });
    const other = rig.remote.fetch(files[1]!, "p1", null, { signal });
    await expect.poll(() => rig.server.requests.length).toBe(1);
    stop.abort(new Error("not wanted"));
    await expect(aborted).rejects.toThrow("not wanted");
    release();
    await other;
    expect(await rig.files.listPartials()).toEqual(["p1"]);
  });

  it.each([100, 2 * MiB, 6 * MiB])(
    "[Y13] a fetch of %i bytes that was given up while it wrote is over before the next one touches the partial file",
    async (size) => {
      let release = (): void => undefined;
      const stuck = new Promise<void>((resolve) => (release = resolve));
      let opened = 0;
      let writes = 0;
      const done: string[] = [];
      rig.overrides.openPartial = async (name) => {
        const handle = await rig.files.openPartial(name);
        const attempt = ++opened;
        return {
          ...handle,
          write: async (bytes, at) => {
            writes++;
            if (attempt === 1) await stuck;
            await handle.write(bytes, at);
            done.push(`${attempt} wrote`);
          },
          close: async () => {
            await handle.close();
            done.push(`${attempt} closed`);
          },
        };
      };
      const file = rig.server.file(random(1, size));
      const stop = new AbortController();
      const stalled = rig.remote.fetch(file, "p", null, { signal: stop.signal });
      stalled.catch(() => undefined);
      await expect.poll(() => writes).toBeGreaterThan(0);
      stop.abort(new Error("stalled"));
      const impatient = new AbortController();
      const second = rig.remote.fetch(file, "p", null, { signal: impatient.signal });
      const third = rig.remote.fetch(file, "p", null, { signal });
      impatient.abort(new Error("stalled again"));
      await expect(second).rejects.toThrow("stalled again");
      await rig.remote.fetch(rig.server.file(new Uint8Array(0)), "another", null, { signal });
      expect(opened).toBe(2);
      release();
      await Promise.allSettled([stalled]);
      await third;
      expect(opened).toBe(3);
      expect(done.lastIndexOf("1 closed")).toBeLessThan(done.indexOf("3 closed"));
      expect(done.slice(done.indexOf("1 closed")).some((what) => what === "1 wrote")).toBe(false);
      expect((await placed("p")).equals(random(1, size))).toBe(true);
    },
  );

  it("rejects as the server's being away, and fetches again later", async () => {
    const file = rig.server.file(random(1, 10));
    const large = rig.server.file(random(2, 6 * MiB));
    rig.server.instead = () => {
      throw new TypeError("fetch failed");
    };
    await expect(rig.remote.fetch(file, "p", null, { signal })).rejects.toBeInstanceOf(NetworkError);
    await expect(rig.remote.fetch(large, "q", null, { signal })).rejects.toBeInstanceOf(NetworkError);
    rig.server.instead = () => null;
    await rig.remote.fetch(file, "p", null, { signal });
    await rig.remote.fetch(large, "q", null, { signal });
  });

  it("[Y13] continues a large file after the chunks that are there, which it does not believe unseen", async () => {
    const bytes = random(3, 24 * MiB);
    const chunks = refsOf(bytes);
    const file = rig.server.file(bytes);
    // Each answer breaks off after 3 MiB, and from the fourth on nothing comes at all.
    let answers = 0;
    rig.server.send = (body) => (++answers > 3 ? cutOff(new Uint8Array(1)) : cutOff(body.slice(0, 3 * MiB)));
    await expect(rig.remote.fetch(file, "p", null, { signal })).rejects.toBeInstanceOf(NetworkError);
    expect(await rig.files.listPartials()).toEqual(["p"]);

    const handle = await rig.files.openPartial("p");
    await handle.write(new Uint8Array([1, 2, 3]), 0);
    await handle.close();
    rig.server.send = (body) => body;
    rig.server.down = 0;
    let counted = 0;
    await rig.remote.fetch(file, "p", null, { signal, onBytes: (more) => (counted += more) });
    expect(rig.server.down).toBeGreaterThanOrEqual(chunks[0]!.size);
    expect(rig.server.down).toBeLessThan(20 * MiB);
    expect(counted).toBe(bytes.length);
    expect((await placed("p")).equals(bytes)).toBe(true);
  });

  it("[Y13] does not finish a large file of which a chunk is wrong", async () => {
    const bytes = random(4, 8 * MiB);
    const file = rig.server.file(bytes);
    rig.server.send = (body) => body.map((byte, i) => (i === 5 * MiB ? byte ^ 1 : byte));
    await expect(rig.remote.fetch(file, "p", null, { signal })).rejects.toThrow("SHA-256");
    rig.server.instead = ({ route }) =>
      route.endsWith("manifest") ? Response.json({ chunks: refsOf(random(5, 9)) }) : null;
    await expect(rig.remote.fetch(file, "p", null, { signal })).rejects.toThrow("chunk list");
  });

  it.each([true, false])("[Y23] fetches by difference from a local version (chunks remembered: %s)", async (known) => {
    const base = random(6, 30 * MiB);
    const edited = new Uint8Array(Buffer.concat([base.subarray(0, 9 * MiB), Buffer.from("x"), base.subarray(9 * MiB)]));
    const file = rig.server.file(edited);
    const from = { path: "base", content: "c".repeat(64) };
    if (known) rig.remembered.set(from.content, encodeManifest(refsOf(base)));
    await rig.write("base", base);
    await rig.remote.fetch(file, "p", from, { signal });
    expect(rig.server.down).toBeLessThan(8.1 * MiB);
    expect((await placed("p")).equals(edited)).toBe(true);
    expect(rig.remembered.get(file.content)).toEqual(encodeManifest(refsOf(edited)));
  });

  it.each(["changed", "shorter", "gone"])("[Y23] is not misled by a local version that is %s by now", async (how) => {
    const base = random(7, 12 * MiB);
    const from = { path: "base", content: "c".repeat(64) };
    rig.remembered.set(from.content, encodeManifest(refsOf(base)));
    if (how === "changed")
      await rig.write(
        "base",
        base.map((byte, i) => (i % MiB === 0 ? byte ^ 1 : byte)),
      );
    if (how === "shorter") await rig.write("base", base.subarray(0, 2 * MiB));
    const file = rig.server.file(base);
    await rig.remote.fetch(file, "p", from, { signal });
    expect((await placed("p")).equals(base)).toBe(true);
  });

  it("[Y23] fetches a file of some MiB at once where the local version is one chunk, else by difference", async () => {
    const base = random(12, 3 * MiB);
    await rig.write("single", base.subarray(0, 100_000));
    await rig.remote.fetch(rig.server.file(base), "p", { path: "single", content: "a".repeat(64) }, { signal });
    expect(rig.server.requests).toEqual(["GET /files/ID"]);
    expect((await placed("p")).equals(base)).toBe(true);

    await rig.write("base", base);
    const edited = new Uint8Array(Buffer.concat([base, Buffer.from("more")]));
    rig.server.requests.length = rig.server.down = 0;
    const from = { path: "base", content: contentId(refsOf(base)) };
    await rig.remote.fetch(rig.server.file(edited), "p2", from, { signal });
    expect(rig.server.requests).toEqual(["GET /files/ID/manifest", "GET /files/ID"]);
    expect(rig.server.down).toBeLessThan(2.5 * MiB);
    expect((await placed("p2")).equals(edited)).toBe(true);
  });

  it("[Y23] copies a chunk to all places that it has in the new version", async () => {
    const piece = random(8, 9 * MiB);
    const twice = new Uint8Array(Buffer.concat([piece, random(9, 4 * MiB), piece]));
    const file = rig.server.file(twice);
    await rig.write("base", piece);
    await rig.remote.fetch(file, "p", { path: "base", content: "c".repeat(64) }, { signal });
    expect((await placed("p")).equals(twice)).toBe(true);
    expect(rig.server.down).toBeLessThan(13 * MiB);
  });
});

describe("chunks of files that are still being sent", () => {
  const bytes = random(11, 20 * MiB);
  const chunks = refsOf(bytes);

  async function prefetched(count: number): Promise<void> {
    await expect.poll(async () => (await rig.files.listPartials()).length).toBe(count);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }

  it("[D8] are at hand when the file comes, and gone when it has used them", async () => {
    const file = rig.server.file(bytes);
    rig.remote.prefetch(chunks.slice(0, 6));
    rig.remote.prefetch(chunks.slice(3, 9));
    await prefetched(9);
    rig.server.down = 0;
    await rig.remote.fetch(file, "p", null, { signal });
    const rest = chunks.slice(9).reduce((sum, { size }) => sum + size, 0);
    expect(rig.server.down).toBe(rest);
    expect(await rig.files.listPartials()).toEqual(["p"]);
    expect((await placed("p")).equals(bytes)).toBe(true);
  });

  it("[D8] are verified again when they are used, also those that an earlier run left", async () => {
    const file = rig.server.file(bytes);
    rig.remote.prefetch(chunks.slice(0, 2));
    await prefetched(2);
    const partial = join(rig.root, ".ledge", "partial");
    await writeFile(join(partial, `chunk-${chunks[0]!.id}`), new Uint8Array(chunks[0]!.size));
    await writeFile(join(partial, `chunk-${chunks[4]!.id}`), framesOf(bytes)[4]!.bytes);
    await writeFile(join(partial, `chunk-${chunks[5]!.id}`), framesOf(bytes)[5]!.bytes.subarray(1));
    await rig.remote.fetch(file, "p", null, { signal });
    expect((await placed("p")).equals(bytes)).toBe(true);
  });

  it("are only a hint: what cannot be had is fetched with its file", async () => {
    const file = rig.server.file(bytes);
    rig.server.instead = ({ route }) => (route === "POST /chunks/contents" ? problem("internal") : null);
    rig.remote.prefetch(chunks);
    await expect.poll(() => rig.server.count("POST /chunks/contents")).toBe(1);
    await rig.remote.fetch(file, "p", null, { signal });
    rig.server.instead = () => null;
    rig.remote.prefetch(chunks.slice(0, 2));
    await prefetched(3);
  });
});
