import { mkdirSync, readlinkSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { bin } from "./tools.mjs";

const target = "../../cli/bin.mjs";

/** Makes `npx ledge` run this checkout's CLI: npm links the programs of dependencies, but not the root's own. */
export function linkCli() {
  const link = join(bin, "ledge");
  try {
    if (readlinkSync(link) === target) return;
  } catch {
    // Absent, or something else: made below.
  }
  mkdirSync(bin, { recursive: true });
  rmSync(link, { force: true });
  symlinkSync(target, link);
}
