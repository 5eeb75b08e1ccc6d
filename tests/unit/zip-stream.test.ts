import { crc32 } from "node:zlib";
import fc from "fast-check";
import { expect, it } from "vitest";
import yauzl from "yauzl";
import { zipLength } from "../../workers/api/zip/zip-length.ts";
import { zipStream, type ZipMember } from "../../workers/api/zip/zip-stream.ts";

/** An archive of any size: the pieces as they came, by offset. Pieces that share a buffer take no memory twice. */
class Archive extends yauzl.RandomAccessReader {
  readonly #pieces: { at: number; bytes: Uint8Array }[] = [];
  length = 0;

  static async of(members: readonly ZipMember[]): Promise<Archive> {
    const archive = new Archive();
    for await (const bytes of zipStream(each(members))) {
      archive.#pieces.push({ at: archive.length, bytes });
      archive.length += bytes.length;
    }
    return archive;
  }

  override read(buffer: Buffer, offset: number, length: number, position: number, done: (error: Error | null) => void) {
    for (const { at, bytes } of this.#pieces) {
      const from = Math.max(position, at);
      const to = Math.min(position + length, at + bytes.length);
      if (from < to) buffer.set(bytes.subarray(from - at, to - at), offset + from - position);
    }
    // Not at once: yauzl would recurse once for each entry.
    setImmediate(done, null);
  }

  async entries(): Promise<yauzl.Entry[]> {
    const zip = await new Promise<yauzl.ZipFile>((resolve, reject) =>
      yauzl.fromRandomAccessReader(this, this.length, { lazyEntries: true, autoClose: false }, (error, file) =>
        error ? reject(error) : resolve(file),
      ),
    );
    return new Promise((resolve, reject) => {
      const entries: yauzl.Entry[] = [];
      zip.on("entry", (entry: yauzl.Entry) => {
        entries.push(entry);
        zip.readEntry();
      });
      zip.on("end", () => resolve(entries));
      zip.on("error", reject);
      zip.readEntry();
    });
  }
}

async function* each<T>(items: Iterable<T>): AsyncGenerator<T> {
  yield* items;
}

function folder(path: string): ZipMember {
  return { path: `${path}/`, folder: true, size: 0, mtime: 0, executable: false, pieces: null };
}

it("[B22] [D5] any files come back by name, size, CRC, time and mode, and the length was told before", async () => {
  const file = fc.record({
    name: fc.string({ unit: "grapheme", minLength: 1, maxLength: 40 }).filter((name) => !/[\\/\0:]|^\.+$/.test(name)),
    pieces: fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 5 }),
    mtime: fc.integer({ min: 0, max: 2 ** 31 - 1 }).map((seconds) => seconds * 1000),
    executable: fc.boolean(),
  });
  const property = fc.asyncProperty(
    fc.uniqueArray(file, { selector: ({ name }) => name, maxLength: 20 }),
    async (files) => {
      const members = files.map(({ name, pieces, mtime, executable }): ZipMember => {
        const size = pieces.reduce((sum, piece) => sum + piece.length, 0);
        return { path: name, folder: false, size, mtime, executable, pieces: each(pieces) };
      });
      const length = zipLength(members);
      const archive = await Archive.of(members);
      expect(archive.length).toBe(length);
      const entries = await archive.entries();
      expect(entries.map((entry) => entry.fileName)).toEqual(files.map(({ name }) => name));
      entries.forEach((entry, i) => {
        const { pieces, mtime, executable } = files[i] as (typeof files)[0];
        const bytes = Buffer.concat(pieces);
        expect([entry.uncompressedSize, entry.compressedSize, entry.crc32]).toEqual([
          bytes.length,
          bytes.length,
          crc32(bytes),
        ]);
        expect((entry.externalFileAttributes >>> 16).toString(8)).toBe(executable ? "100755" : "100644");
        expect(entry.getLastModDate().getTime()).toBe(mtime);
      });
    },
  );
  await fc.assert(property, { numRuns: 100 });
});

it("[B22] [D5] a file of over 4 GiB and what lies behind it are zip64", async () => {
  const piece = new Uint8Array(64 * 1024 * 1024);
  const count = 65;
  const size = piece.length * count;
  const big: ZipMember = {
    path: "big",
    folder: false,
    size,
    mtime: 0,
    executable: false,
    pieces: each(Array.from({ length: count }, () => piece)),
  };
  const small: ZipMember = {
    path: "small",
    folder: false,
    size: 3,
    mtime: 0,
    executable: false,
    pieces: each([Uint8Array.of(1, 2, 3)]),
  };
  const length = zipLength([big, small]);
  const archive = await Archive.of([big, small]);
  expect(archive.length).toBe(length);
  const entries = await archive.entries();
  expect(entries.map(({ fileName, uncompressedSize }) => [fileName, uncompressedSize])).toEqual([
    ["big", size],
    ["small", 3],
  ]);
  expect(entries[1]?.relativeOffsetOfLocalHeader).toBeGreaterThan(2 ** 32);
});

it("[B22] [D5] over 65,535 entries are zip64", async () => {
  const folders = Array.from({ length: 70_000 }, (_, i) => folder(`folder ${i}`));
  const archive = await Archive.of(folders);
  expect(archive.length).toBe(zipLength(folders));
  const entries = await archive.entries();
  expect(entries).toHaveLength(70_000);
  expect(entries.at(-1)?.fileName).toBe("folder 69999/");
});

it("[B22] [D5] the empty archive is one", async () => {
  const archive = await Archive.of([]);
  expect(archive.length).toBe(zipLength([]));
  expect(await archive.entries()).toEqual([]);
});
