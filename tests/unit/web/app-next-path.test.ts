import { expect, it } from "vitest";
import { nextPath } from "../../../web/src/app/next-path.ts";

const ORIGIN = "https://ledge.example";

it.each(["/files", "/files/abc?view=def#x", "/device?user_code=ABCD-EFGH", "/"])(
  "[B2] signing in goes on to %s",
  (next) => {
    expect(nextPath(next, ORIGIN)).toBe(next);
  },
);

it.each([
  "//evil.example",
  "/\\evil.example",
  "/\t/evil.example",
  "/\n\\evil.example",
  "/.//evil.example",
  "/a/..//evil.example",
  "https://evil.example/",
  "https://ledge.example/files",
  "javascript:alert(1)",
  "files",
  "",
  undefined,
  7,
])("[B2] signing in never leads to another site: %j", (next) => {
  expect(nextPath(next, ORIGIN)).toBeUndefined();
});
