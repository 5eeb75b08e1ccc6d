import { createExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import { app } from "../../workers/api/app.ts";
import type { Env } from "../../workers/env.ts";
import { call, ORIGIN, problemOf, randomAddress, signUp } from "./support/accounts.ts";

const bound = env as unknown as Env;

function signUpWith(
  bindings: Partial<Env>,
  email = `${crypto.randomUUID()}@example.org`,
): Response | Promise<Response> {
  const request = new Request(`${ORIGIN}/api/auth/sign-up/email`, {
    method: "POST",
    headers: { "content-type": "application/json", "cf-connecting-ip": randomAddress() },
    body: JSON.stringify({ email, password: "a good password", name: "Ada" }),
  });
  return app.fetch(request, { ...bound, ...bindings }, createExecutionContext());
}

function signIn(email: string, password: string): Promise<Response> {
  return call("/auth/sign-in/email", {
    method: "POST",
    headers: { "cf-connecting-ip": randomAddress() },
    json: { email, password },
  });
}

it("[A1] of several first sign-ups at once on a closed server, one makes the administrator", async () => {
  const closed = { SIGN_UP: "closed" } as const;
  const answers = await Promise.all([signUpWith(closed), signUpWith(closed), signUpWith(closed)]);
  expect(answers.map(({ status }) => status).sort((a, b) => a - b)).toEqual([200, 403, 403]);
  const made = answers.find(({ status }) => status === 200);
  expect(await made?.json()).toMatchObject({ user: { admin: true, name: "Ada" } });
  expect(await problemOf(await signUpWith(closed))).toBe("403 sign_up_closed");
});

it("[A1] later accounts are no administrators, and cannot say that they are", async () => {
  const { api } = await signUp();
  expect(await (await api("/account")).json()).toMatchObject({ admin: false });
  const bold = await call("/auth/sign-up/email", {
    method: "POST",
    headers: { "cf-connecting-ip": randomAddress() },
    json: {
      email: "bold@example.org",
      password: "a good password",
      name: "B",
      admin: true,
      founder: 1,
      emailVerified: true,
    },
  });
  expect(await bold.json()).toMatchObject({ user: { admin: false } });
  const row = await bound.DIRECTORY.prepare(
    "SELECT admin, founder, email_verified FROM users WHERE email = 'bold@example.org'",
  ).first();
  expect(row).toEqual({ admin: 0, founder: null, email_verified: 0 });
});

it.each([
  ["a short password", { password: "123456789" }],
  ["a long password", { password: "x".repeat(129) }],
  ["no name", { name: "  " }],
  ["a name with half a character", { name: "\ud800" }],
  ["a name with a NUL", { name: "a\u0000b" }],
  ["no email", { email: "nobody" }],
  ["a wrong type", { password: 1234567890123 }],
  ["a nested value", { email: { $ne: null } }],
])("[A1] sign-up refuses %s", async (_, change) => {
  const input = { email: "new@example.org", password: "a good password", name: "N", ...change };
  expect(await problemOf(await call("/auth/sign-up/email", { method: "POST", json: input }))).toBe(
    "400 invalid_request",
  );
});

it("[A1] an email is one account in any case, and the loser of a race for it is told so", async () => {
  const email = "Twice@Example.org";
  const answers = await Promise.all([signUpWith({}, email), signUpWith({}, email.toLowerCase())]);
  expect(answers.map(({ status }) => status).sort((a, b) => a - b)).toEqual([200, 409]);
  expect((await signIn("TWICE@example.ORG", "a good password")).status).toBe(200);
});

it("a sign-up that crashed before the password was kept frees its email after a minute", async () => {
  const insert = "INSERT INTO users (id, name, email, created_at, updated_at) VALUES (?, 'H', ?, ?, 0)";
  const now = Date.now();
  await bound.DIRECTORY.batch([
    bound.DIRECTORY.prepare(insert).bind("half-old", "old@example.org", now - 120_000),
    bound.DIRECTORY.prepare(insert).bind("half-new", "new@example.org", now),
  ]);
  expect((await signUpWith({}, "old@example.org")).status).toBe(200);
  expect(await problemOf(await signUpWith({}, "new@example.org"))).toBe("409 email_taken");
});

it("[A2] a password is kept as scrypt with N=2^14, r=8, p=1, a 16-byte salt and a 64-byte key", async () => {
  const { userId } = await signUp();
  const password = await bound.DIRECTORY.prepare("SELECT password FROM credentials WHERE user_id = ?")
    .bind(userId)
    .first<string>("password");
  const [scheme, N, r, p, salt, key] = (password ?? "").split("$");
  expect([scheme, N, r, p]).toEqual(["scrypt", "16384", "8", "1"]);
  expect([Buffer.from(salt ?? "", "base64url").length, Buffer.from(key ?? "", "base64url").length]).toEqual([16, 64]);
});

it("[A3] sign-in answers a wrong password and an unknown email alike, in about the same time", async () => {
  // Two, as an email's attempts are limited.
  const known = [await signUp(), await signUp()];
  const times = { known: [] as number[], unknown: [] as number[] };
  const bodies = new Set<string>();
  for (let round = 0; round < 16; round++) {
    for (const [kind, address] of [
      ["known", known[round % 2]?.email ?? ""],
      ["unknown", `${round}-nobody@example.org`],
    ] as const) {
      const start = performance.now();
      const answer = await signIn(address, "not the password");
      times[kind].push(performance.now() - start);
      bodies.add(`${answer.status} ${await answer.text()} ${JSON.stringify([...answer.headers])}`);
    }
  }
  expect(bodies.size).toBe(1);
  // Whatever else the machine does makes some of them slower, and none faster.
  const ratio = Math.min(...times.known) / Math.min(...times.unknown);
  expect(ratio).toBeGreaterThan(0.4);
  expect(ratio).toBeLessThan(2.5);
});
