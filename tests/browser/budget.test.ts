import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { beforeAll, expect, it } from "vitest";
import { root } from "../../scripts/support/tools.mjs";
import { ensureWebBuilt } from "../../scripts/support/web-build.mjs";

/** Bytes of gzipped JavaScript. */
const BUDGET = 200_000;

interface Chunk {
  readonly file: string;
  readonly imports?: readonly string[];
}

const web = join(root, "dist", "web");

beforeAll(ensureWebBuilt);

it("[B18] the first load is at most 200 kB of gzipped JavaScript", () => {
  const manifest = JSON.parse(readFileSync(join(web, ".vite", "manifest.json"), "utf8")) as Record<string, Chunk>;
  const files = new Set(["color-scheme.js"]);
  const add = (name: string): void => {
    const chunk = manifest[name];
    if (!chunk) throw new Error(`the build has no ${name}`);
    if (files.has(chunk.file)) return;
    files.add(chunk.file);
    chunk.imports?.forEach(add);
  };
  // With the shell, the folder page and the drive: they are in the entry.
  add("index.html");
  const sizes = [...files].map((file) => [file, gzipSync(readFileSync(join(web, file)), { level: 9 }).length] as const);
  const total = sizes.reduce((sum, [, size]) => sum + size, 0);
  const largest = sizes.toSorted((a, b) => b[1] - a[1]).slice(0, 8);
  console.log(
    `first load: ${(total / 1000).toFixed(1)} kB gzipped in ${files.size} files;`,
    Object.fromEntries(largest),
  );
  expect(total).toBeLessThanOrEqual(BUDGET);
});
