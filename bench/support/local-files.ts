import { mkdir, mkdtemp, open, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { randomBytes } from "./random-bytes.ts";

const PIECE = 8 * 2 ** 20;

/** Runs `work` with a temporary folder that is gone afterwards. */
export async function withTemporaryFolder<T>(work: (path: string) => Promise<T>): Promise<T> {
  const path = await mkdtemp(join(tmpdir(), "ledge-bench-files-"));
  try {
    return await work(path);
  } finally {
    await rm(path, { recursive: true, force: true });
  }
}

/** Makes a folder with `count` files of `size` bytes each, all different, given by `seed`; answers the files' paths. */
export async function writeSmallFiles(folder: string, seed: string, count: number, size: number): Promise<string[]> {
  await mkdir(folder, { recursive: true });
  const paths = Array.from({ length: count }, (_, i) => join(folder, `file ${String(i).padStart(5, "0")}.bin`));
  for (const [i, path] of paths.entries()) await writeFile(path, randomBytes(`${seed} ${i}`, size));
  return paths;
}

/**
 * Makes `count` files in `folders` folders, all different, of sizes that grow evenly from `smallest` to `largest` bytes.
 * One seed gives one tree.
 */
export async function writeTree(
  root: string,
  seed: string,
  { count, folders, smallest, largest }: { count: number; folders: number; smallest: number; largest: number },
): Promise<void> {
  for (let i = 0; i < folders; i++) await mkdir(join(root, folderName(i)), { recursive: true });
  for (let i = 0; i < count; i++) {
    const size = smallest + Math.floor(((largest - smallest) * i) / Math.max(1, count - 1));
    await writeFile(join(root, folderName(i % folders), `file ${i}.bin`), randomBytes(`${seed} ${i}`, size));
  }
}

function folderName(i: number): string {
  return `folder ${String(i).padStart(4, "0")}`;
}

/** Writes one file: `prefix`, then `size` bytes that `seed` gives. */
export async function writeLargeFile(path: string, seed: string, size: number, prefix = ""): Promise<void> {
  const file = await open(path, "w");
  try {
    await file.write(prefix);
    for (let at = 0; at < size; at += PIECE) await file.write(randomBytes(`${seed} ${at}`, Math.min(PIECE, size - at)));
  } finally {
    await file.close();
  }
}
