/** The browser app's files, which the Worker serves: made by Vite into `dist/web`, anew only when what they are made of changed. */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root, run } from "./tools.mjs";

const sources = ["web", "client", "core", "protocol", "package-lock.json"];
const built = join(root, "dist", "web");
const digestFile = join(root, "dist", "web.sha256");

/** Builds the app where `dist/web` is not of these sources. A build that is cut off leaves the one before. */
export async function ensureWebBuilt() {
  const digest = sourcesDigest();
  if (existsSync(join(built, "index.html")) && readOr(digestFile, "") === digest) return;
  console.log("Building the browser app …");
  mkdirSync(join(root, "dist"), { recursive: true });
  const folder = join(root, "dist", `web-${process.pid}`);
  const { status, output } = await run("vite", ["build", "--config", "web/vite.config.ts", "--logLevel", "warn"], {
    stdio: ["ignore", "pipe", "pipe"],
    // A test's own NODE_ENV would build React's development version.
    env: { LEDGE_WEB_OUT: folder, NODE_ENV: "production" },
  });
  if (status !== 0) {
    rmSync(folder, { recursive: true, force: true });
    throw new Error(`The browser app cannot be built:\n${output}`);
  }
  const former = join(root, "dist", `web-${process.pid}-former`);
  if (existsSync(built)) renameSync(built, former);
  renameSync(folder, built);
  writeFileSync(digestFile, digest);
  rmSync(former, { recursive: true, force: true });
}

function sourcesDigest() {
  const hash = createHash("sha256");
  for (const source of sources) addTo(hash, source);
  return hash.digest("hex");
}

function addTo(hash, path) {
  const full = join(root, path);
  if (!statSync(full).isDirectory()) hash.update(`${path}\0`).update(readFileSync(full)).update("\0");
  else for (const name of readdirSync(full).sort()) addTo(hash, `${path}/${name}`);
}

function readOr(file, otherwise) {
  return existsSync(file) ? readFileSync(file, "utf8") : otherwise;
}
