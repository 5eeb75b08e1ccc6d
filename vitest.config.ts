import { cloudflareTest, readD1Migrations } from "@cloudflare/vitest-plugin";
import { defineConfig } from "vitest/config";

/** Applied to every database before each test file of the workers project; see tests/workers/setup.ts. */
const migrations = {
  DIRECTORY: await readD1Migrations("migrations/directory"),
  META: await readD1Migrations("migrations/meta"),
  SEARCH: await readD1Migrations("migrations/search"),
};

/** What of the environment tests in workerd, which have none, go by: how long the random ones walk, and from where. */
const settings = Object.fromEntries(
  Object.entries(process.env).flatMap(([name, value]) =>
    name.startsWith("PERMISSION_") && value !== undefined ? [[name, value]] : [],
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

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "unit",
          include: ["tests/unit/**/*.test.ts"],
          setupFiles: ["tests/support/seeded-properties.ts"],
          testTimeout: 60_000,
        },
      },
      {
        plugins: [
          cloudflareTest({
            wrangler: { configPath: "tests/wrangler.toml" },
            miniflare: { bindings: { MIGRATIONS: migrations, SETTINGS: settings, ...seed } },
          }),
        ],
        test: {
          name: "workers",
          include: ["tests/workers/**/*.test.ts"],
          setupFiles: ["tests/workers/setup.ts", "tests/support/seeded-properties.ts"],
          testTimeout: 60_000,
          deps: {
            optimizer: {
              ssr: { enabled: true, include: bundled, rolldownOptions: { external: [/^(node|cloudflare):/] } },
            },
          },
        },
      },
      {
        // Against a real `wrangler dev`; each file starts its own server on a free port with fresh state.
        test: {
          name: "e2e",
          include: ["tests/e2e/**/*.test.ts"],
          testTimeout: 300_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
      {
        // The browser app in Chromium, against a real `wrangler dev`; needs `apt-get install chromium`.
        test: {
          name: "browser",
          include: ["tests/browser/**/*.test.ts"],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          fileParallelism: false,
          expect: { poll: { timeout: 30_000, interval: 50 } },
        },
      },
    ],
  },
});
