import fc from "fast-check";
import { expect, it } from "vitest";
import { extensionOf, fileKind } from "../../core/file-kind.ts";
import { FileKind } from "../../protocol/usage.ts";

it.each([
  ["IMG_0001.HEIC", "image"],
  ["film.mkv", "video"],
  ["song.flac", "audio"],
  ["paper.pdf", "pdf"],
  ["letter.docx", "document"],
  ["budget.xlsx", "spreadsheet"],
  ["talk.key", "presentation"],
  ["README.md", "markdown"],
  ["rows.csv", "table"],
  ["main.ts", "code"],
  ["Makefile", "code"],
  ["notes.txt", "text"],
  [".gitignore", "text"],
  ["backup.tar.gz", "archive"],
  ["Inter.woff2", "font"],
  ["debian.iso", "disk"],
  ["png", "image"],
  ["no extension", "other"],
  ["ends with.", "other"],
  ["", "other"],
  ["constructor", "other"],
  ["a.__proto__", "other"],
] as const)("[B21] %s is of the kind %s", (name, kind) => {
  expect(fileKind(name)).toBe(kind);
});

it("[B21] any name has a kind, and what stands before its last dot does not change it", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), fc.string({ unit: "grapheme" }), (stem, name) => {
      expect(FileKind.options).toContain(fileKind(name));
      if (!name.includes(".")) return;
      expect(fileKind(stem + name)).toBe(fileKind(name));
      expect(extensionOf(stem + name)).toBe(extensionOf(name));
    }),
  );
});
