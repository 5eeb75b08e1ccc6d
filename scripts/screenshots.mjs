/** `npm run screenshots`: takes docs/screenshots/ anew, of a server and a drive made for it; arguments are parts of names. */
import { spawnSync } from "node:child_process";
import { childEnvironment, ensureInstalled, node24, root } from "./support/tools.mjs";
import { ensureWebBuilt } from "./support/web-build.mjs";

ensureInstalled();
await ensureWebBuilt();
const { status } = spawnSync(node24, ["--no-warnings", "tests/browser/screenshots/take.ts", ...process.argv.slice(2)], {
  cwd: root,
  stdio: "inherit",
  env: childEnvironment(),
});
process.exit(status ?? 1);
