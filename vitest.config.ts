import { readFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { cloudflareTest, readD1Migrations } from "@cloudflare/vitest-plugin";
import { defineConfig } from "vitest/config";
import { CHARACTER_MAPS } from "./core/character-maps.ts";

/** Applied to every database before each test file of the workers project; see tests/workers/setup.ts. */
const migrations = {
  DIRECTORY: await readD1Migrations("migrations/directory"),
  META: await readD1Migrations("migrations/meta"),
  SEARCH: await readD1Migrations("migrations/search"),
};

/** What of the environment tests in workerd, which have none, go by: how long the random ones walk, and from where. */
const settings = Object.fromEntries(
  Object.entries(process.env).flatMap(([name, value]) =>
    /^(PERMISSION|FUZZ)_/.test(name) && value !== undefined ? [[name, value]] : [],
  ),
);

/** For tests/support/seeded-properties.ts, which reads it from `process.env` in either runtime. */
const { PROPERTY_SEED } = process.env;
const seed = PROPERTY_SEED === undefined ? {} : { PROPERTY_SEED };

/**
 * What the Worker imports, bundled once for its tests: each file starts a runtime of its own, which is sent all modules
 * in one message. As single modules they take longer, and with those of `unpdf` pass workerd's limit of 32 MiB (the
 * connection then closes with 1009, "Worker exited unexpectedly").
 */
const bundled = [
  "@hono/zod-openapi",
  "@simplewebauthn/server",
  "better-auth",
  "better-auth/adapters/drizzle",
  "better-auth/api",
  "better-auth/cookies",
  "better-auth/plugins",
  "drizzle-orm/d1",
  "drizzle-orm/sqlite-core",
  "exifreader",
  "fast-check",
  "fflate",
  "hono",
  "hono/body-limit",
  "hono/cookie",
  "hono/html",
  "hono/http-exception",
  "hono/utils/cookie",
  "htmlparser2",
  "itty-durable",
  "music-metadata",
  "postal-mime",
  "unpdf/pdfjs",
  "zod",
];

/** The built app's static files, as far as the Worker's tests need them: character maps (X8). */
async function builtMaps(request: { readonly url: string }): Promise<Response> {
  const { pathname } = new URL(request.url);
  const name = pathname.startsWith(CHARACTER_MAPS) ? pathname.slice(CHARACTER_MAPS.length) : "";
  if (!/^[\w-]+\.bcmap$/.test(name)) return new Response(null, { status: 404 });
  const bytes = await readFile(`node_modules/pdfjs-dist/cmaps/${name}`).catch(() => null);
  return new Response(bytes, { status: bytes ? 200 : 404 });
}

/**
 * Files at once. Vitest's own choice leaves a processor to itself, and so runs one file at a time where there are two,
 * although each waits half of its time. More would have servers and browsers starve where there are few processors.
 */
const maxWorkers = Math.max(2, Math.floor(availableParallelism() / 2));

/** What judges by the clock or by frames a second, and what starves and kills what it tests: with others beside it, it would judge them. */
const alone = {
  unit: [
    "extract/bombs",
    "names",
    "search-scripts",
    "sync/merge-text",
    "thumbnails/bombs",
    "web/drive-tree",
    "web/files-order",
  ].map((name) => `tests/unit/${name}.test.ts`),
  e2e: ["sharing-people", "sync-chaos"].map((name) => `tests/e2e/${name}.test.ts`),
};

/** What is waited for comes within a second on an idle machine; vitest's own second is too little on a busy one. */
const patient = { poll: { timeout: 15_000 } };
const setupFiles = ["tests/support/patience.ts", "tests/support/seeded-properties.ts"];

const unit = { setupFiles, testTimeout: 60_000, hookTimeout: 60_000, expect: patient };

/** Against a real `wrangler dev`; each file starts its own server on a free port with fresh state. */
const e2e = {
  globalSetup: "tests/e2e/support/prepare.ts",
  testTimeout: 300_000,
  hookTimeout: 180_000,
  expect: patient,
};

/**
 * The browser app in Chromium, against a real `wrangler dev`; needs `apt-get install chromium`. One file at a time: a page,
 * its browser and its server are more than a processor's work, and two of them make each other slow.
 */
const browser = {
  globalSetup: "tests/e2e/support/prepare.ts",
  testTimeout: 180_000,
  hookTimeout: 180_000,
  expect: { poll: { timeout: 30_000, interval: 50 } },
};

/** One file at a time, after all others. */
const last = { fileParallelism: false, sequence: { groupOrder: 1 } };

export default defineConfig({
  test: {
    maxWorkers,
    projects: [
      { test: { name: "unit", include: ["tests/unit/**/*.test.ts"], exclude: alone.unit, ...unit } },
      {
        plugins: [
          cloudflareTest({
            wrangler: { configPath: "tests/wrangler.toml" },
            miniflare: {
              serviceBindings: { ASSETS: builtMaps },
              bindings: { MIGRATIONS: migrations, SETTINGS: settings, ...seed },
            },
          }),
        ],
        test: {
          name: "workers",
          include: ["tests/workers/**/*.test.ts"],
          setupFiles: ["tests/workers/setup.ts", ...setupFiles],
          testTimeout: 60_000,
          hookTimeout: 60_000,
          expect: patient,
          deps: {
            optimizer: {
              ssr: { enabled: true, include: bundled, rolldownOptions: { external: [/^(node|cloudflare):/] } },
            },
          },
        },
      },
      { test: { name: "e2e", include: ["tests/e2e/**/*.test.ts"], exclude: alone.e2e, ...e2e } },
      { test: { name: "unit-alone", include: alone.unit, ...unit, ...last } },
      { test: { name: "e2e-alone", include: alone.e2e, ...e2e, ...last } },
      { test: { name: "browser", include: ["tests/browser/**/*.test.ts"], ...browser, ...last } },
    ],
  },
});
