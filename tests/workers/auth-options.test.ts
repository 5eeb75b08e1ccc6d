import { env } from "cloudflare:workers";
import { afterEach, expect, it } from "vitest";
import type { Env } from "../../workers/env.ts";
import { call, problemOf, randomAddress, signUp } from "./support/accounts.ts";

const settings = env as unknown as { -readonly [Name in keyof Env]: Env[Name] };

afterEach(() => {
  settings.SIGN_UP = "open";
});

async function options(): Promise<{ body: unknown; cacheControl: string | null }> {
  const answer = await call("/auth/options");
  return { body: await answer.json(), cacheControl: answer.headers.get("cache-control") };
}

it("[B2] the sign-in page is told whether sign-up is open, closed, or the first", async () => {
  settings.SIGN_UP = "closed";
  const rest = { passkeys: true, mail: true, passwordLength: { min: 10, max: 128 } };
  expect(await options()).toEqual({ body: { signUp: "first", ...rest }, cacheControl: "no-store" });
  await signUp();
  expect(await options()).toEqual({ body: { signUp: "closed", ...rest }, cacheControl: "public, max-age=60" });
  const refused = await call("/auth/sign-up/email", {
    method: "POST",
    headers: { "cf-connecting-ip": randomAddress() },
    json: { email: "late@example.org", password: "correct horse battery", name: "Late" },
  });
  expect(await problemOf(refused)).toBe("403 sign_up_closed");
  settings.SIGN_UP = "open";
  expect(await options()).toMatchObject({ body: { signUp: "open" } });
});
