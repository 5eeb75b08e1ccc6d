import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, it } from "vitest";
import { totpCode } from "../workers/support/totp.ts";
import { ledge, type Outcome } from "./support/ledge-process.ts";
import { startServer, type TestServer } from "./support/server.ts";

const BIN = fileURLToPath(new URL("../../cli/bin.mjs", import.meta.url));
const EMAIL = "ada@example.com";
const PASSWORD = "correct horse battery staple";

let server: TestServer;
let config: string;
let env: NodeJS.ProcessEnv;

beforeAll(async () => {
  server = await startServer();
  config = await mkdtemp(join(tmpdir(), "ledge-login-"));
  env = { LEDGE_URL: server.url, LEDGE_CONFIG_DIR: config, LEDGE_TOKEN: "" };
});

afterAll(async () => {
  await server?.stop();
  if (config) await rm(config, { recursive: true, force: true });
});

const login = (...more: string[]): Promise<Outcome> =>
  ledge(env, ["login", "--email", EMAIL, "--password-stdin", ...more], `${PASSWORD}\n`);

async function post<T>(path: string, json: unknown, token?: string): Promise<T> {
  const response = await fetch(`${server.url}/api${path}`, {
    method: "POST",
    headers: { "content-type": "application/json", ...(token !== undefined && { authorization: `Bearer ${token}` }) },
    body: JSON.stringify(json),
  });
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  return (await response.json()) as T;
}

it("[B3] [A8] with a second factor on, the command line signs in with a code, and not with the password alone", async () => {
  const { token } = await post<{ token: string }>("/auth/sign-up/email", {
    email: EMAIL,
    password: PASSWORD,
    name: "Ada",
  });
  const begun = await post<{ totpUri: string; recoveryCodes: string[] }>(
    "/auth/two-factor/enable",
    { password: PASSWORD },
    token,
  );
  await post("/auth/two-factor/verify", { code: await totpCode(begun.totpUri) }, token);
  const without = await login();
  expect(without).toMatchObject({ code: 2, stdout: "" });
  expect(without.stderr).toContain("--code");
  expect(await ledge(env, ["whoami"])).toMatchObject({ code: 3 });
  expect(await login("--code", "aaaaa-aaaaa")).toMatchObject({ code: 3 });
  // A code is good once; that of the next 30 seconds may be given already.
  expect(await login("--code", await totpCode(begun.totpUri, 1))).toMatchObject({ code: 0 });
  expect((await ledge(env, ["whoami"])).stdout).toContain(EMAIL);
  expect(await ledge(env, ["logout"])).toMatchObject({ code: 0 });
  const [recovery = ""] = begun.recoveryCodes;
  expect(await login("--code", recovery)).toMatchObject({ code: 0 });
  expect(await login("--code", recovery)).toMatchObject({ code: 3 });
});

it("[B4] [A8] --device leads to the app's page, which is a page", async () => {
  const child = spawn(process.execPath, [BIN, "login", "--device"], { env: { ...process.env, ...env } });
  try {
    let printed = "";
    await new Promise<void>((resolve) => {
      child.stderr.on("data", (data: Buffer) => {
        printed += String(data);
        if (printed.includes("Waiting")) resolve();
      });
    });
    expect(printed).toContain(`Open ${server.url}/device and enter the code `);
    const [, address = ""] = /or open (\S+)/.exec(printed) ?? [];
    expect(address).toMatch(new RegExp(`^${server.url}/device\\?user_code=[A-Z0-9]{8}$`));
    const page = await fetch(address, { headers: { accept: "text/html" } });
    expect([page.status, page.headers.get("content-type")]).toEqual([200, expect.stringContaining("text/html")]);
  } finally {
    child.kill();
  }
});
