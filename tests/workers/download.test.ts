import { env } from "cloudflare:workers";
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import type { Env } from "../../workers/env.ts";
import { packObjectKey } from "../../workers/storage/pack-store.ts";
import { problemOf, signUp, type TestAccount } from "./support/accounts.ts";
import { concat, randomBytes, sha256, StoredFiles, type Stored } from "./support/stored-files.ts";

const { PACKS } = env as unknown as Env;

let account: TestAccount;
let files: StoredFiles;
/** 23 chunks in three packs, interleaved, some compressible, one that repeats. */
let plain: Uint8Array<ArrayBuffer>;
let stored: Stored;

beforeAll(async () => {
  account = await signUp();
  files = await StoredFiles.of(account);
  const zeros = new Uint8Array(5000);
  const chunks = Array.from({ length: 23 }, (_, i) => (i % 5 === 4 ? zeros : randomBytes(1000 + 137 * i)));
  plain = concat(chunks);
  stored = await files.file("plain.bin", chunks, { packOf: (i) => (i < 12 ? 0 : 1 + (i % 2)) });
});

async function get(id: string, headers: Record<string, string> = {}, method = "GET"): Promise<Response> {
  return account.api(`/files/${id}`, { headers, method });
}

async function bytesOf(answer: Response): Promise<Uint8Array> {
  return new Uint8Array(await answer.arrayBuffer());
}

describe("whole files", () => {
  it("[D1] answers the bytes with their ETag, length and name", async () => {
    const answer = await get(stored.id);
    expect(answer.status).toBe(200);
    expect(answer.headers.get("etag")).toBe(`"${stored.content}"`);
    expect(answer.headers.get("content-length")).toBe(String(plain.length));
    expect(answer.headers.get("accept-ranges")).toBe("bytes");
    expect(answer.headers.get("content-disposition")).toBe('attachment; filename="plain.bin"');
    expect(answer.headers.get("last-modified")).toBe("Fri, 02 Jan 2026 03:04:05 GMT");
    expect(answer.headers.get("repr-digest")).toBeNull();
    expect(await bytesOf(answer)).toEqual(plain);
  });

  it("[D1] says the digest of a file of one chunk, whose id it is", async () => {
    const chunk = randomBytes(300);
    const { id } = await files.file("one.bin", [chunk]);
    const answer = await get(id);
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", chunk));
    expect(answer.headers.get("repr-digest")).toBe(`sha-256=:${btoa(String.fromCharCode(...digest))}:`);
    expect(await bytesOf(answer)).toEqual(chunk);
  });

  it("[D1] serves the empty file", async () => {
    const { id } = await files.file("empty.txt", []);
    const answer = await get(id);
    expect([answer.status, answer.headers.get("content-length")]).toEqual([200, "0"]);
    expect(await bytesOf(answer)).toEqual(new Uint8Array(0));
    expect((await get(id, { range: "bytes=0-" })).status).toBe(416);
    expect((await get(id, { range: "bytes=-1" })).status).toBe(200);
  });

  it("[D1] HEAD answers GET's headers and no body", async () => {
    const [head, answer] = [await get(stored.id, {}, "HEAD"), await get(stored.id)];
    const names = ["etag", "content-length", "content-type", "content-disposition", "last-modified", "accept-ranges"];
    for (const name of names) expect([name, head.headers.get(name)]).toEqual([name, answer.headers.get(name)]);
    expect(head.status).toBe(200);
    expect(await bytesOf(head)).toHaveLength(0);
    await answer.arrayBuffer();
  });

  it("[I11] answers 404 for foreign, unknown and versionless files, 409 for folders", async () => {
    const other = await signUp();
    expect(await problemOf(await other.api(`/files/${stored.id}`))).toBe("404 not_found");
    expect(await problemOf(await get("01jd8z4m2qk7v9t3w5x6y7z8a9"))).toBe("404 not_found");
    expect(await problemOf(await account.api(`/files/${stored.id}?version=2`))).toBe("404 not_found");
    expect(await problemOf(await account.api(`/files/${stored.id}?version=0`))).toBe("400 invalid_request");
    expect(await problemOf(await get(await files.folder("folder")))).toBe("409 not_a_file");
    expect(await problemOf(await get("root"))).toBe("409 not_a_file");
  });

  it("[D4] a file of over one window of chunks, 12 MiB in many packs, is whole", async () => {
    const chunks = Array.from({ length: 600 }, () => randomBytes(20_000));
    const { id } = await files.file("long.bin", chunks, { packOf: (i) => Math.floor(i / 50) });
    const bytes = new Uint8Array(await (await get(id)).arrayBuffer());
    expect(await sha256(bytes)).toBe(await sha256(concat(chunks)));
  });
});

