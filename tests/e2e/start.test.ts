import { spawn, type ChildProcess } from "node:child_process";
import { createServer } from "node:http";
import { cp, mkdtemp, readFile, rm, stat, symlink } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { basename, join, relative, resolve } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { isFree } from "../../scripts/support/ports.mjs";
import { portToKeep } from "./support/port-to-keep.ts";

const account = { email: "ada@example.org", password: "correct horse battery", name: "Ada" };
const left = new Set(["node_modules", ".git", ".dev.vars", "dist", "coverage"]);

let checkout: string;
let port: number;
let url: string;
const started: ChildProcess[] = [];

beforeAll(async () => {
  checkout = await mkdtemp(join(tmpdir(), "ledge-checkout-"));
  // What wrangler puts beside a configuration comes and goes with the servers of other tests.
  const isCopied = (source: string): boolean => !left.has(relative(".", source)) && basename(source) !== ".wrangler";
  await cp(".", checkout, { recursive: true, filter: isCopied });
  await symlink(resolve("node_modules"), join(checkout, "node_modules"));
  port = await portToKeep();
  url = `http://localhost:${port}`;
});

afterAll(async () => {
  for (const child of started) await interrupt(child);
  await rm(checkout, { recursive: true, force: true });
});

test("npm start serves the product, and keeps its secrets and data between runs", async () => {
  const first = npmStart({ PORT: String(port) });
  await first.until(`Ledge is ready at ${url}`);

  expect((await stat(join(checkout, ".dev.vars"))).mode & 0o777).toBe(0o600);
  const secrets = await readFile(join(checkout, ".dev.vars"), "utf8");
  expect(secrets).toMatch(/^AUTH_SECRET=\S{43}$/m);
  expect(secrets).toMatch(/^MASTER_KEYS=k1:[A-Za-z0-9+/]{43}=$/m);

  const home = await fetch(`${url}/`);
  expect(home.status).toBe(200);
  expect(home.headers.get("content-type")).toContain("text/html");
  expect(await home.text()).toContain("<title>Ledge</title>");
  expect(first.output()).toContain(`export LEDGE_URL=${url}`);

  expect(await post("/api/auth/sign-up/email", account)).toBe(200);
  expect(await runCron()).toBe(200);

  const second = npmStart({ PORT: String(await portToKeep()) });
  expect(await second.exit).not.toBe(0);
  expect(second.output()).toContain(`Ledge already runs at ${url} with this data`);

  await interrupt(first.child);
  // The runtime's own process is killed, and may be gone a moment later.
  await expect.poll(() => isFree(port)).toBe(true);

  const again = npmStart({ PORT: String(port) });
  await again.until(`Ledge is ready at ${url}`);
  expect(await readFile(join(checkout, ".dev.vars"), "utf8")).toBe(secrets);
  const { email, password } = account;
  expect(await post("/api/auth/sign-in/email", { email, password })).toBe(200);
  await interrupt(again.child);
});

test("npm start says when its port is taken", async () => {
  const other = createServer().listen(0, "127.0.0.1");
  await new Promise((ready) => other.once("listening", ready));
  const taken = (other.address() as AddressInfo).port;
  const refused = npmStart({ PORT: String(taken) });
  expect(await refused.exit).not.toBe(0);
  expect(refused.output()).toContain(`Port ${taken} is in use`);
  other.close();
});

/** Runs `npm start` in the checkout as a terminal would: in a process group of its own, with the system's Node. */
function npmStart(env: Record<string, string>) {
  const path = (process.env.PATH ?? "").split(":").filter((entry) => !entry.endsWith("node_modules/.bin"));
  const child = spawn("npm", ["start"], {
    cwd: checkout,
    detached: true,
    env: { ...process.env, PATH: path.join(":"), ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  started.push(child);
  let printed = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => (printed += String(chunk)));
  const exit = new Promise<number | null>((resolve) => child.once("close", resolve));
  return {
    child,
    exit,
    output: () => printed,
    async until(text: string): Promise<void> {
      while (!printed.includes(text)) {
        if (child.exitCode !== null) throw new Error(`npm start ended:\n${printed}`);
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    },
  };
}

/** What Ctrl-C does. Resolves when everything has ended. */
async function interrupt(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const ended = new Promise((resolve) => child.once("exit", resolve));
  process.kill(-child.pid, "SIGINT");
  await ended;
}

async function post(path: string, body: object): Promise<number> {
  const headers = { "content-type": "application/json" };
  const response = await fetch(url + path, { method: "POST", headers, body: JSON.stringify(body) });
  await response.arrayBuffer();
  return response.status;
}

async function runCron(): Promise<number> {
  return (await fetch(`${url}/cdn-cgi/local/scheduled`)).status;
}
