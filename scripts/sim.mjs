/**
 * `npm run sim -- --histories N --seed S`: runs the sync client on simulated devices against the server's own rules
 * (SPEC Y24), on all cores. A history that fails is shrunk and shown, with the command that replays it.
 *
 * `--trace` shows all that happens in the history of the seed, `--shrink` shrinks it, `--failures N` goes on until each
 * core has that many failures.
 */
import { spawnSync } from "node:child_process";
import { childEnvironment, ensureInstalled, node24, root } from "./support/tools.mjs";

ensureInstalled();
const { status } = spawnSync(node24, ["--no-warnings", "tests/sim/main.ts", ...process.argv.slice(2)], {
  cwd: root,
  stdio: "inherit",
  env: childEnvironment(),
});
process.exit(status ?? 1);
