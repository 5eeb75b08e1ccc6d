/**
 * `npm run compare:syncthing`: an edit on one device, until it is on the other's disk, of Syncthing (Debian's package) and
 * of Ledge in one run. Needs `syncthing` on the PATH. `--edits N` (50 where absent).
 */
import { spawnSync } from "node:child_process";
import { childEnvironment, ensureInstalled, node24, root } from "./support/tools.mjs";

const { status: found } = spawnSync("syncthing", ["--version"], { stdio: "ignore" });
if (found !== 0) {
  console.error("There is no syncthing on the PATH. On Debian and Ubuntu: apt-get install syncthing");
  process.exit(1);
}
ensureInstalled();
const { status } = spawnSync(node24, ["--no-warnings", "bench/compare-syncthing.ts", ...process.argv.slice(2)], {
  cwd: root,
  stdio: "inherit",
  env: childEnvironment(),
});
process.exit(status ?? 1);
