/**
 * `node scripts/complete-lock.mjs`, after changing dependencies where the registry (a mirror that lags, say) lacks the
 * programs of other platforms: npm then leaves them out of package-lock.json, `npm ci` refuses the file, and those
 * platforms could not install. This names them with the version that their parent asks for; npm fills in the rest where
 * it can reach them.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./support/tools.mjs";

const systems = {
  android: "android",
  darwin: "darwin",
  freebsd: "freebsd",
  linux: "linux",
  openharmony: "openharmony",
  win32: "win32",
  windows: "win32",
};
const processors = {
  64: "x64",
  x64: "x64",
  arm: "arm",
  arm64: "arm64",
  ia32: "ia32",
  ppc64: "ppc64",
  riscv64: "riscv64",
  s390x: "s390x",
};
const libraries = { gnu: "glibc", gnueabihf: "glibc", musl: "musl", musleabihf: "musl" };

const path = join(root, "package-lock.json");
const lock = JSON.parse(readFileSync(path, "utf8"));
const present = new Set(Object.keys(lock.packages).map((key) => key.slice(key.lastIndexOf("node_modules/") + 13)));

let added = 0;
for (const entry of Object.values(lock.packages)) {
  for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
    if (present.has(name)) continue;
    lock.packages[`node_modules/${name}`] = {
      version,
      ...platform(name),
      optional: true,
      ...(entry.dev && { dev: true }),
    };
    present.add(name);
    added++;
  }
}
lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => a.localeCompare(b, "en")));
writeFileSync(path, `${JSON.stringify(lock, null, 2)}\n`);
console.log(`${added} packages of other platforms added to package-lock.json.`);

/** What a platform package's name says: `@oxlint/binding-linux-arm64-musl` is for linux, arm64, musl. */
function platform(name) {
  const words = name.split(/[/-]/);
  const find = (table) => words.map((word) => table[word]).find(Boolean);
  const [os, cpu, libc] = [find(systems), find(processors), find(libraries)];
  if (!os || !cpu) throw new Error(`${name}: cannot tell its platform`);
  return { cpu: [cpu], ...(libc && { libc: [libc] }), os: [os] };
}
