/** What of a failed test run is run once more, and what the two runs come to. */

/** More files than these do not fail by chance. */
const MOST_FILES = 2;

/**
 * Tests that look for losses and leaks in random histories and in races. What they find may well need a rare moment to happen:
 * a failure of theirs is a finding, whether or not it comes again.
 */
const FINDINGS = [
  "tests/e2e/sync-chaos.test.ts",
  "tests/unit/sync/node-replica-files.test.ts",
  "tests/unit/sync/shared-folders-fuzz.test.ts",
  "tests/unit/sync/sim-files.test.ts",
  "tests/unit/sync/sim.test.ts",
  "tests/unit/web/drive-chaos.test.ts",
  "tests/workers/members-races.test.ts",
  "tests/workers/ownership-races.test.ts",
  "tests/workers/permission-model.test.ts",
  "tests/workers/racing-commits.test.ts",
  "tests/workers/search-model.test.ts",
  "tests/workers/transfer-races.test.ts",
];

/**
 * @param report - What scripts/support/test-report.mjs wrote: `files`, each with its `path` and how many tests `passed` and
 *   `failed`, and `unhandled`, how many errors belong to none.
 * @returns paths of the failed files where they are few, and none of them is left to chance; otherwise none.
 */
export function filesToRunAgain({ files, unhandled }) {
  const failed = files.filter((file) => file.failed > 0).map(({ path }) => path);
  const isFinding = failed.some((path) => FINDINGS.some((finding) => path.endsWith(finding)));
  return unhandled > 0 || isFinding || failed.length > MOST_FILES ? [] : failed;
}

/** @returns tests that passed and failed, each file's by its last run; an error that belongs to no test is a failure. */
export function totalOf(...reports) {
  const last = new Map(reports.flatMap(({ files }) => files).map((file) => [file.path, file]));
  const sum = (of) => [...last.values()].reduce((total, file) => total + file[of], 0);
  const unhandled = reports.reduce((total, report) => total + report.unhandled, 0);
  return { passed: sum("passed"), failed: sum("failed") + unhandled };
}
