/**
 * `npm test`: installs, then runs every test; `npm test -- FILTER…` runs some, as vitest would.
 *
 * Its last line is `N passed, N failed`.
 */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { linkCli } from "./support/link-cli.mjs";
import { ensureInstalled, run } from "./support/tools.mjs";

ensureInstalled();
linkCli();

// What a person has set for a running server must not reach the servers and clients that tests start.
for (const name of ["PORT", "LEDGE_URL", "LEDGE_TOKEN", "LEDGE_PASSWORD", "LEDGE_STATE"]) delete process.env[name];

const folder = mkdtempSync(join(tmpdir(), "ledge-test-"));
const report = join(folder, "report.json");
const { status } = await run("vitest", [
  "run",
  "--reporter=default",
  "--reporter=json",
  `--outputFile.json=${report}`,
  ...process.argv.slice(2),
]);
const broken = printTotal();
rmSync(folder, { recursive: true, force: true });
process.exit(status === 0 && broken ? 1 : status);

/** @returns whether the results could not be read: vitest did not get as far as running tests. */
function printTotal() {
  try {
    const results = JSON.parse(readFileSync(report, "utf8"));
    // A file that could not be loaded has no tests, and is a failure all the same.
    const unloaded = results.testResults.filter(
      (file) => file.status === "failed" && file.assertionResults.length === 0,
    );
    console.log(`\n${results.numPassedTests} passed, ${results.numFailedTests + unloaded.length} failed`);
    return false;
  } catch {
    console.log("\n0 passed, 1 failed");
    return true;
  }
}