describe("ranges", () => {
  it("[D2] any one range is that part of the file", async () => {
    const position = fc.nat(plain.length + 2000);
    const property = fc.asyncProperty(position, position, async (a, b) => {
      const [first, last] = [Math.min(a, b), Math.max(a, b)];
      const answer = await get(stored.id, { range: `bytes=${first}-${last}` });
      const body = await bytesOf(answer);
      if (first >= plain.length) {
        expect(answer.status).toBe(416);
        expect(answer.headers.get("content-range")).toBe(`bytes */${plain.length}`);
        return;
      }
      const end = Math.min(plain.length, last + 1);
      expect(answer.status).toBe(206);
      expect(answer.headers.get("content-range")).toBe(`bytes ${first}-${end - 1}/${plain.length}`);
      expect(answer.headers.get("content-length")).toBe(String(end - first));
      expect(body).toEqual(plain.subarray(first, end));
    });
    await fc.assert(property, { numRuns: 60 });
  });

  it("[D2] suffixes are the file's end", async () => {
    const answer = await get(stored.id, { range: "bytes=-100" });
    expect(await bytesOf(answer)).toEqual(plain.subarray(-100));
    const all = await get(stored.id, { range: "bytes=-99999999999999999999" });
    expect([all.status, (await bytesOf(all)).length]).toEqual([206, plain.length]);
    expect((await get(stored.id, { range: "bytes=-0" })).status).toBe(416);
  });

  it("[D2] several ranges are multipart/byteranges of the announced length", async () => {
    const answer = await get(stored.id, { range: "bytes=9000-9999,0-0, 5000-12000,-1" });
    expect(answer.status).toBe(206);
    const boundary = /^multipart\/byteranges; boundary=(.+)$/.exec(answer.headers.get("content-type") ?? "")?.[1];
    const body = await bytesOf(answer);
    expect(answer.headers.get("content-length")).toBe(String(body.length));
    const expected: Uint8Array[] = [];
    for (const [start, end] of [
      [0, 1],
      [5000, 12001],
      [plain.length - 1, plain.length],
    ] as const) {
      const head = `\r\n--${boundary}\r\nContent-Type: application/octet-stream\r\nContent-Range: bytes ${start}-${end - 1}/${plain.length}\r\n\r\n`;
      expected.push(new TextEncoder().encode(head), plain.subarray(start, end));
    }
    expect(body).toEqual(concat([...expected, new TextEncoder().encode(`\r\n--${boundary}--\r\n`)]));
  });

  it("[D2] over 16 separate ranges are answered by the whole file", async () => {
    const range = (n: number) => `bytes=${Array.from({ length: n }, (_, i) => `${i * 10}-${i * 10 + 1}`).join(",")}`;
    const [sixteen, seventeen] = [
      await get(stored.id, { range: range(16) }),
      await get(stored.id, { range: range(17) }),
    ];
    expect([sixteen.status, seventeen.status]).toEqual([206, 200]);
    await sixteen.arrayBuffer();
    expect(await bytesOf(seventeen)).toEqual(plain);
  });

  it("[D2] If-Range lets a range through for this content only", async () => {
    const range = "bytes=0-9";
    const statusFor = async (ifRange: string) => {
      const answer = await get(stored.id, { range, "if-range": ifRange });
      await answer.arrayBuffer();
      return answer.status;
    };
    expect(await statusFor(`"${stored.content}"`)).toBe(206);
    expect(await statusFor(`W/"${stored.content}"`)).toBe(200);
    expect(await statusFor('"other"')).toBe(200);
    expect(await statusFor("Fri, 02 Jan 2026 03:04:05 GMT")).toBe(206);
    expect(await statusFor("Fri, 02 Jan 2026 03:04:06 GMT")).toBe(200);
    expect(await statusFor("yesterday")).toBe(200);
  });
});

