import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { filesToRunAgain, totalOf } from "../../scripts/support/second-run.mjs";

const file = (name: string, failed = 0) => ({ path: `/somewhere/${name}`, passed: 3, failed });
const report = (files: readonly ReturnType<typeof file>[], unhandled = 0) => ({ files, unhandled });

describe("a second run of a few failed files", () => {
  it("is of one or two files that failed", () => {
    expect(filesToRunAgain(report([file("a.ts")]))).toEqual([]);
    expect(filesToRunAgain(report([file("a.ts"), file("b.ts", 1), file("c.ts", 2)]))).toEqual([
      "/somewhere/b.ts",
      "/somewhere/c.ts",
    ]);
  });

  it("is not where many failed, nor where an error belongs to no test", () => {
    expect(filesToRunAgain(report([file("a.ts", 1), file("b.ts", 1), file("c.ts", 1)]))).toEqual([]);
    expect(filesToRunAgain(report([file("a.ts", 1)], 1))).toEqual([]);
  });

  it("is not where a loss or a leak was found in a random history", () => {
    const findings = [...readFileSync("scripts/support/second-run.mjs", "utf8").matchAll(/"(tests\/.*)"/g)];
    expect(findings.length).toBeGreaterThan(0);
    for (const [, path = ""] of findings) {
      expect(existsSync(path), path).toBe(true);
      expect(filesToRunAgain(report([file("a.ts", 1), file(path, 1)]))).toEqual([]);
      expect(filesToRunAgain(report([file("a.ts", 1), file(path)]))).toEqual(["/somewhere/a.ts"]);
    }
  });

  it("counts each file's last run", () => {
    const first = report([file("a.ts"), file("b.ts", 1)]);
    expect(totalOf(first)).toEqual({ passed: 6, failed: 1 });
    expect(totalOf(first, report([{ ...file("b.ts"), passed: 4 }]))).toEqual({ passed: 7, failed: 0 });
    expect(totalOf(first, report([file("b.ts", 1)]))).toEqual({ passed: 6, failed: 1 });
    expect(totalOf(first, report([file("b.ts")], 1))).toEqual({ passed: 6, failed: 1 });
  });
});
