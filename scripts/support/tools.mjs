/**
 * What every script here needs before anything else: the installed packages and Node 24.
 *
 * These files are plain JavaScript that Node 20 can run with nothing installed. Node 24 comes from npm's `node` package
 * (docs/adr/0001-node-24-from-npm.md), so whatever needs it (wrangler, vitest, TypeScript sources) is a child of
 * `node_modules/.bin/node`.
 */
import { spawn, spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
export const bin = join(root, "node_modules", ".bin");
export const node24 = join(bin, "node");

const programs = {
  vite: "node_modules/vite/bin/vite.js",
  vitest: "node_modules/vitest/vitest.mjs",
  wrangler: "node_modules/wrangler/bin/wrangler.js",
};

/** Makes `node_modules` what package-lock.json says, by `npm ci` where it is not. Exits with npm's status on failure. */
export function ensureInstalled() {
  const reason = whyInstall();
  if (!reason) return;
  console.log(`Installing packages (${reason}) …`);
  // Without node_modules/.bin in PATH: npm must not run on the Node that it is about to remove.
  const path = (process.env.PATH ?? "").split(":").filter((entry) => !entry.endsWith("node_modules/.bin"));
  const { status } = spawnSync("npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error"], {
    cwd: root,
    stdio: "inherit",
    env: { ...process.env, PATH: path.join(":") },
  });
  if (status !== 0) {
    console.error("npm ci failed; see above.");
    process.exit(status ?? 1);
  }
}

/** Why an installation is needed, or undefined where what npm last installed is what the lock file wants. */
function whyInstall() {
  if (!existsSync(node24)) return "none are installed";
  try {
    const wanted = lockedPackages("package-lock.json");
    // npm writes this file last, so an interrupted installation does not have it.
    const installed = lockedPackages("node_modules/.package-lock.json");
    for (const [path, { version, optional, devOptional }] of Object.entries(wanted)) {
      if (path === "" || (!installed[path] && (optional || devOptional))) continue;
      if (installed[path]?.version !== version) return "package-lock.json has changed";
    }
    return undefined;
  } catch {
    return "the last installation did not finish";
  }
}

function lockedPackages(path) {
  return JSON.parse(readFileSync(join(root, path), "utf8")).packages;
}

/** The environment of every child: Node 24 first in PATH, and no program that calls home. */
export function childEnvironment(extra = {}) {
  return {
    ...process.env,
    PATH: `${bin}:${process.env.PATH ?? ""}`,
    WRANGLER_SEND_METRICS: "false",
    WRANGLER_SEND_ERROR_REPORTS: "false",
    WRANGLER_HIDE_BANNER: "true",
    WRANGLER_NO_SKILLS_UPDATE_PROMPTS: "true",
    CLOUDFLARE_CF_FETCH_ENABLED: "false",
    ...extra,
  };
}

/**
 * Starts an installed program (`vite`, `vitest`, `wrangler`) on Node 24.
 *
 * @param options - As `child_process.spawn`; `env` is added to {@link childEnvironment}.
 */
export function start(program, args, { env, ...options } = {}) {
  return spawn(node24, [join(root, programs[program]), ...args], {
    cwd: root,
    stdio: "inherit",
    ...options,
    env: childEnvironment(env),
  });
}

/**
 * Runs an installed program to its end.
 *
 * @returns its exit status, and what it wrote to stdout and stderr where `options.stdio` is `pipe`.
 */
export function run(program, args, options = {}) {
  const child = start(program, args, options);
  const chunks = [];
  child.stdout?.on("data", (chunk) => chunks.push(chunk));
  child.stderr?.on("data", (chunk) => chunks.push(chunk));
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (status) => resolve({ status: status ?? 1, output: Buffer.concat(chunks).toString("utf8") }));
  });
}
