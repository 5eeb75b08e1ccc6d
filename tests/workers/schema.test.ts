import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import type { Env } from "../../workers/env.ts";

const { META_0 } = env as unknown as Env & { META_0: D1Database };

it("[I2] a version without its content aborts its batch", async () => {
  const orphan = META_0.prepare("INSERT INTO versions VALUES ('s', 'n', 1, 'u', 'c', 1, 1, 0, 1, 'u')");
  await expect(orphan.run()).rejects.toThrow(/version without content/);
});

it("unhex is there for sets of blobs in one JSON parameter", async () => {
  expect(await META_0.prepare("SELECT hex(unhex(value)) AS hex FROM json_each(?)").bind('["ab"]').first()).toEqual({
    hex: "AB",
  });
});
