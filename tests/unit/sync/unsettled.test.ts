import { expect, test } from "vitest";
import type { Stamp } from "../../../client/ports/replica-files.ts";
import { QUIET_TIMES } from "../../../client/sync/observe/quiet-times.ts";
import { Unsettled } from "../../../client/sync/observe/unsettled.ts";

const PLACE = { parent: "root", name: "a" };

function quietAfter(nanoseconds: string): number {
  const unsettled = new Unsettled(QUIET_TIMES);
  const time = `1700000000${nanoseconds}`;
  const stamp: Stamp = {
    type: "file",
    size: 3,
    mtime: 1_700_000_000_000,
    executable: false,
    identity: "1",
    modified: time,
    changed: time,
  };
  for (let now = 0; ; now += 10) if (unsettled.settles(PLACE, null, stamp, false, now)) return now;
}

test("[Y17] a file whose system tells whole seconds only is quiet when no write can have the same stamp any more", () => {
  expect(quietAfter("123456789")).toBe(QUIET_TIMES.start);
  // FAT tells every other second.
  expect(quietAfter("000000000")).toBeGreaterThan(2_000);
});
