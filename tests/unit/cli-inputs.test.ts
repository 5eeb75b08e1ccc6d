import { expect, it } from "vitest";
import { requireDisplayName, requireEmail, requireLifetime, requireLinkId, requireTokenId } from "../../cli/inputs.ts";
import { passwordFrom } from "../../cli/password.ts";
import { parseRemotePath } from "../../cli/remote-path.ts";
import { deviceOf } from "../../cli/sync/require-device.ts";
import { newId } from "../../protocol/new-id.ts";
import { SubscribeRequest } from "../../protocol/push.ts";

it.each([
  [() => requireDisplayName("the token's name", ""), "the token's name is empty"],
  [() => requireDisplayName("--name", " \t "), "--name is empty"],
  [() => requireDisplayName("--name", "x".repeat(101)), "--name is too long: at most 100 characters"],
  [() => requireDisplayName("--name", "a\u0007b"), "--name holds control characters"],
  [() => requireEmail(""), "--email is empty"],
  [() => requireEmail("ada"), "--email: ada is not an email address"],
  [() => requireTokenId("ci"), 'ci is not the id of a token: "ledge token list" shows them'],
  [() => requireLinkId("https://x"), 'https://x is not the id of a link: "ledge links" shows them'],
  [() => parseRemotePath(`/a/${"x".repeat(256)}`), /: a name has at most 255 bytes in UTF-8$/],
  [() => parseRemotePath("/a\nb"), "a name holds no control characters"],
  [() => parseRemotePath("/abc".repeat(5_000)), "a path has at most 16384 characters"],
])("says in its own words what is wrong with an input: case %#", (act, message) => {
  expect(act).toThrow(expect.objectContaining({ name: "UsageError" }));
  expect(act).toThrow(message);
});

it.each([
  ["Ada's laptop", "Ada's laptop"],
  ["  host\u0007\n ", "host"],
  [`${"x".repeat(99)}\u{1f4bb}`, "x".repeat(99)],
  [`${"x".repeat(98)}\u{1f4bb}y`, `${"x".repeat(98)}\u{1f4bb}`],
  [`${"x".repeat(99)} y`, "x".repeat(99)],
  ["a\ud83db", "ab"],
  ["\u001b", "device"],
  ["", "device"],
])("[W1] tells the server of a device that is called %j the name %j, which it takes", (told, name) => {
  const device = { id: newId(), name: told };
  const link = { url: "", account: "", remote: "/", rootId: "", device, proof: "" };
  expect(deviceOf(link)).toEqual({ id: device.id, name, platform: process.platform });
  expect(SubscribeRequest.parse({ device: deviceOf(link) }).device.name).toBe(name);
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

it.each([
  ["30m", 1_800_000],
  ["12h", 43_200_000],
  ["7d", 604_800_000],
  ["4w", 2_419_200_000],
])("takes %s for a time", (text, milliseconds) => {
  expect(requireLifetime(text)).toBe(milliseconds);
});

it.each(["", "7", "d", "0d", "-1d", "1.5h", "7 d", "7y", "99999999w"])("does not take %j for a time", (text) => {
  expect(() => requireLifetime(text)).toThrow("must be a time such as 30m, 12h, 7d or 4w");
});