describe("conditions", () => {
  it("[D2] If-None-Match, If-Match and dates, in RFC 9110's order", async () => {
    const tag = `"${stored.content}"`;
    const statusFor = async (headers: Record<string, string>) => {
      const answer = await get(stored.id, headers);
      await answer.arrayBuffer();
      return answer.status;
    };
    const old = "Thu, 01 Jan 2026 00:00:00 GMT";
    const exact = "Fri, 02 Jan 2026 03:04:05 GMT";
    expect(await statusFor({ "if-none-match": tag })).toBe(304);
    expect(await statusFor({ "if-none-match": `"x", W/${tag}` })).toBe(304);
    expect(await statusFor({ "if-none-match": "*" })).toBe(304);
    expect(await statusFor({ "if-none-match": '"x"' })).toBe(200);
    expect(await statusFor({ "if-none-match": '"x"', "if-modified-since": exact })).toBe(200);
    expect(await statusFor({ "if-modified-since": exact })).toBe(304);
    expect(await statusFor({ "if-modified-since": old })).toBe(200);
    expect(await statusFor({ "if-match": tag })).toBe(200);
    expect(await statusFor({ "if-match": `W/${tag}` })).toBe(412);
    expect(await statusFor({ "if-match": '"x"', "if-none-match": tag })).toBe(412);
    expect(await statusFor({ "if-unmodified-since": old })).toBe(412);
    expect(await statusFor({ "if-match": tag, "if-unmodified-since": old })).toBe(200);
    expect(await statusFor({ "if-none-match": tag, range: "bytes=0-1" })).toBe(304);
  });

  it("[P1] no Range or condition makes a 5xx", async () => {
    const token = fc.constantFrom(
      "bytes",
      "=",
      "-",
      ",",
      " ",
      "0",
      "99",
      "1".repeat(40),
      '"',
      "W/",
      "*",
      stored.content,
      "Fri, ",
      "GMT",
    );
    const value = fc.oneof(
      fc.array(token, { maxLength: 12 }).map((parts) => parts.join("")),
      fc.string(),
    );
    const names = ["range", "if-range", "if-none-match", "if-match", "if-modified-since", "if-unmodified-since"];
    const header = fc.tuple(fc.constantFrom(...names), value);
    const property = fc.asyncProperty(fc.array(header, { minLength: 1, maxLength: 4 }), async (pairs) => {
      const headers: Record<string, string> = {};
      for (const [name, text] of pairs) headers[name] = text.replaceAll(/[^\x20-\x7e]/g, "");
      const answer = await get(stored.id, headers);
      expect([200, 206, 304, 412, 416]).toContain(answer.status);
      const body = await answer.arrayBuffer();
      if (answer.status === 200) expect(body.byteLength).toBe(plain.length);
    });
    await fc.assert(property, { numRuns: 150 });
  });
});

describe("damage", () => {
  /** Flips one bit of a pack. */
  async function damage(pack: string, at: number): Promise<void> {
    const key = packObjectKey(pack);
    const bytes = new Uint8Array((await (await PACKS.get(key))?.arrayBuffer()) as ArrayBuffer);
    bytes[at] = (bytes[at] as number) ^ 1;
    await PACKS.put(key, bytes);
  }

  it("[D3] a damaged first chunk is an error, a later one breaks the stream off before its bytes", async () => {
    const chunks = [randomBytes(1000), randomBytes(1000)];
    const first = await files.file(
      "first.bin",
      chunks.map((bytes) => bytes.slice(1)),
    );
    await damage(first.packs[0] as string, 100);
    expect(await problemOf(await get(first.id))).toBe("500 content_damaged");
    const second = await files.file("second.bin", chunks);
    await damage(second.packs[0] as string, 1500);
    const answer = await get(second.id);
    expect(answer.status).toBe(200);
    await expect(answer.arrayBuffer()).rejects.toThrow();
    const intact = await get(second.id, { range: "bytes=0-999" });
    expect(await bytesOf(intact)).toEqual(chunks[0]);
  });

  it("[D3] a pack that is gone or cut is an error", async () => {
    const gone = await files.file("gone.bin", [randomBytes(500)]);
    await PACKS.delete(packObjectKey(gone.packs[0] as string));
    expect(await problemOf(await get(gone.id))).toBe("500 content_damaged");
    const cut = await files.file("cut.bin", [randomBytes(500), randomBytes(501)]);
    await PACKS.put(packObjectKey(cut.packs[0] as string), new Uint8Array(20));
    expect(await problemOf(await get(cut.id, { range: "bytes=0-5" }))).toBe("500 content_damaged");
    expect(await problemOf(await get(cut.id, { range: "bytes=600-700" }))).toBe("500 content_damaged");
  });
});

