import type { NewUpload } from "./upload-item.ts";

/** What was dropped or pasted, as far as the browser lets it be looked at later. */
export interface Dropped {
  readonly entries: readonly FileSystemEntry[];
  /** By the place among the entries; null where the browser gives none. */
  readonly handles: readonly Promise<FileSystemHandle | null>[];
  /** Where the browser gives no entries. */
  readonly files: readonly File[];
}

export interface ReadDrop {
  readonly uploads: readonly NewUpload[];
  /** Paths of what the browser could not read. */
  readonly unread: readonly string[];
}

/** Reads files and whole folders, empty ones too. */
export async function readDropped({ entries, handles, files }: Dropped): Promise<ReadDrop> {
  if (entries.length === 0) {
    return { uploads: files.map((file) => ({ kind: "file", path: [], name: file.name, file })), unread: [] };
  }
  const unread: string[] = [];
  const read = await Promise.all(
    entries.map(async (entry, i) => {
      const uploads = await readEntry(entry, [], unread);
      const handle = await handles[i]?.catch(() => null);
      const [first] = uploads;
      if (entry.isFile && first && handle?.kind === "file") {
        return [{ ...first, handle: handle as FileSystemFileHandle }];
      }
      return uploads;
    }),
  );
  return { uploads: read.flat(), unread };
}

async function readEntry(entry: FileSystemEntry, path: readonly string[], unread: string[]): Promise<NewUpload[]> {
  try {
    if (isFile(entry)) {
      const file = await new Promise<File>((resolve, reject) => entry.file(resolve, reject));
      return [{ kind: "file", path, name: file.name, file }];
    }
    if (!isFolder(entry)) return [];
    const below = await allEntries(entry.createReader());
    if (below.length === 0) return [{ kind: "folder", path, name: entry.name, file: null }];
    const inside = [...path, entry.name];
    return (await Promise.all(below.map((each) => readEntry(each, inside, unread)))).flat();
  } catch {
    unread.push([...path, entry.name].join("/"));
    return [];
  }
}

/** A reader answers some at a time, and none at the end. */
async function allEntries(reader: FileSystemDirectoryReader): Promise<FileSystemEntry[]> {
  const all: FileSystemEntry[] = [];
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (some.length === 0) return all;
    all.push(...some);
  }
}

function isFile(entry: FileSystemEntry): entry is FileSystemFileEntry {
  return entry.isFile;
}

function isFolder(entry: FileSystemEntry): entry is FileSystemDirectoryEntry {
  return entry.isDirectory;
}
