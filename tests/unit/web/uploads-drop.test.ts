import { expect, it } from "vitest";
import { readDropped } from "../../../web/src/uploads/read-drop.ts";

type Made = FileSystemEntry;

function file(name: string): Made {
  const entry = (resolve: (file: File) => void): void => resolve(new File(["x"], name));
  return { isFile: true, isDirectory: false, name, file: entry } as unknown as Made;
}

function unreadable(name: string): Made {
  const entry = (_: unknown, reject: (error: Error) => void): void =>
    reject(new DOMException("no", "NotReadableError"));
  return { isFile: true, isDirectory: false, name, file: entry } as unknown as Made;
}

function folder(name: string, ...inside: Made[]): Made {
  const createReader = () => {
    const rest = [inside, []];
    return { readEntries: (resolve: (entries: Made[]) => void) => resolve(rest.shift() ?? []) };
  };
  return { isFile: false, isDirectory: true, name, createReader } as unknown as Made;
}

it("[B11] a dropped folder is read whole; what of it cannot be read is named, and stops nothing else", async () => {
  const dropped = folder("top", file("a"), folder("sub", unreadable("b"), file("c")), folder("empty"));
  const { uploads, unread } = await readDropped({ entries: [dropped, unreadable("d")], handles: [], files: [] });
  expect(uploads.map(({ kind, path, name }) => [kind, ...path, name].join("/"))).toEqual([
    "file/top/a",
    "file/top/sub/c",
    "folder/top/empty",
  ]);
  expect(unread.toSorted()).toEqual(["d", "top/sub/b"]);
});