describe("what browsers do with it", () => {
  it("[D6] user bytes are sandboxed, and inline only where asked and safe", async () => {
    const cases = [
      ["a.png", "image/png", "inline"],
      ["a.JPG", "image/jpeg", "inline"],
      ["a.gif", "image/gif", "inline"],
      ["a.webp", "image/webp", "inline"],
      ["a.avif", "image/avif", "inline"],
      ["a.bmp", "image/bmp", "inline"],
      ["a.ico", "image/vnd.microsoft.icon", "inline"],
      ["a.heic", "image/heic", "inline"],
      ["a.mp4", "video/mp4", "inline"],
      ["a.webm", "video/webm", "inline"],
      ["a.mov", "video/quicktime", "inline"],
      ["a.mkv", "video/x-matroska", "inline"],
      ["a.mp3", "audio/mpeg", "inline"],
      ["a.m4a", "audio/mp4", "inline"],
      ["a.ogg", "audio/ogg", "inline"],
      ["a.flac", "audio/flac", "inline"],
      ["a.wav", "audio/wav", "inline"],
      ["a.pdf", "application/pdf", "inline"],
      ["a.txt", "text/plain; charset=utf-8", "inline"],
      ["a.md", "text/plain; charset=utf-8", "inline"],
      ["a.js", "text/plain; charset=utf-8", "inline"],
      ["a.xml", "text/plain; charset=utf-8", "inline"],
      ["a.html", "text/plain; charset=utf-8", "inline"],
      ["a.SVG", "text/plain; charset=utf-8", "inline"],
      ["a.exe", "application/octet-stream", "attachment"],
      ["a.docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "attachment"],
    ] as const;
    for (const [name, type, disposition] of cases) {
      const { id } = await files.file(name, [randomBytes(50)]);
      const answer = await account.api(`/files/${id}?disposition=inline`);
      await answer.arrayBuffer();
      expect([name, answer.headers.get("content-type")]).toEqual([name, type]);
      expect(answer.headers.get("content-disposition")).toBe(`${disposition}; filename="${name}"`);
      expect(answer.headers.get("x-content-type-options")).toBe("nosniff");
      expect(answer.headers.get("content-security-policy")).toBe("sandbox; default-src 'none'");
      expect((await get(id)).headers.get("content-disposition")).toMatch(/^attachment/);
    }
  });

  it("[D6] the address of a version may be kept for ever by who fetched it, that of a file is asked about anew", async () => {
    const { id, content } = await files.file("kept.png", [randomBytes(50)]);
    const fixed = "private, max-age=31536000, immutable, no-transform";
    const asked = [
      [`/files/${id}?version=1&disposition=inline`, {}, 200, fixed],
      [`/files/${id}?version=1`, { range: "bytes=0-9" }, 206, fixed],
      [`/files/${id}?version=1`, { "if-none-match": `"${content}"` }, 304, fixed],
      [`/files/${id}?disposition=inline`, {}, 200, "private, no-cache, no-transform"],
      [`/files/${id}`, { "if-none-match": `"${content}"` }, 304, "private, no-cache, no-transform"],
      // Neither an error nor a part that is not there.
      [`/files/${id}?version=2`, {}, 404, "no-store"],
      [`/files/${id}?version=1`, { range: "bytes=90-" }, 416, "no-store"],
    ] as const;
    for (const [path, headers, status, kept] of asked) {
      const answer = await account.api(path, { headers });
      await answer.arrayBuffer();
      expect([answer.status, answer.headers.get("cache-control")], path).toEqual([
        status,
        expect.stringContaining(kept),
      ]);
      if (status < 400) expect(answer.headers.get("vary")).toBe("Cookie, Authorization");
    }
  });
});
