import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";
import { run } from "../../scripts/support/tools.mjs";

let outdir: string;
let result: { status: number; output: string };

beforeAll(async () => {
  outdir = await mkdtemp(join(tmpdir(), "ledge-bundle-"));
  result = await run("wrangler", ["deploy", "--dry-run", "--outdir", outdir], { stdio: ["ignore", "pipe", "pipe"] });
});

afterAll(() => rm(outdir, { recursive: true, force: true }));

test("wrangler accepts the configuration and the bundle", () => {
  expect(result.output).toContain("--dry-run: exiting now.");
  expect(result.status).toBe(0);
});

test.each([
  "DIRECTORY",
  "META_0",
  "SEARCH",
  "PACKS",
  "USER_SYNC",
  "INDEX_QUEUE",
  "INDEX_BULK_QUEUE",
  "TRANSFER_QUEUE",
  "SIGN_UP",
  "PACK_BYTES",
])("the deployment binds %s", (binding) => {
  expect(result.output).toMatch(new RegExp(`env\\.${binding} `));
});

test("the bundle is one script with some WebAssembly, small enough for the free plan's 3 MB when compressed", async () => {
  const names = await readdir(outdir);
  expect(names.filter((name) => name.endsWith(".js"))).toEqual(["index.js"]);
  const files = names.filter((name) => /\.(js|wasm)$/.test(name));
  const sizes = await Promise.all(files.map(async (name) => gzipSync(await readFile(join(outdir, name))).length));
  const total = sizes.reduce((sum, size) => sum + size, 0);
  expect(total).toBeGreaterThan(100_000);
  expect(total).toBeLessThan(2_500_000);
});

test("the bundle exports what the configuration names", async () => {
  const bundle = await readFile(join(outdir, "index.js"), "utf8");
  const exported = bundle.slice(bundle.lastIndexOf("export {"));
  expect(exported).toContain("UserSync");
  expect(exported).toContain("default");
});
