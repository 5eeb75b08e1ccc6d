import { readFile } from "node:fs/promises";
import { unzipSync } from "fflate";
import type { Download } from "playwright-core";

/** What a downloaded zip holds, by path; folders have a path that ends with a slash. */
export async function unzipped(zip: Download): Promise<Map<string, Buffer>> {
  const entries = Object.entries(unzipSync(await readFile(await zip.path())));
  return new Map(entries.map(([path, bytes]) => [path, Buffer.from(bytes)]));
}
