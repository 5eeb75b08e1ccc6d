/** A reporter of vitest's: writes what became of each file to the path in `LEDGE_TEST_REPORT`, for scripts/test.mjs. */
import { writeFileSync } from "node:fs";

export default class TestReport {
  onTestRunEnd(modules, unhandledErrors, reason) {
    const files = modules.map((module) => {
      const states = [...module.children.allTests()].map((test) => test.result().state);
      const count = (state) => states.filter((each) => each === state).length;
      // A file that could not be loaded, or whose hooks failed, may have no failed test, and is a failure all the same.
      const failed = Math.max(count("failed"), module.state() === "failed" ? 1 : 0);
      return { path: module.moduleId, passed: count("passed"), failed };
    });
    const unended = modules.filter((module) => ["queued", "pending"].includes(module.state())).length;
    const unhandled = unhandledErrors.length + unended + (reason === "interrupted" ? 1 : 0);
    writeFileSync(process.env.LEDGE_TEST_REPORT, JSON.stringify({ files, unhandled }));
  }
}
