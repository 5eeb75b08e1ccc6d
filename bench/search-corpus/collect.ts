import { copyFile, glob, lstat, mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { gunzipSync } from "node:zlib";
import { nameKey } from "../../core/names.ts";
import { pool } from "../support/pool.ts";

/** Where files are taken from, and the share of all that each gives. What one has too few of, the last ones make up for. */
const SOURCES: readonly { readonly folder: string; readonly share: number }[] = [
  { folder: "/usr/share/doc", share: 0.15 },
  { folder: "/usr/share/man", share: 0.25 },
  { folder: "/usr/include", share: 0.15 },
  { folder: "/usr/lib/python3", share: 0.1 },
  { folder: "/usr/share/perl", share: 0.05 },
  { folder: join(import.meta.dirname, "../../node_modules"), share: 1 },
];
/** Largest file that is taken, bytes. */
const LARGEST = 32 * 2 ** 20;
/** Programs and what they are made from: there is no text in them. */
const PROGRAM = /\.(node|so|so\..*|o|a|pyc|wasm|exe|dll|dylib|woff2?|ttf|zst|pack|idx|map|tsbuildinfo)$/i;
const DOCUMENT = /\.(pdf|docx|xlsx|pptx|odt|ods|odp|ott|ots|otp|epub|rtf)$/i;

/** A file of the corpus. */
export interface CorpusFile {
  /** From the corpus' root, as the server answers it: `/usr/share/doc/…`. */
  readonly path: string;
  /** Bytes. */
  readonly size: number;
}

/**
 * Copies files of this machine into `root`, which has their paths below it: all PDF and Office files of `documents`, and of the default places
 * every so many-th by name, so that the same machine gives the same files. Compressed manuals and changelogs are unpacked,
 * so that others can search them as well.
 *
 * @param documents - Folders.
 */
export async function collect(root: string, documents: readonly string[], count: number): Promise<CorpusFile[]> {
  const chosen: string[] = [];
  for (const folder of documents) {
    chosen.push(...(await listFiles(resolve(folder))).filter((path) => DOCUMENT.test(path)));
  }
  for (const { folder, share } of SOURCES) {
    const all = (await listFiles(folder)).filter((path) => !chosen.includes(path));
    const room = count - chosen.length;
    chosen.push(...everySoMany(all, Math.min(room, Math.max(0, Math.ceil(count * share)))));
  }
  const files: CorpusFile[] = [];
  await pool(new Set(withNamesOfTheirOwn(chosen)), 16, async (path) => {
    const file = await copy(path, root);
    if (file) files.push(file);
  });
  return files.toSorted((a, b) => (a.path < b.path ? -1 : 1));
}

/** Paths of the regular files below a folder, sorted; none where there is no such folder. */
async function listFiles(folder: string): Promise<string[]> {
  const paths: string[] = [];
  for await (const entry of glob("**/*", { cwd: folder, withFileTypes: true })) {
    if (entry.isFile() && !PROGRAM.test(entry.name)) paths.push(join(entry.parentPath, entry.name));
  }
  return paths.toSorted();
}

function everySoMany<T>(all: readonly T[], count: number): T[] {
  if (all.length <= count) return [...all];
  return Array.from({ length: count }, (_, i) => all[Math.floor((i * all.length) / count)]).filter(
    (each) => each !== undefined,
  );
}

/** Without those that have another's name, or whose folder has, but for the case of letters: a server has one of them (N2). */
function withNamesOfTheirOwn(paths: readonly string[]): string[] {
  const taken = new Map<string, string>();
  return paths.filter((path) => {
    const parts = unpackedName(path).split("/");
    const places = parts.map((_, i) => parts.slice(0, i + 1).join("/"));
    const file = places.at(-1) ?? "";
    if (taken.has(nameKey(file)) || places.some((place) => (taken.get(nameKey(place)) ?? place) !== place))
      return false;
    for (const place of places) taken.set(nameKey(place), place);
    return true;
  });
}

const isPacked = (path: string) => path.endsWith(".gz") && !path.endsWith(".tar.gz");
const unpackedName = (path: string) => (isPacked(path) ? path.slice(0, -3) : path);

async function copy(path: string, root: string): Promise<CorpusFile | null> {
  const { size } = await lstat(path);
  if (size === 0 || size > LARGEST) return null;
  const target = unpackedName(path);
  const place = join(root, target);
  await mkdir(dirname(place), { recursive: true });
  if (!isPacked(path)) {
    await copyFile(path, place);
    return { path: target, size };
  }
  const bytes = gunzipSync(await readFile(path));
  await writeFile(place, bytes);
  return bytes.length === 0 ? null : { path: target, size: bytes.length };
}
