import { evictDurableObject, runDurableObjectAlarm } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import type { Env } from "../../workers/env.ts";
import { call, problemOf, randomAddress, signUp } from "./support/accounts.ts";

function signIn(email: string, password: string, address = randomAddress()): Promise<Response> {
  const headers = { "cf-connecting-ip": address };
  return call("/auth/sign-in/email", { method: "POST", headers, json: { email, password } });
}

it("[A4] an email's attempts are limited wherever they come from, known or not, right password or wrong", async () => {
  const { email, password } = await signUp();
  for (const target of [email, "nobody@example.org"]) {
    const answers = await Promise.all(
      Array.from({ length: 12 }, () => signIn(target.toUpperCase(), "not the password")),
    );
    expect(answers.map(({ status }) => status).sort((a, b) => a - b)).toEqual([
      ...Array<number>(10).fill(401),
      429,
      429,
    ]);
  }
  const refused = await signIn(email, password);
  expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
  expect(Number(refused.headers.get("retry-after"))).toBeLessThanOrEqual(60);
  expect(await problemOf(refused)).toBe("429 rate_limited");
  expect((await signIn((await signUp()).email, password)).status).toBe(200);
});

it("[A4] a limited attempt costs no hash", async () => {
  const timed = async () => {
    const start = performance.now();
    const { status } = await signIn("costly@example.org", "not the password");
    return { status, ms: performance.now() - start };
  };
  const attempts: Awaited<ReturnType<typeof timed>>[] = [];
  for (let n = 0; n < 20; n++) attempts.push(await timed());
  // Whatever else the machine does makes some of them slower, and none faster.
  const fastest = (status: number) =>
    Math.min(...attempts.filter((attempt) => attempt.status === status).map(({ ms }) => ms));
  expect(attempts[0]?.status).toBe(401);
  expect(fastest(429)).toBeLessThan(fastest(401) / 2);
});

it("[A4] an address's attempts are limited whatever the email; an IPv6 address counts by its /64", async () => {
  const from = (n: number) => (n % 2 ? `2001:db8:1:2::${n}` : `2001:db8:1:2:${n}:1:1:1`);
  const input = { method: "POST", json: { client_id: "ledge-cli" } };
  const ask = (address: string) => call("/auth/device/code", { ...input, headers: { "cf-connecting-ip": address } });
  const answers = [];
  for (let n = 1; n <= 22; n++) answers.push((await ask(from(n))).status);
  expect(answers.filter((status) => status === 429).length).toBeGreaterThanOrEqual(1);
  expect((await ask("2001:db8:1:3::1")).status).toBe(200);
});

it.each(["awake", "woken by its alarm"])("[A4] a gate whose count has drained deletes itself: %s", async (gate) => {
  const address = randomAddress();
  const ask = () =>
    call("/auth/device/code", {
      method: "POST",
      json: { client_id: "ledge-cli" },
      headers: { "cf-connecting-ip": address },
    });
  const statuses = await Promise.all(Array.from({ length: 21 }, async () => (await ask()).status));
  expect(statuses.filter((status) => status === 429)).toHaveLength(1);
  const gates = (env as unknown as Env).ATTEMPT_GATE;
  const stub = gates.get(gates.idFromName(`deviceCode:${address}`));
  if (gate !== "awake") await evictDurableObject(stub);
  expect(await runDurableObjectAlarm(stub)).toBe(true);
  expect((await ask()).status).toBe(200);
});
