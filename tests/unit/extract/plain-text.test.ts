import { expect, test } from "vitest";
import { EXTRACT_LIMITS } from "../../../workers/indexer/extract/limits.ts";
import { extractText } from "../../../workers/indexer/extract/extract-text.ts";
import { memorySource } from "../../support/memory-source.ts";

/** Sentences with their bytes in encodings that Node has no encoder of. */
const ENCODED: Readonly<Record<string, readonly [text: string, hex: string]>> = {
  shift_jis: [
    "日本語の文章です。東京都に住んでいます。今日は天気がいいですね。",
    "93fa967b8cea82cc95b68fcd82c582b78142938c8b9e937382c98f5a82f182c582a282dc82b781428da193fa82cd93568b4382aa82a282a282c582b782cb8142",
  ],
  "euc-jp": [
    "日本語の文章です。東京都に住んでいます。今日は天気がいいですね。",
    "c6fccbdcb8eca4cecab8becfa4c7a4b9a1a3c5ecb5fec5d4a4cbbdbba4f3a4c7a4a4a4dea4b9a1a3baa3c6fca4cfc5b7b5a4a4aca4a4a4a4a4c7a4b9a4cda1a3",
  ],
  gb18030: [
    "这是一个中文句子。我们住在北京市，今天天气很好，去公园散步。",
    "d5e2cac7d2bbb8f6d6d0cec4bee4d7d3a1a3ced2c3c7d7a1d4dab1b1bea9cad0a3acbdf1ccecccecc6f8badcbac3a3acc8a5b9abd4b0c9a2b2bda1a3",
  ],
  big5: [
    "這是一個中文句子。我們住在台北市，今天天氣很好，去公園散步。",
    "b36fac4fa440add3a4a4a4e5a579a46ca143a7daadcca6eda662a578a55fa5aba141a4b5a4d1a4d1aef0abdca66ea141a568a4bdb6e9b4b2a842a143",
  ],
  "euc-kr": [
    "이것은 한국어 문장입니다. 우리는 서울에 살고 있습니다. 오늘은 날씨가 좋습니다.",
    "c0ccb0cdc0ba20c7d1b1b9beee20b9aec0e5c0d4b4cfb4d92e20bfecb8aeb4c220bcadbfefbfa120bbecb0ed20c0d6bdc0b4cfb4d92e20bfc0b4c3c0ba20b3afbebeb0a120c1c1bdc0b4cfb4d92e",
  ],
  "windows-1251": [
    "Это русское предложение. Мы живём в Москве, сегодня хорошая погода.",
    "ddf2ee20f0f3f1f1eaeee520eff0e5e4ebeee6e5ede8e52e20ccfb20e6e8e2b8ec20e220cceef1eae2e52c20f1e5e3eee4edff20f5eef0eef8e0ff20efeee3eee4e02e",
  ],
  "koi8-r": [
    "Это русское предложение. Мы живём в Москве, сегодня хорошая погода.",
    "fcd4cf20d2d5d3d3cbcfc520d0d2c5c4cccfd6c5cec9c52e20edd920d6c9d7a3cd20d720edcfd3cbd7c52c20d3c5c7cfc4ced120c8cfd2cfdbc1d120d0cfc7cfc4c12e",
  ],
};

test("[X5] a few accented letters are not taken for Chinese, Japanese or Korean characters", async () => {
  for (const text of ["Straße grün", "Größe", "Grüße", "Grüße aus Köln", "El niño está aquí", "déjà vu"]) {
    const latin = Uint8Array.from([...text].map((character) => character.charCodeAt(0)));
    expect(await extractText(memorySource("a.txt", latin))).toMatchObject({ text });
  }
});

test("[X5] UTF-8, UTF-16 with and without a mark, and old encodings are read as text in NFC", async () => {
  const sentence = "Zürich – naïve café, Müller & Söhne. ".repeat(4).trim();
  const utf16 = (text: string) => Uint8Array.from(Buffer.from(text, "utf16le"));
  const swapped = (pairs: Uint8Array) => Uint8Array.from(Buffer.from(pairs).swap16());
  const cases: Record<string, Uint8Array> = {
    utf8: new TextEncoder().encode(sentence),
    "utf8 with a mark": new TextEncoder().encode(`\ufeff${sentence}`),
    nfd: new TextEncoder().encode(sentence.normalize("NFD")),
    utf16le: utf16(sentence),
    "utf16le with a mark": utf16(`\ufeff${sentence}`),
    utf16be: swapped(utf16(sentence)),
    "utf16be with a mark": swapped(utf16(`\ufeff${sentence}`)),
    windows1252: Uint8Array.from([...sentence].map((c) => (c === "–" ? 0x96 : c.charCodeAt(0)))),
  };
  for (const [name, file] of Object.entries(cases)) {
    expect(await extractText(memorySource("a.txt", file)), name).toEqual({
      text: sentence,
      truncated: false,
      cut: null,
      fields: {},
    });
  }
});

test.each(Object.entries(ENCODED))("[X5] %s is told by what it says", async (_, [text, hex]) => {
  const found = await extractText(memorySource("a.txt", Uint8Array.from(Buffer.from(hex, "hex"))));
  expect(found).toMatchObject({ text });
});

test("[X5] no more of a text is read than is kept, and what is kept ends between characters", async () => {
  const source = memorySource("big.log", "a line of a log 😀\n".repeat(1_500_000));
  const found = await extractText(source);
  expect(found).toMatchObject({ truncated: true, cut: "over_text" });
  const { text } = found as { text: string };
  expect(text.length).toBeGreaterThan(EXTRACT_LIMITS.text - 40);
  expect(text.length).toBeLessThanOrEqual(EXTRACT_LIMITS.text);
  expect(text.isWellFormed()).toBe(true);
  expect(source.sent).toBeLessThan(EXTRACT_LIMITS.textBytes + 200_000);
});

test("[X5] white space is made even, and control characters and soft hyphens go", async () => {
  expect(
    await extractText(memorySource("a.md", "  # A\t\ttitle \r\n\r\n\r\nDampf\u00adschiff\u0007 end  \n")),
  ).toMatchObject({
    text: "# A title\nDampfschiff end",
  });
});

test("[X4] a program, an empty file and blanks have no text, each for its own reason", async () => {
  const elf = Uint8Array.from({ length: 4000 }, (_, at) => (at * 7919) % 251);
  expect(await extractText(memorySource("a.txt", elf))).toMatchObject({ skipped: "unknown_kind" });
  expect(await extractText(memorySource("a.txt", ""))).toMatchObject({ skipped: "no_text" });
  expect(await extractText(memorySource("a.txt", " \n ".repeat(100)))).toMatchObject({ skipped: "no_text" });
});

test("[X4] a storage that fails is no fault of the file's: what it threw is thrown", async () => {
  const failure = new Error("R2 is away");
  const read = (): AsyncIterable<Uint8Array> => ({
    [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(failure) }),
  });
  await expect(extractText({ name: "a.pdf", size: 10, read })).rejects.toBe(failure);
});
