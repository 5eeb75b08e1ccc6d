import { existsSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startServer, type TestServer } from "./support/server.ts";

const account = { email: "ada@example.org", password: "correct horse battery", name: "Ada" };

let server: TestServer;

beforeAll(async () => {
  server = await startServer({ config: "tests/wrangler.toml", vars: { SIGN_UP: "closed" } });
});

afterAll(() => server.stop());

test("[I1] an account and a folder that were acknowledged survive a kill of the whole process group", async () => {
  const { token } = (await (await send("POST", "/auth/sign-up/email", account)).json()) as { token: string };
  expect((await send("POST", "/folders", { name: "Kept" }, token)).status).toBe(201);

  await server.kill9();
  await expect(send("GET", "/health")).rejects.toThrow();
  await server.restart();

  const { email, password } = account;
  expect((await send("POST", "/auth/sign-in/email", { email, password })).status).toBe(200);
  expect((await send("GET", "/nodes?path=/Kept", undefined, token)).status).toBe(200);
});

test("[A1] the variables that a server was started with outlast a restart", async () => {
  const answer = await send("POST", "/auth/sign-up/email", { ...account, email: "bob@example.org" });
  expect(await answer.json()).toMatchObject({ code: "sign_up_closed" });
});

test("a local server records no traces of its requests", async () => {
  expect((await send("GET", "/health")).status).toBe(200);
  expect(existsSync(join(server.stateDir, "v3"))).toBe(true);
  expect(existsSync(join(server.stateDir, "v3/observability"))).toBe(false);
});

function send(method: string, path: string, body?: object, token?: string): Promise<Response> {
  return fetch(`${server.url}/api${path}`, {
    method,
    headers: { "content-type": "application/json", ...(token && { authorization: `Bearer ${token}` }) },
    body: body ? JSON.stringify(body) : null,
  });
}
