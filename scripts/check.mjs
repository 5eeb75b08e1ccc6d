/** `npm run check`: all that can be said about the code without running it. Every check runs, whatever the others say. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { bin, childEnvironment, ensureInstalled, root } from "./support/tools.mjs";

const checks = [
  ["prettier", "--check", "--log-level", "warn", "."],
  ["oxlint", "--type-aware", "--deny-warnings", "--report-unused-disable-directives"],
  ["tsc", "-p", "tsconfig.json"],
  ["tsc", "-p", "tsconfig.node.json"],
  ["tsc", "-p", "tsconfig.web.json"],
  ["knip"],
];

ensureInstalled();
const failed = [];
for (const [program, ...args] of checks) {
  const command = [program, ...args].join(" ");
  console.log(`> ${command}`);
  const { status } = spawnSync(join(bin, program), args, { cwd: root, stdio: "inherit", env: childEnvironment() });
  if (status !== 0) failed.push(command);
}
if (failed.length > 0) console.error(`\nFailed:\n  ${failed.join("\n  ")}`);
else console.log("\nAll checks passed.");
process.exit(failed.length > 0 ? 1 : 0);
