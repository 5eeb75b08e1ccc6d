import { expect, it } from "vitest";
import { requireDisplayName, requireEmail, requireTokenId } from "../../cli/inputs.ts";
import { passwordFrom } from "../../cli/password.ts";
import { parseRemotePath } from "../../cli/remote-path.ts";
import { newId } from "../../protocol/ids.ts";

it.each([
  [() => requireDisplayName("the token's name", ""), "the token's name is empty"],
  [() => requireDisplayName("--name", " \t "), "--name is empty"],
  [() => requireDisplayName("--name", "x".repeat(101)), "--name is too long: at most 100 characters"],
  [() => requireDisplayName("--name", "a\u0007b"), "--name holds control characters"],
  [() => requireEmail(""), "--email is empty"],
  [() => requireEmail("ada"), "--email: ada is not an email address"],
  [() => requireTokenId("ci"), 'ci is not the id of a token: "ledge token list" shows them'],
  [() => parseRemotePath(`/a/${"x".repeat(256)}`), /: a name has at most 255 bytes in UTF-8$/],
  [() => parseRemotePath("/a\nb"), "a name holds no control characters"],
  [() => parseRemotePath("/abc".repeat(5_000)), "a path has at most 16384 characters"],
])("says in its own words what is wrong with an input: case %#", (act, message) => {
  expect(act).toThrow(expect.objectContaining({ name: "UsageError" }));
  expect(act).toThrow(message);
});

it("takes inputs as people write them", () => {
  expect(requireDisplayName("--name", " Ada ")).toBe("Ada");
  expect(requireEmail("ada@example.com ")).toBe("ada@example.com");
  const id = newId();
  expect(requireTokenId(id)).toBe(id);
});

it("refuses passwords by their length, before the server sees them", async () => {
  const given = (password: string, kind: "new" | "known"): Promise<string> =>
    passwordFrom({ LEDGE_PASSWORD: password }, {}, kind);
  await expect(given("short", "new")).rejects.toThrow("10 to 128");
  await expect(given("x".repeat(129), "known")).rejects.toThrow("10 to 128");
  expect(await given("short", "known")).toBe("short");
});
