import { expect, it } from "vitest";
import { LedgeError } from "../../protocol/errors.ts";
import { about } from "../../cli/each-item.ts";
import { formatDuration, printable } from "../../cli/output.ts";
import { getSummary, putSummary } from "../../cli/summaries.ts";

const put = { files: 0, folders: 0, skipped: 0, vanished: 0, failed: 0, bytes: 0, sent: 0 };

it("says what a put did, what it sent and what it saved", () => {
  expect(putSummary({ ...put, files: 1, bytes: 4, sent: 4 }, 0.24)).toBe("Put 1 file (4 B) in 0.2 s. Sent 4 B.");
  expect(putSummary({ ...put, files: 2, folders: 1, bytes: 4096, sent: 1024 }, 65)).toBe(
    "Put 2 files (4.0 KiB) and 1 folder in 1 min 5 s. Sent 1.0 KiB, 75 % was there already.",
  );
  expect(putSummary({ ...put, files: 1, bytes: 9, skipped: 3, vanished: 1, failed: 2 }, 12)).toBe(
    "Put 1 file (9 B) in 12 s. Sent nothing: the server had all of it. Skipped 3 unchanged files. 1 vanished meanwhile. 2 failed, see above.",
  );
  expect(putSummary({ ...put, skipped: 1 }, 0)).toBe("Put nothing in 0.0 s. Skipped 1 unchanged file.");
});

it("says what a get did", () => {
  expect(getSummary({ ...put, files: 3, folders: 2, bytes: 1536 }, 3_840)).toBe(
    "Fetched 3 files (1.5 KiB) and 2 folders in 1 h 4 min.",
  );
  expect(getSummary({ ...put, bytes: 2, failed: 1 }, 0)).toBe("Fetched nothing in 0.0 s. 1 failed, see above.");
});

it("rounds durations without showing sixty seconds", () => {
  expect([9.94, 9.96, 59.6, 60, 3_599.6].map(formatDuration)).toEqual([
    "9.9 s",
    "10 s",
    "1 min 0 s",
    "1 min 0 s",
    "1 h 0 min",
  ]);
});

it("shows control characters as escapes, and other scripts as they are", () => {
  expect(printable("a\u001b[31mb\nc\u0085 größe 日本")).toBe("a\\x1b[31mb\\nc\\x85 größe 日本");
  expect(printable("invoice\u202efdp.exe \u061c")).toBe("invoice\\u202efdp.exe \\u061c");
});

it("names the path in an item's error, and leaves errors of access as they are", async () => {
  const reject = async (error: Error): Promise<never> => {
    throw error;
  };
  const fail = (error: Error): Promise<never> => about("/a", reject(error), "hint");
  await expect(fail(new LedgeError("name_conflict", "taken"))).rejects.toMatchObject({
    message: "/a: taken (hint)",
    code: "name_conflict",
  });
  await expect(fail(new LedgeError("not_found", "gone"))).rejects.toThrow(/^\/a: gone$/);
  await expect(fail(new LedgeError("unauthenticated", "sign in"))).rejects.toThrow(/^sign in$/);
});
