/**
 * `npm test`: installs, then runs every test; `npm test -- FILTER…` runs some, as vitest would.
 *
 * Where of all files one or two fail, they are run once more, by themselves; those that pass then are named as flaky. The
 * last line is `N passed, N failed`.
 */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { linkCli } from "./support/link-cli.mjs";
import { filesToRunAgain, totalOf } from "./support/second-run.mjs";
import { ensureInstalled, root, run } from "./support/tools.mjs";

ensureInstalled();
linkCli();

// What a person has set for a running server must not reach the servers and clients that tests start.
for (const name of ["PORT", "LEDGE_URL", "LEDGE_TOKEN", "LEDGE_PASSWORD", "LEDGE_STATE"]) delete process.env[name];

const args = process.argv.slice(2);
const first = await runTests(args);
// What was found on the way of another seed than the usual one is not to be lost.
const isUsual = args.length === 0 && process.env.PROPERTY_SEED === undefined;
const again = isUsual && first.status !== 0 ? filesToRunAgain(first.report) : [];
process.exit(again.length > 0 ? await runAgain(again) : finish(first.status, first.report));

async function runAgain(paths) {
  const names = paths.map((path) => relative(root, path));
  console.log(`\nOnce more, by themselves: ${names.join(", ")}\n`);
  const second = await runTests(paths);
  const flaky = names.filter((_, i) =>
    second.report.files.some(({ path, failed }) => path === paths[i] && failed === 0),
  );
  if (flaky.length > 0) console.log(`\nFlaky, failed above and passed the second time: ${flaky.join(", ")}`);
  return finish(second.status, first.report, second.report);
}

/** @returns vitest's status, and what became of the files: of none, with an error, where vitest did not get as far. */
async function runTests(args) {
  const folder = mkdtempSync(join(tmpdir(), "ledge-test-"));
  const path = join(folder, "report.json");
  const { status } = await run(
    "vitest",
    ["run", "--reporter=default", "--reporter=./scripts/support/test-report.mjs", ...args],
    { env: { LEDGE_TEST_REPORT: path } },
  );
  const report = read(path);
  rmSync(folder, { recursive: true, force: true });
  return { status, report };
}

function read(path) {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch {
    return { files: [], unhandled: 1 };
  }
}

/** @returns the status to exit with: never 0 where something failed. */
function finish(status, ...reports) {
  const { passed, failed } = totalOf(...reports);
  console.log(`\n${passed} passed, ${failed} failed`);
  return status === 0 && failed > 0 ? 1 : status;
}
