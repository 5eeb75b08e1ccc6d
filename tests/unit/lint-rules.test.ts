import { execFile } from "node:child_process";
import { copyFile, mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";

/** Each file breaks exactly one rule of .oxlintrc.json, named beside it. */
const violations: Record<string, readonly [rule: string, source: string]> = {
  "protocol/a.ts": ["no-restricted-imports", `import "../core/names.ts";`],
  "protocol/b.ts": ["no-restricted-imports", `import "node:fs";`],
  "core/a.ts": ["no-restricted-imports", `import "../workers/env.ts";`],
  "core/b.ts": ["no-restricted-imports", `import "../../client/http.ts";`],
  "core/c.ts": ["no-restricted-imports", `import "node:fs/promises";`],
  "core/d.ts": ["no-restricted-imports", `import "cloudflare:workers";`],
  "core/e.ts": ["no-restricted-globals", `export const later = (run: () => void) => void setTimeout(run, 1);`],
  "workers/a.ts": ["no-restricted-imports", `import "node:fs";`],
  "workers/api/b.ts": ["no-restricted-imports", `import "node:fs/promises";`],
  "workers/api/c.ts": ["no-restricted-imports", `import "../../client/http.ts";`],
  "workers/storage/d.ts": ["no-restricted-imports", `import "../api/app.ts";`],
  "client/a.ts": ["no-restricted-imports", `import "node:fs";`],
  "client/b.ts": ["no-restricted-imports", `import "../workers/env.ts";`],
  "client/c.ts": ["no-restricted-imports", `import "../cli/main.ts";`],
  "client/ports/d.ts": ["no-restricted-imports", `import "cloudflare:workers";`],
  "cli/a.ts": ["no-restricted-imports", `import "../workers/env.ts";`],
  "bench/a.ts": ["no-restricted-imports", `import "cloudflare:workers";`],
  "core/f.ts": ["no-explicit-any", `export const f = (value: any): string => String(value);`],
  "core/g.ts": ["consistent-type-imports", `import { T } from "./fine.ts";\nexport const t: T = 1;`],
  "core/h.ts": ["no-floating-promises", `export function h(wait: () => Promise<void>) {\n  wait();\n}`],
  "core/i.ts": [
    "no-misused-promises",
    `export const i = (p: Promise<boolean>) => {\n  if (p) throw new Error("x");\n};`,
  ],
};

const allowed: Record<string, string> = {
  "core/fine.ts": `import "../protocol/ids.ts";\nexport type T = number;`,
  "workers/fine.ts": `import "cloudflare:workers";\nimport "node:zlib";\nimport "../core/fine.ts";`,
  "workers/api/fine.ts": `import "../storage/shards.ts";`,
  "workers/storage/fine.ts": `import "node:crypto";\nimport "../env.ts";\nimport "../../protocol/ids.ts";`,
  "client/fine.ts": `import "../core/fine.ts";`,
  "client/ports/fine.ts": `import "node:fs";`,
  "cli/fine.ts": `import "node:fs";\nimport "../client/fine.ts";`,
};

let folder: string;
let findings: Map<string, string[]>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "ledge-lint-"));
  for (const name of [".oxlintrc.json", "tsconfig.json", "tsconfig.base.json"])
    await copyFile(name, join(folder, name));
  await symlink(resolve("node_modules"), join(folder, "node_modules"));
  const sources = Object.entries(violations).map(([path, [, source]]) => [path, source] as const);
  for (const [path, source] of [...sources, ...Object.entries(allowed)]) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), `${source}\n`);
  }
  findings = await lint(folder);
});

afterAll(() => rm(folder, { recursive: true, force: true }));

test.each(Object.entries(violations))("the linter refuses %s", (path, [rule]) => {
  expect(findings.get(path) ?? []).toContainEqual(expect.stringContaining(`(${rule})`));
});

test.each(Object.keys(allowed))("the linter accepts the imports of %s", (path) => {
  expect(findings.get(path) ?? []).toEqual([]);
});

/** @returns the rules that each file breaks, by its path. */
async function lint(cwd: string): Promise<Map<string, string[]>> {
  const args = ["--type-aware", "--format=json", "protocol", "core", "workers", "client", "cli", "bench"];
  const failure = (await promisify(execFile)(resolve("node_modules/.bin/oxlint"), args, { cwd }).catch(
    (error: unknown) => error,
  )) as { stdout: string };
  const { diagnostics } = JSON.parse(failure.stdout) as { diagnostics: { code: string; filename: string }[] };
  const found = new Map<string, string[]>();
  for (const { code, filename } of diagnostics) found.set(filename, [...(found.get(filename) ?? []), code]);
  return found;
}
