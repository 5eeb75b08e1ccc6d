/** `npm run bench`: bench/run.ts on Node 24, with what it needs installed. Arguments pass through. */
import { spawnSync } from "node:child_process";
import { childEnvironment, ensureInstalled, node24, root } from "./support/tools.mjs";
import { ensureWebBuilt } from "./support/web-build.mjs";

ensureInstalled();
await ensureWebBuilt();
const { status } = spawnSync(node24, ["--no-warnings", "bench/run.ts", ...process.argv.slice(2)], {
  cwd: root,
  stdio: "inherit",
  env: childEnvironment(),
});
process.exit(status ?? 1);
