import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import type { Env } from "../../workers/env.ts";
import { call, ORIGIN, randomAddress, signUp } from "./support/accounts.ts";

const { DIRECTORY } = env as unknown as Env;

it("[A1] the first account is the administrator, and two first sign-ups at once make one", async () => {
  const both = await Promise.all([signUp(), signUp(), signUp()]);
  const admins = await Promise.all(both.map(async ({ api }) => (await (await api("/account")).json<{ admin: boolean }>()).admin));
  expect(admins.filter(Boolean)).toHaveLength(1);
});

it("[A9] an account has an empty home with a root folder, and its quota", async () => {
  const { api, userId } = await signUp();
  const account = await (await api("/account")).json();
  expect(account).toMatchObject({ id: userId, quota: { quota: 10737418240, used: 0, reserved: 0 } });
});
